// What windows say in place of the core's English sentences. See [Note: sentences].
import en from './en/sentences.json' with { type: 'json' }
import checkpoints from './zh-CN/checkpoints.json' with { type: 'json' }
import download from './zh-CN/download.json' with { type: 'json' }
import files from './zh-CN/files.json' with { type: 'json' }
import labelling from './zh-CN/labelling.json' with { type: 'json' }
import learning from './zh-CN/learning.json' with { type: 'json' }
import library from './zh-CN/library.json' with { type: 'json' }

/** Templates to their translation. In English only those that name commands of the terminal have one. */
export const sentenceTexts: Readonly<Record<'en' | 'zh-CN', Readonly<Record<string, string>>>> = {
  en,
  'zh-CN': { ...checkpoints, ...download, ...files, ...labelling, ...learning, ...library },
}

/** Every template that the core may speak in. */
export const sentenceTemplates: readonly string[] = Object.keys(sentenceTexts['zh-CN'])

/** How i18next finds a sentence: its dots and colons mean nothing, and values are not HTML. */
export const sentenceOptions = {
  ns: 'sentences',
  keySeparator: false,
  nsSeparator: false,
} as const
