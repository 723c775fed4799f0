// Before there is a core, dialogs speak the language that the person chose, else that of the system.
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

test('the choice of the person comes first', () => {
  expect(languageWith('{"language":"zh-CN"}', 'en-US')).toBe('zh-CN')
  expect(languageWith('{"language":"en"}', 'zh-CN')).toBe('en')
})

test.each(['{"language":null}', '{}', 'null', '{', '{"language":"fr"}'])(
  'else the system says it: %s',
  (settings) => {
    expect(languageWith(settings, 'zh-Hans-CN')).toBe('zh-CN')
    expect(languageWith(settings, 'de-DE')).toBe('en')
  },
)

test('without a data folder the system says it', () => {
  expect(startLanguage(null, 'zh-CN')).toBe('zh-CN')
  expect(startLanguage(tempFolder(), '')).toBe('en')
})
