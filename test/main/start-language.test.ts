// Before there is a core, dialogs speak the language that the user chose, else that of the system.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { startLanguage } from '../../electron/main/texts.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

function languageWith(settings: string, system: string) {
  const folder = tempFolder()
  writeFileSync(path.join(folder, 'settings.json'), settings)
  return startLanguage(folder, system)
}

test('prefers the choice of the user', () => {
  expect(languageWith('{"language":"zh-CN"}', 'en-US')).toBe('zh-CN')
  expect(languageWith('{"language":"en"}', 'zh-CN')).toBe('en')
})

test.each(['{"language":null}', '{}', 'null', '{', '{"language":"fr"}'])(
  'falls back to the language of the system for %s',
  (settings) => {
    expect(languageWith(settings, 'zh-Hans-CN')).toBe('zh-CN')
    expect(languageWith(settings, 'de-DE')).toBe('en')
  },
)

test('uses the language of the system without a data folder', () => {
  expect(startLanguage(null, 'zh-CN')).toBe('zh-CN')
  expect(startLanguage(tempFolder(), '')).toBe('en')
})
