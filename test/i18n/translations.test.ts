// Every message that users may read is there in Chinese, and none is kept that is said no more.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import en from '../../electron/texts/en/native.json' with { type: 'json' }
import zhCN from '../../electron/texts/zh-CN/native.json' with { type: 'json' }
import { messageTexts } from '../../electron/texts/catalogue.ts'
import { english, msg } from '../../electron/texts/message.ts'
import { catalogue } from '../../models/catalogue/catalogue.ts'

const root = path.join(import.meta.dirname, '../..')
const templates = Object.keys(messageTexts['zh-CN'])
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '')

/** Everything that is written in the source, but for the translations themselves. */
const source = ['electron', 'models', 'renderer/src']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.posix.join(folder, name.replaceAll('\\', '/')),
    ),
  )
  .filter((file) => /\.ts$|catalogue\.json$/.test(file) && !file.startsWith('electron/texts/'))
  .map((file) => readFileSync(path.join(root, file), 'utf8'))
  .join('\n')

test('a message without a translation does not compile', () => {
  // @ts-expect-error: no table has it.
  expect(english(msg('Nobody has translated this.'))).toBe('Nobody has translated this.')
  expect(templates.length).toBeGreaterThan(300)
})

test('what the catalogue says of its models has a translation', () => {
  const said = catalogue
    .flatMap(({ subject, accuracy }) => [subject, accuracy?.dataset ?? ''])
    // Names such as ImageNet-1k have none.
    .filter((text) => text.includes(' '))
  expect(said.length).toBeGreaterThan(10)
  expect(said.filter((text) => !templates.includes(text))).toEqual([])
})

test('no translation is kept of what is no longer said', () => {
  expect(templates.filter((template) => !source.includes(template))).toEqual([])
  expect(Object.keys(messageTexts.en).filter((template) => !templates.includes(template))).toEqual([])
})

test('translations use the values of their message, and a call gives all of them', () => {
  for (const texts of Object.values(messageTexts))
    for (const [template, text] of Object.entries(texts))
      expect(names(template), text).toEqual(expect.arrayContaining(names(text)))
  expect(english(msg('version {{version}}', { version: 3 }))).toBe('version 3')
  // @ts-expect-error: the value has another name.
  expect(english(msg('version {{version}}', { number: 3 }))).toBe('version {{version}}')
  // @ts-expect-error: the value is missing.
  expect(english(msg('version {{version}}'))).toBe('version {{version}}')
})

test('translations are Chinese, and no window names a command of the terminal', () => {
  for (const [template, text] of Object.entries(messageTexts['zh-CN'])) {
    expect(text).toMatch(/\p{Script=Han}/u)
    for (const shown of [text, messageTexts.en[template] ?? template])
      expect(shown).not.toMatch(/labelroom [a-z]|--[a-z]|command/)
  }
})

test('menus and dialogs of the system have the same texts in both languages', () => {
  expect(Object.keys(zhCN)).toEqual(Object.keys(en))
  for (const [key, text] of Object.entries(zhCN)) {
    expect(text, key).toMatch(/\p{Script=Han}/u)
    expect(names(text), key).toEqual(names(en[key as keyof typeof en]))
  }
})
