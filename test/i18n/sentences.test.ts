// Every sentence that the core may say to a person is there in Chinese, and none is kept that it says no more.
import path from 'node:path'
import { expect, test } from 'vitest'
import en from '../../electron/texts/en/native.json' with { type: 'json' }
import zhCN from '../../electron/texts/zh-CN/native.json' with { type: 'json' }
import { sentenceTemplates, sentenceTexts } from '../../electron/texts/catalogue.ts'
import { sentencesOf, sourceSentences } from './source-sentences.ts'

const root = path.join(import.meta.dirname, '../..')
/** How values are called is the translator's choice. */
const withoutNames = (template: string) => template.replaceAll(/\{\{\w+\}\}/g, '{{}}')
const names = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '')

test('every sentence of the source has a translation', () => {
  const known = new Set(sentenceTemplates.map(withoutNames))
  const found = sourceSentences(root)
  expect(found.length).toBeGreaterThan(300)
  const untranslated = found.filter(({ text }) => !known.has(withoutNames(text)))
  expect(untranslated.map(({ place, text }) => `${place} ${text}`)).toEqual([])
})

test('no translation is kept of what is no longer said', () => {
  const said = new Set(sourceSentences(root).map(({ text }) => withoutNames(text)))
  expect(sentenceTemplates.filter((template) => !said.has(withoutNames(template)))).toEqual([])
  expect(Object.keys(sentenceTexts.en).filter((template) => !sentenceTemplates.includes(template))).toEqual(
    [],
  )
})

test('translations use the values of their sentence', () => {
  for (const texts of Object.values(sentenceTexts))
    for (const [template, text] of Object.entries(texts)) {
      // Nobody could tell where one value ends and the next begins.
      expect(template).not.toContain('}}{{')
      // i18next gives these a meaning of their own.
      for (const name of names(template)) expect(['count', 'context', 'lng', 'ns']).not.toContain(name)
      expect(names(template), text).toEqual(expect.arrayContaining(names(text)))
    }
})

test('translations are Chinese, and no window names a command of the terminal', () => {
  const english = sentenceTexts.en
  for (const [template, text] of Object.entries(sentenceTexts['zh-CN'])) {
    expect(text).toMatch(/\p{Script=Han}/u)
    for (const shown of [text, english[template] ?? template])
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

test('sentences are found in every form in which they are written', () => {
  const found = (text: string) => sentencesOf('electron/core/x.ts', text).map((sentence) => sentence.text)
  expect(found("throw new AppError('internal', 'It broke down.')")).toEqual(['It broke down.'])
  expect(found('const why = `${file.name} is gone; ` + `look in ${folder}.`')).toEqual([
    '{{name}} is gone; look in {{folder}}.',
  ])
  expect(found("call(`The job ${isDone ? 'is done' : 'goes on'}`)")).toHaveLength(3)
  expect(found("throw new Error('this never happens')")).toEqual([])
  expect(found("db.query('SELECT id FROM photo')")).toEqual([])
})
