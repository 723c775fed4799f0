// Finds labels by what the user types: the best match first, frequent labels before rare ones.
import type { LabelCount } from '../../../electron/contract/labels.ts'

export interface FoundLabel {
  readonly name: string
  /** On how many photos the user confirmed it. */
  readonly confirmed: number
}

export interface Finding {
  readonly labels: readonly FoundLabel[]
  /** The label that does not exist yet, as it would be called; null where there is one of that name. */
  readonly newName: string | null
}

/** Width, case and accents make no difference: `café` is found by `CAFE`. */
const fold = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().trim().replaceAll(/\s+/g, ' ')

/** 0 is best; null is no match. A word begins after a space, a slash, a dash or an underscore. */
function rank(name: string, wanted: string): number | null {
  if (name === wanted) return 0
  if (name.startsWith(wanted)) return 1
  const at = name.indexOf(wanted)
  if (at === -1) return null
  const isWordStart = [...name.matchAll(/[\s/_-]/g)].some(({ index }) => name.startsWith(wanted, index + 1))
  return isWordStart ? 2 : 3
}

/** Without a text: the labels that the user gave last, then those that they have confirmed most. */
export function findLabels(
  labels: readonly LabelCount[],
  typed: string,
  limit: number,
  recent: readonly string[] = [],
): Finding {
  const wanted = fold(typed)
  const matches = labels.flatMap((label) => {
    const found = wanted === '' ? (label.confirmed > 0 ? 0 : null) : rank(fold(label.name), wanted)
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
      a.label.name.localeCompare(b.label.name),
  )
  const isKnown = labels.some(({ name }) => fold(name) === wanted)
  return {
    labels: matches.slice(0, limit).map(({ label: { name, confirmed } }) => ({ name, confirmed })),
    newName: wanted === '' || isKnown ? null : typed.trim().replaceAll(/\s+/g, ' '),
  }
}
