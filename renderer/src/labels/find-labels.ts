// Finds labels by what the user types: the best match first, frequent labels before rare ones.
import type { LabelCount } from '../../../electron/contract/labels.ts'
import { compareNames } from '../i18n/compare-names.ts'

export interface FoundLabel {
  readonly name: string
  /** Whether what is typed is its name, or the last part of it. */
  readonly isExact: boolean
  /** On how many photos the user confirmed it. */
  readonly confirmed: number
}

export interface Finding {
  readonly labels: readonly FoundLabel[]
  /** The label that does not exist yet, as it would be called; null where there is one of that name. */
  readonly newName: string | null
}

export interface LabelChoice {
  readonly name: string
  readonly confirmed: number
  /** It does not exist yet. */
  readonly isNew: boolean
}

/**
 * In the order in which they are offered; Enter takes the first. What is typed counts as it is: a label of that name,
 * else a new one, and only then labels that are longer. Who types "lake" does not mean "lakeside".
 */
export function choicesOf({ labels, newName }: Finding): LabelChoice[] {
  const known = labels.map(({ name, confirmed }) => ({ name, confirmed, isNew: false }))
  if (newName === null) return known
  const exact = labels.filter(({ isExact }) => isExact).length
  return known.toSpliced(exact, 0, { name: newName, confirmed: 0, isNew: true })
}

/** Width, case, accents and underscores make no difference: `café` is found by `CAFE`. */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_]+/g, ' ')
    .trim()

/** A tagger has ten thousand names, which are the same at the next letter. */
const folded = new Map<string, string>()
const maxFolded = 100_000

function foldName(name: string): string {
  const known = folded.get(name)
  if (known !== undefined) return known
  if (folded.size >= maxFolded) folded.clear()
  const now = fold(name)
  folded.set(name, now)
  return now
}

/** The whole name, or its last part: `animal/cat` for "cat". */
const worstExact = 1

/** 0 is best; null is no match. A word begins after a space, a slash or a dash. */
function rank(name: string, wanted: string): number | null {
  if (name === wanted) return 0
  if (name.endsWith(`/${wanted}`)) return worstExact
  if (name.startsWith(wanted)) return 2
  const at = name.indexOf(wanted)
  if (at === -1) return null
  const isWordStart = [...name.matchAll(/[\s/-]/g)].some(({ index }) => name.startsWith(wanted, index + 1))
  return isWordStart ? 3 : 4
}

/**
 * Without a text: the labels that the user gave last, then those that they have confirmed most, then, where those are
 * wanted, the ones that are suggested most.
 * @param textOf how a label is written on the screen.
 */
export function findLabels(
  labels: readonly LabelCount[],
  typed: string,
  limit: number,
  recent: readonly string[] = [],
  textOf: (name: string) => string = (name) => name,
  hasSuggested = false,
): Finding {
  const wanted = fold(typed)
  /** By its name, or by what is shown of it. */
  const bestRank = (name: string): number | null => {
    const text = textOf(name)
    const ranks = (text === name ? [name] : [name, text]).flatMap((one) => rank(foldName(one), wanted) ?? [])
    return ranks.length === 0 ? null : Math.min(...ranks)
  }
  const unasked = ({ confirmed, suggested }: LabelCount): number | null =>
    confirmed > 0 ? 0 : hasSuggested && suggested > 0 ? 1 : null
  const matches = labels.flatMap((label) => {
    const found = wanted === '' ? unasked(label) : bestRank(label.name)
    return found === null ? [] : [{ label, found }]
  })
  const age = ({ name }: LabelCount) => {
    const at = wanted === '' ? recent.indexOf(name) : -1
    return at === -1 ? recent.length : at
  }
  matches.sort(
    (a, b) =>
      a.found - b.found ||
      age(a.label) - age(b.label) ||
      b.label.confirmed - a.label.confirmed ||
      b.label.suggested - a.label.suggested ||
      compareNames(a.label.name, b.label.name),
  )
  const isKnown = labels.some(({ name }) => foldName(name) === wanted || foldName(textOf(name)) === wanted)
  return {
    labels: matches.slice(0, limit).map(({ label: { name, confirmed }, found }) => ({
      ...{ name, confirmed },
      isExact: wanted !== '' && found <= worstExact,
    })),
    newName: wanted === '' || isKnown ? null : typed.trim().replaceAll(/\s+/g, ' '),
  }
}
