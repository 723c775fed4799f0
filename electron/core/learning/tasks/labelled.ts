// What a head is trained on: the user's annotations as targets, beside the embeddings of the photos.
import type { PhotoId } from '../../../contract/domain.ts'
import type { HeadMode, Targets } from '../algorithms/logistic-regression.ts'
import type { Annotation } from '../../store/tables/annotations-read.ts'

export interface Labelled {
  readonly classNames: readonly string[]
  /** Rows of the library's matrix, in its order; of each image one, whatever renderings there are. */
  readonly rows: readonly number[]
  /** One row for each of `rows`. */
  readonly targets: Targets
}

/**
 * The user's annotations as targets; `subjectIds` are those of an `EmbeddedLibrary`. Renderings of one image are one
 * example, so that a photo and its rotated copy never lie on both sides of a division. With one label a photo, the label confirmed last counts. With several, a photo that
 * has any confirmed label has no other class, what was rejected is a negative, and the rest is unknown.
 */
export function collectLabelled(
  subjectIds: readonly PhotoId[],
  annotations: readonly Annotation[],
  mode: HeadMode,
): Labelled {
  const byPhoto = new Map<PhotoId, Annotation[]>()
  for (const annotation of annotations)
    byPhoto.set(annotation.photoId, [...(byPhoto.get(annotation.photoId) ?? []), annotation])
  const known = firstRenderings(subjectIds).flatMap((row) => {
    const annotations = byPhoto.get(subjectIds[row] ?? (0 as PhotoId))
    return annotations === undefined ? [] : [{ row, ...summarise(annotations, mode) }]
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

/** The annotations of these labels alone; null is all. */
export function ofClasses(
  annotations: readonly Annotation[],
  classes: readonly string[] | null,
): readonly Annotation[] {
  if (classes === null) return annotations
  const wanted = new Set(classes)
  return annotations.filter(({ name }) => wanted.has(name))
}

/** One row for each image: that of the rendering which the library has known longest. */
export function firstRenderings(subjectIds: readonly PhotoId[]): number[] {
  const seen = new Set<PhotoId>()
  return [...subjectIds.keys()].filter((row) => {
    const subjectId = subjectIds[row] ?? (0 as PhotoId)
    return seen.size < seen.add(subjectId).size
  })
}

/**
 * The same with classes of a head that no label uses any more, at the end: its wrong predictions of these have to count.
 * No photo has them, as far as it is annotated.
 */
export function withClassesOf(
  { classNames, rows, targets }: Labelled,
  head: { readonly classes: readonly string[] },
): Labelled {
  const all = [...classNames, ...head.classes.filter((name) => !classNames.includes(name))]
  const { mode, classes } = targets
  const values = new Int8Array(rows.length * all.length)
  for (const at of rows.keys()) {
    const known = targets.values.subarray(at * classes, (at + 1) * classes)
    values.fill(known.includes(1) ? 0 : -1, at * all.length, (at + 1) * all.length)
    values.set(known, at * all.length)
  }
  return { classNames: all, rows, targets: { mode, classes: all.length, values } }
}

function summarise(
  annotations: readonly Annotation[],
  mode: HeadMode,
): { confirmed: string[]; rejected: string[] } {
  const names = (state: Annotation['state']) =>
    annotations.filter((annotation) => annotation.state === state).map(({ name }) => name)
  const confirmed = names('confirmed')
  return { confirmed: mode === 'single' ? confirmed.slice(-1) : confirmed, rejected: names('rejected') }
}
