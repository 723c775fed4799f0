// Components hold no words of their own: every text comes from i18n, so that none is left in one language.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse, type AST } from 'svelte/compiler'
import { expect, test } from 'vitest'

const source = path.join(import.meta.dirname, '../../../renderer/src')
/** Attributes that a user reads or hears. */
const spoken = [
  'title',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'placeholder',
  'alt',
  'text',
  'label',
]
/** Names, of files too, are the same in every language. */
const names = /Labelroom|SQLite|Apache-2\.0|English|\w+\.(csv|jsonl)|\S*[\\/]\S*/g

/** Parts of a node that decide what shows, and do not show. */
const unsaid = ['metadata', 'parent', 'test', 'key', 'tag']

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

/** The words that a component writes itself, in text and in what is read out. */
function wordsOf(component: string): string[] {
  const words: string[] = []
  const visit = (value: unknown, isSpoken: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, isSpoken)
    if (typeof value !== 'object' || value === null || !('type' in value)) return
    const node = value as Node
    if (node.type === 'Text' && isSpoken) words.push(String(node['data']))
    if (node.type === 'Literal' && isSpoken && typeof node['value'] === 'string') words.push(node['value'])
    // What is called, compared or a measure is no text.
    if (/^(CallExpression|BinaryExpression|StyleDirective|ClassDirective)$/.test(node.type)) return
    const isAttribute = node.type === 'Attribute'
    if (isAttribute && !spoken.includes(String(node['name']))) return
    const shows = isSpoken || isAttribute || node.type === 'ExpressionTag'
    for (const [key, child] of Object.entries(node))
      if (!unsaid.includes(key) && !(key === 'expression' && node.type === 'EachBlock')) visit(child, shows)
  }
  const root: AST.Root = parse(component, { modern: true })
  visit(root.fragment, true)
  return words.map((text) => text.replaceAll(names, '').trim()).filter((text) => /[A-Za-z]{3}/.test(text))
}

test('every component takes its texts from i18n', () => {
  const components = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.svelte'),
  )
  expect(components.length).toBeGreaterThan(80)
  const found = components.flatMap((file) =>
    wordsOf(readFileSync(path.join(source, file), 'utf8')).map((words) => `${file}: ${words}`),
  )
  expect(found).toEqual([])
})

test('words are found in text, in what is read out, and in what may be shown instead', () => {
  expect(wordsOf('<p>Good morning</p>')).toEqual(['Good morning'])
  expect(wordsOf('<button aria-label="Close it" class="plain" />')).toEqual(['Close it'])
  expect(wordsOf("<p>{name ?? 'nobody'}</p>")).toEqual(['nobody'])
  expect(wordsOf("<p class='quiet'>{t('common.close')} · {3} px</p>")).toEqual([])
})
