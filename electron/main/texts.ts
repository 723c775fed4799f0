// What the menu and the dialogs of the system say, in the language of the app.
import { createInstance } from 'i18next'
import { translate } from '../texts/catalogue.ts'
import en from '../texts/en/native.json' with { type: 'json' }
import type { Message } from '../texts/message.ts'
import { readSetting } from './read-setting.ts'
import zhCN from '../texts/zh-CN/native.json' with { type: 'json' }

export type Language = 'en' | 'zh-CN'

export interface Texts {
  readonly language: Language
  readonly t: (key: keyof typeof en, values?: Readonly<Record<string, string>>) => string
  /** A message of the core in the language of the window. */
  readonly sentence: (message: Message) => string
}

const i18n = createInstance()
await i18n.init({
  resources: {
    en: { translation: en },
    'zh-CN': { translation: zhCN },
  },
  fallbackLng: 'en',
  interpolation: { escapeValue: false },
})

const speaking = (language: Language): Texts => {
  const say = i18n.getFixedT(language)
  return {
    language,
    t: (key, values) => say(key, { ...values }),
    sentence: (message) => translate(message, language),
  }
}
const texts = { en: speaking('en'), 'zh-CN': speaking('zh-CN') }

export const textsOf = (language: Language): Texts => texts[language]

/** Before there is a core to ask: the user's choice where the data folder holds one, else the system's (BCP 47). */
export function startLanguage(dataFolder: string | null, systemLanguage: string): Language {
  const chosen = dataFolder === null ? null : readSetting(`${dataFolder}/settings.json`, 'language')
  return chosen ?? (/^zh\b/i.test(systemLanguage) ? 'zh-CN' : 'en')
}
