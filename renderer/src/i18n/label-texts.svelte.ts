// How labels are written in the user's language. The library keeps their names; see [Note: concepts].
import { labelKey } from '../../../electron/common/label-key.ts'
import { compareNames } from './compare-names.ts'

let texts = $state.raw<Readonly<Record<string, string>>>({})

/** @param known by `labelKey`. */
export function setLabelTexts(known: Readonly<Record<string, string>>): void {
  texts = known
}

const textOf = (name: string): string | undefined => {
  const text = texts[labelKey(name)]
  // Capitals are the user's choice.
  return text?.toLowerCase() === name.toLowerCase() ? name : text
}

/** Returns what to show for a label; level by level where the whole of `animal/cat` is unknown. */
export const labelText = (name: string): string =>
  textOf(name) ??
  (name.includes('/')
    ? name
        .split('/')
        .map((part) => textOf(part) ?? part)
        .join('/')
    : name)

/** Tiles ask again and again. */
const allKeys = new WeakMap<object, Map<string, string>>()
const keysOf = (known: object): Map<string, string> => {
  const keys = allKeys.get(known) ?? new Map<string, string>()
  allKeys.set(known, keys)
  return keys
}

/** The same for all names of one label, however models and users spell it; see [Note: concepts]. */
export function conceptKey(name: string): string {
  const keys = keysOf(texts)
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = labelKey(labelText(name))
  keys.set(name, key)
  return key
}

/** Whether two names stand for one label. */
export const isSameLabel = (one: string, other: string): boolean =>
  one === other || conceptKey(one) === conceptKey(other)

/** For sorting labels as they are written. */
export const byLabelText = (a: { readonly name: string }, b: { readonly name: string }): number =>
  compareNames(labelText(a.name), labelText(b.name))
