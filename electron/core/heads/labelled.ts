// What a head is trained on: the embeddings of a variant beside what people said about the photos.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Matrix } from '../learning/linear-pass.ts'
import type { HeadMode, Targets } from '../learning/logistic-regression.ts'
import type { Store } from '../store/db.ts'
import type { Judgement } from '../store/embeddings.ts'
import type { VariantId } from '../store/models.ts'

export interface EmbeddedLibrary {
  readonly variantId: VariantId
  readonly photoIds: readonly PhotoId[]
  /** One row for each of `photoIds`. */
  readonly matrix: Matrix
}

/** Reads the embeddings of a model as it was run last. */
export function loadEmbedded(store: Store, modelId: ModelId | null): EmbeddedLibrary {
  const variantId = store.models.lastUsed(modelId)
  const table = variantId === null ? null : store.embeddings.load(variantId)
  if (variantId === null || table === null || table.photoIds.length === 0) {
    throw new AppError(
      'not-found',
      'No photo has an embedding yet. Label a folder first, with a model that gives embeddings: labelroom label FOLDER --model MODEL.',
    )
  }
  const { photoIds, dim, values } = table
  return { variantId, photoIds, matrix: { rows: photoIds.length, dim, values } }
}

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

function summarise(said: readonly Judgement[], mode: HeadMode): { confirmed: string[]; rejected: string[] } {
  const names = (state: Judgement['state']) =>
    said.filter((judgement) => judgement.state === state).map(({ name }) => name)
  const confirmed = names('confirmed')
  return { confirmed: mode === 'single' ? confirmed.slice(-1) : confirmed, rejected: names('rejected') }
}
