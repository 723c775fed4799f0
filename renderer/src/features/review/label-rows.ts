// The labels of a photo as the review lists them: in an order that stays while the user works on the photo.
import type { Label, LabelState } from '../../../../electron/contract/domain.ts'
import type { LabelIssue } from '../../../../electron/contract/review.ts'

export interface LabelRow {
  readonly name: string
  readonly state: LabelState
  readonly score: number | null
  /** Suggested, but too unsure to count as a suggestion of the photo. */
  readonly isWeak: boolean
}

/** How the rows of a photo were shown before. */
export interface RowOrder {
  readonly names: readonly string[]
  /** Those among the user's own labels. */
  readonly own: readonly string[]
}

export const noOrder: RowOrder = { names: [], own: [] }

/** Rejected ones count least, so that a label that is suggested again shows as suggested. */
const strength: Readonly<Record<LabelState, number>> = { confirmed: 2, suggested: 1, rejected: 0 }

/**
 * The user's own labels, and what a model suggests beside them. A suggestion that the user confirms stays where it is, so
 * that neither it nor the digits of the others move under the hand.
 */
export function splitRows(
  rows: readonly LabelRow[],
  { names, own }: RowOrder,
): { readonly own: readonly LabelRow[]; readonly suggested: readonly LabelRow[] } {
  const isOwn = ({ name, state }: LabelRow) =>
    own.includes(name) || (state === 'confirmed' && !names.includes(name))
  return { own: rows.filter(isOwn), suggested: rows.filter((row) => !isOwn(row)) }
}

/**
 * `order` is the order in which the names were shown before; what is new comes after it, suggestions by score first.
 * For a label that is likely wrong, what is likely comes first and what is given second.
 */
export function labelRows(
  labels: readonly Label[],
  order: readonly string[],
  labelIssue: LabelIssue | null,
): LabelRow[] {
  const rows = new Map<string, LabelRow>()
  if (labelIssue !== null) {
    const { likely, likelyScore, given, givenScore } = labelIssue
    if (likely !== null)
      rows.set(likely, { name: likely, state: 'suggested', score: likelyScore, isWeak: false })
    rows.set(given, { name: given, state: 'suggested', score: givenScore, isWeak: false })
  }
  for (const { name, state, score, isWeak } of labels) {
    const before = rows.get(name)
    if (before !== undefined && strength[before.state] > strength[state]) continue
    rows.set(name, {
      name,
      state,
      score: score ?? before?.score ?? null,
      isWeak: state === 'suggested' && isWeak && before === undefined,
    })
  }
  const place = (name: string) => {
    const at = order.indexOf(name)
    return at === -1 ? order.length : at
  }
  const labelIssues: (string | null)[] = labelIssue === null ? [] : [labelIssue.likely, labelIssue.given]
  const first = (name: string) =>
    labelIssues.includes(name) ? labelIssues.indexOf(name) : labelIssues.length
  return [...rows.values()].sort(
    (a, b) =>
      place(a.name) - place(b.name) || first(a.name) - first(b.name) || (b.score ?? -1) - (a.score ?? -1),
  )
}
