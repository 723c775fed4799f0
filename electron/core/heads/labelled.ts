// What a head is trained on: what people said about the photos, beside their embeddings.
import type { PhotoId } from '../../contract/domain.ts'
import type { HeadMode, Targets } from '../learning/logistic-regression.ts'
import type { Judgement } from '../store/embeddings.ts'

export interface Labelled {
  readonly classNames: readonly string[]
  /** Rows of the library's matrix, in its order. */
  readonly rows: readonly number[]
  /** One row for each of `rows`. */
  readonly targets: Targets
}

/**
 * What people said, as targets. With one label a photo, the label confirmed last counts. With several, a photo that
 * has any confirmed label has no other class, what was rejected is a negative, and the rest is unknown.
 */
export function collectLabelled(
  photoIds: readonly PhotoId[],
  judgements: readonly Judgement[],
  mode: HeadMode,
): Labelled {
  const byPhoto = new Map<PhotoId, Judgement[]>()
  for (const judgement of judgements)
    byPhoto.set(judgement.photoId, [...(byPhoto.get(judgement.photoId) ?? []), judgement])
  const known = photoIds.flatMap((photoId, row) => {
    const said = byPhoto.get(photoId)
    return said === undefined ? [] : [{ row, ...summarise(said, mode) }]
  })
  const classNames = [...new Set(known.flatMap(({ confirmed }) => confirmed))].sort()
  const index = new Map(classNames.map((name, c) => [name, c]))
  const usable = known.filter(
    ({ confirmed, rejected }) =>
      confirmed.length > 0 || (mode === 'multi' && rejected.some((name) => index.has(name))),
  )
  const classes = classNames.length
  const values = new Int8Array(usable.length * classes)
  for (const [at, { confirmed, rejected }] of usable.entries()) {
    if (confirmed.length === 0) values.fill(-1, at * classes, (at + 1) * classes)
    const mark = (names: readonly string[], value: number) => {
      for (const name of names) {
        const c = index.get(name)
        if (c !== undefined) values[at * classes + c] = value
      }
    }
    mark(rejected, 0)
    mark(confirmed, 1)
  }
  return { classNames, rows: usable.map(({ row }) => row), targets: { mode, classes, values } }
}

/**
 * The same with the classes of a head that nobody uses any more, at the end: what such a head says wrongly has to count.
 * No photo has them, as far as anything is known of it.
 */
export function withClassesOf(
  { classNames, rows, targets }: Labelled,
  head: { readonly classes: readonly string[] },
): Labelled {
  const all = [...classNames, ...head.classes.filter((name) => !classNames.includes(name))]
  const { mode, classes } = targets
  const values = new Int8Array(rows.length * all.length)
  for (const at of rows.keys()) {
    const said = targets.values.subarray(at * classes, (at + 1) * classes)
    values.fill(said.includes(1) ? 0 : -1, at * all.length, (at + 1) * all.length)
    values.set(said, at * all.length)
  }
  return { classNames: all, rows, targets: { mode, classes: all.length, values } }
}

function summarise(said: readonly Judgement[], mode: HeadMode): { confirmed: string[]; rejected: string[] } {
  const names = (state: Judgement['state']) =>
    said.filter((judgement) => judgement.state === state).map(({ name }) => name)
  const confirmed = names('confirmed')
  return { confirmed: mode === 'single' ? confirmed.slice(-1) : confirmed, rejected: names('rejected') }
}
