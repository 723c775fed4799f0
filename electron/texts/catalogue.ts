// What windows say in place of the core's English messages. See [Note: messages].
import en from './en/sentences.json' with { type: 'json' }
import { render, type Message, type Template } from './message.ts'
import checkpoints from './zh-CN/checkpoints.json' with { type: 'json' }
import classifiers from './zh-CN/classifiers.json' with { type: 'json' }
import download from './zh-CN/download.json' with { type: 'json' }
import files from './zh-CN/files.json' with { type: 'json' }
import keywords from './zh-CN/keywords.json' with { type: 'json' }
import labelling from './zh-CN/labelling.json' with { type: 'json' }
import learning from './zh-CN/learning.json' with { type: 'json' }
import library from './zh-CN/library.json' with { type: 'json' }
import words from './zh-CN/words.json' with { type: 'json' }
import questions from './zh-CN/questions.json' with { type: 'json' }

export type MessageLanguage = 'en' | 'zh-CN'

const chinese: Readonly<Record<Template, string>> = {
  ...checkpoints,
  ...classifiers,
  ...download,
  ...files,
  ...keywords,
  ...labelling,
  ...learning,
  ...library,
  ...words,
  ...questions,
}

/** Templates to their translation. In English only those that name commands of the terminal have one. */
export const messageTexts: Readonly<Record<MessageLanguage, Readonly<Record<string, string>>>> = {
  en,
  'zh-CN': chinese,
}

/** The text of a message in a window; what has no translation stays as it is. */
export function translate(message: Message, language: MessageLanguage): string {
  const texts = messageTexts[language]
  return render(message, (template) => (Object.hasOwn(texts, template) ? texts[template] : null) ?? template)
}
