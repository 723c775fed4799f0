// Every call of `t` gives the values that its text shows: a missing one would stand in the window as {{name}}.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'svelte/compiler'
import { expect, test } from 'vitest'
import { english } from '../../../renderer/src/i18n/resources.ts'

const source = path.join(import.meta.dirname, '../../../renderer/src')

interface Texts {
  readonly [key: string]: string | Texts
}
interface Node {
  readonly type: string
  readonly [key: string]: unknown
}
interface Call {
  /** One for each text that it may mean; what is put together is a pattern. */
  readonly keys: readonly (string | RegExp)[]
  /** Null: not written out in the call. */
  readonly given: readonly string[] | null
}

/** Key, without its plural form, to the values that one of its forms shows. */
const needed = new Map<string, Set<string>>()
const collect = (texts: Texts, before = ''): void => {
  for (const [name, text] of Object.entries(texts))
    if (typeof text !== 'string') collect(text, `${before}${name}.`)
    else {
      const key = (before + name).replace(/_(one|other)$/, '')
      const values = needed.get(key) ?? new Set(key === before + name ? [] : ['count'])
      for (const [, value] of text.matchAll(/\{\{(\w+)\}\}/g)) values.add(value ?? '')
      needed.set(key, values)
    }
}
collect(english)

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value

function keysOf(argument: Node): (string | RegExp)[] {
  if (argument.type === 'Literal') return [String(argument['value'])]
  if (argument.type === 'ConditionalExpression')
    return [argument['consequent'], argument['alternate']].flatMap((part) => keysOf(part as Node))
  if (argument.type !== 'TemplateLiteral') return []
  const parts = (argument['quasis'] as { value: { cooked: string } }[]).map(({ value }) =>
    value.cooked.replaceAll('.', String.raw`\.`),
  )
  return [new RegExp(`^${parts.join('.+')}$`)]
}

function valuesOf(argument: Node | undefined): string[] | null {
  if (argument === undefined) return []
  if (argument.type !== 'ObjectExpression') return null
  const properties = argument['properties'] as Node[]
  if (properties.some(({ type }) => type !== 'Property')) return null
  return properties.map((property) => String((property['key'] as Node)['name']))
}

function callsOf(component: string): Call[] {
  const calls: Call[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item)
    if (!isNode(value)) return
    if (value.type === 'CallExpression' && (value['callee'] as Node)['name'] === 't') {
      const [key, values] = value['arguments'] as Node[]
      if (key !== undefined) calls.push({ keys: keysOf(key), given: valuesOf(values) })
    }
    for (const [name, child] of Object.entries(value)) if (name !== 'parent') visit(child)
  }
  const root = parse(component, { modern: true })
  visit([root.fragment, root.instance?.content, root.module?.content])
  return calls
}

/** What the call leaves out; of a key that is put together, where no text that it may mean has enough. */
function missingOf({ keys, given }: Call): string[] {
  if (given === null) return []
  return keys.flatMap((wanted) => {
    const known = typeof wanted === 'string' ? [wanted] : [...needed.keys()].filter((key) => wanted.test(key))
    const lacks = known.map((key) =>
      [...(needed.get(key) ?? [])]
        .filter((value) => !given.includes(value))
        .map((value) => `${key} lacks ${value}`),
    )
    return lacks.every((missing) => missing.length > 0) ? lacks.flat() : []
  })
}

const missingIn = (component: string): string[] => callsOf(component).flatMap(missingOf)

test('every call gives the values of its text', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.d)\.(svelte|ts)$/.test(file),
  )
  const scripts = files.map((file) => {
    const text = readFileSync(path.join(source, file), 'utf8')
    return { file, component: file.endsWith('.svelte') ? text : `<script lang="ts">${text}</script>` }
  })
  const calls = scripts.flatMap(({ file, component }) => callsOf(component).map((call) => ({ file, call })))
  expect(calls.length).toBeGreaterThan(500)
  expect(calls.flatMap(({ file, call }) => missingOf(call).map((what) => `${file}: ${what}`))).toEqual([])
})

test('a missing value is found in a plain call, one of two texts, and a key that is put together', () => {
  expect(missingIn("<p>{t('common.left')}</p>")).toEqual(['common.left lacks time'])
  expect(missingIn("<p>{t('common.left', { time })}</p>")).toEqual([])
  expect(missingIn("<p>{t(isOpen ? 'common.close' : 'common.left')}</p>")).toEqual(['common.left lacks time'])
  expect(missingIn('<p>{t(`review.${state}Count`, { shown })}</p>')).toEqual([
    'review.confirmedCount lacks count',
    'review.rejectedCount lacks count',
  ])
})
