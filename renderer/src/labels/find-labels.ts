// Finds labels by what the user types: the best match first, frequent labels before rare ones.
import type { LabelCount } from '../../../electron/contract/labels.ts'
import { compareNames } from '../i18n/compare-names.ts'

export interface FoundLabel {
  readonly name: string
  /** Whether it comes before a new label: what is typed is its name, or the last part of it, or begins a label in use. */
  readonly isMeant: boolean
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
 * In the order in which they are offered; Enter takes the first. After a label of the typed name come labels in use that begin
 * so, then what is typed as a new label, and only then others: who types "lake" does not mean the class "lakeside" of a model,
 * and who has photos of umbrellas types "umb".
 */
export function choicesOf({ labels, newName }: Finding): LabelChoice[] {
  const known = labels.map(({ name, confirmed }) => ({ name, confirmed, isNew: false }))
  if (newName === null) return known
  const meant = labels.filter(({ isMeant }) => isMeant).length
  return known.toSpliced(meant, 0, { name: newName, confirmed: 0, isNew: true })
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

/** Ranks: the whole name or its last part (`animal/cat` for "cat"); how it begins. */
const [exact, beginning] = [1, 2]

/** 0 is best; null is no match. A word begins after a space, a slash or a dash. */
function rank(name: string, wanted: string): number | null {
  if (name === wanted) return 0
  if (name.endsWith(`/${wanted}`)) return exact
  if (name.startsWith(wanted)) return beginning
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
      isMeant: wanted !== '' && (found <= exact || (found === beginning && confirmed > 0)),
    })),
    newName: wanted === '' || isKnown ? null : typed.trim().replaceAll(/\s+/g, ' '),
  }
}
