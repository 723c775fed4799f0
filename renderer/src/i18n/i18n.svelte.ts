// Texts, numbers and dates in the user's language; everything on screen follows when the language changes.
import i18next, { type ParseKeys, type TOptions } from 'i18next'
import { translate } from '../../../electron/texts/catalogue.ts'
import type { Message } from '../../../electron/texts/message.ts'
import { sortNamesIn } from './compare-names.ts'
import { bytesIn, megapixelsIn, monthsIn, numbersIn, percentIn } from './numbers.ts'
import { resources } from './resources.ts'

export type Language = 'en' | 'zh-CN'

await i18next.init({
  resources,
  lng: 'en',
  fallbackLng: 'en',
  // Svelte escapes what it renders.
  interpolation: { escapeValue: false },
  // A mistake of ours, which would be a gap in a sentence: the specs fail on it.
  missingInterpolationHandler: (text: string, [place = '']: readonly string[]) => {
    console.error(`A text lacks a value, ${place}: ${text}`)
    return ''
  },
})

const current = $state<{ language: Language }>({ language: 'en' })

/** The language that fits a BCP 47 tag best. */
export const closestLanguage = (tag: string): Language =>
  tag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'

export function setLanguage(language: Language): void {
  // The resources are in the bundle, so this is done when it returns.
  void i18next.changeLanguage(language)
  current.language = language
  sortNamesIn(language)
  document.documentElement.lang = language
}

export const language = (): Language => current.language

// eslint-disable-next-line svelte/prefer-svelte-reactivity -- a cache: what shows depends on the language
const plain = new Map<string, string>()

/** The text for a key. `count` picks the plural form. */
export function t(key: ParseKeys, options?: TOptions): string {
  if (options !== undefined) return i18next.getFixedT(current.language)(key, options)
  // A screen of photos asks for the same few texts hundreds of times.
  const name = `${current.language} ${key}`
  const known = plain.get(name) ?? i18next.getFixedT(current.language)(key)
  plain.set(name, known)
  return known
}

/**
 * What is said later than it is thought of, as in a message that stays for a while: put into words where it shows, so
 * that it follows the language. A string would keep the language in which it was made.
 */
export type Text = (() => string) | Message

/** A text of the page, or a message of the core or of the connection to it, in the user's language. */
export const sentence = (text: Text): string =>
  typeof text === 'function' ? text() : translate(text, current.language)

/** 12,345 */
export const formatCount = (value: number): string => numbersIn(current.language, {}).format(value)

/** See `percentIn`. */
export const formatPercent = (share: number, digits = 0): string => percentIn(current.language, share, digits)

/** See `megapixelsIn`. */
export const formatMegapixels = (widthPx: number, heightPx: number): string | null =>
  megapixelsIn(current.language, widthPx * heightPx)

/** Without the time. */
export const formatDay = (ms: number): string =>
  new Intl.DateTimeFormat(current.language, { dateStyle: 'medium' }).format(ms)

export const formatDate = (ms: number): string =>
  new Intl.DateTimeFormat(current.language, { dateStyle: 'medium', timeStyle: 'short' }).format(ms)

/** 2024, 6 -> June 2024 */
export const formatMonth = (year: number, month: number): string =>
  monthsIn(current.language).format(Date.UTC(year, month - 1))

/** See `bytesIn`. */
export const formatBytes = (bytes: number): string => bytesIn(current.language, bytes)

/** 75 s -> 1 min 15 s, in the words of the language. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts: [number, 'hour' | 'minute' | 'second'][] = [
    [Math.floor(seconds / 3600), 'hour'],
    [Math.floor((seconds % 3600) / 60), 'minute'],
    [seconds % 60, 'second'],
  ]
  const first = parts.findIndex(([value]) => value > 0)
  const shown = first === -1 ? parts.slice(2) : parts.slice(first, first + 2)
  return shown
    .map(([value, unit]) =>
      numbersIn(current.language, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ')
}
