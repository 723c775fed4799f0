// Messages as a template and its values, so that they are translated before the values are put in.
//
// [Note: messages] Whatever users may read in a window is written in English where it arises, as in gettext:
// `msg("The folder '{{folder}}' does not exist.", { folder })`. The English template is the key of its translation.
// Errors, reasons and notices cross every boundary as {template, values} and are stored so. A window looks the template
// up in its language; the terminal and the log put the values into the template itself. Words of others (the operating
// system, the inference runtime, zod) have no template and stay as they are: `verbatim`.
import type checkpoints from './zh-CN/checkpoints.json'
import type classifiers from './zh-CN/classifiers.json'
import type download from './zh-CN/download.json'
import type files from './zh-CN/files.json'
import type labelling from './zh-CN/labelling.json'
import type keywords from './zh-CN/keywords.json'
import type learning from './zh-CN/learning.json'
import type library from './zh-CN/library.json'
import type words from './zh-CN/words.json'
import type questions from './zh-CN/questions.json'

/** Every template that has a translation. One without does not compile. */
export type Template =
  | keyof typeof checkpoints
  | keyof typeof classifiers
  | keyof typeof download
  | keyof typeof files
  | keyof typeof keywords
  | keyof typeof labelling
  | keyof typeof learning
  | keyof typeof library
  | keyof typeof words
  | keyof typeof questions

/** `template` has `{{name}}` where a value stands; without values it may also be words of others. */
export interface Message {
  readonly template: string
  readonly values: Readonly<Record<string, MessageValue>>
}

/** A message within a message is translated too; of several, each follows the one before. Text stays as it is. */
export type MessageValue = string | number | Message | readonly Message[]

type NamesIn<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never

type ValuesOf<T extends string> = Readonly<Record<NamesIn<T>, MessageValue>>

/** A message of ours; its template must be among the translations, and all of its values given. */
export function msg<T extends Template>(
  template: T,
  ...[values]: [NamesIn<T>] extends [never] ? [] : [ValuesOf<T>]
): Message {
  return { template, values: shortened(values ?? {}) }
}

/** Words of others, for example of the operating system, which have no translation. */
export const verbatim = (words: string): Message => ({ template: shorten(words), values: {} })

/** A message is read: of a longer value (a table's header, the name of a tensor) it shows the ends. */
const maxLength = 1000

function shorten(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, 600)} … ${text.slice(-300)}`
}

const shortened = (values: Message['values']): Message['values'] =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? shorten(value) : value]),
  )

/** The text of a message whose template, and those within it, `translate` turns into another language. */
export function render({ template, values }: Message, translate: (template: string) => string): string {
  const toText = (value: MessageValue | undefined): string => {
    if (typeof value === 'string' || typeof value === 'number') return String(value)
    if (value === undefined) return ''
    return isList(value) ? value.map(toText).join('') : render(value, translate)
  }
  return translate(template).replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? toText(values[name]) : place,
  )
}

/** What the terminal and the log say. */
export const english = (message: Message): string => render(message, (template) => template)

/** `Array.isArray` does not tell read-only arrays apart. */
const isList = (value: MessageValue): value is readonly Message[] => Array.isArray(value)

/** An error for users. `message` is its English text, `translatable` what a window translates. */
export class MessageError extends Error {
  readonly translatable: Message

  constructor(translatable: Message, options?: ErrorOptions) {
    super(english(translatable), options)
    this.translatable = translatable
  }
}

/** What anything thrown says; errors of others in their own words. */
export function messageOf(error: unknown): Message {
  if (error instanceof MessageError) return error.translatable
  return verbatim(error instanceof Error ? error.message : String(error))
}
