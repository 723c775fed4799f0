// Which photos a screen or a dialog is about.
import type { PhotoFilter, PhotoSort } from '../../../electron/contract/browse.ts'
import type { FileId, PhotoId } from '../../../electron/contract/domain.ts'

/** Photos that were found for something, the best first. */
export interface GivenPhotos {
  /** What they are, where they show. */
  readonly title: () => string
  /** How alike each is to the first one: cosine of their embeddings, up to 1. */
  readonly similarities: ReadonlyMap<PhotoId, number>
}

/** Of photos that were found by words, or not at all. */
export const noSimilarities: GivenPhotos['similarities'] = new Map()

export interface PhotoScope {
  readonly filter: Partial<PhotoFilter>
  /** Photos that the user chose, or null for all that pass the filter. */
  readonly photoIds: readonly PhotoId[] | null
  /** What these photos are, where the screen that chose them knows. */
  readonly given?: GivenPhotos
  /** Where the keyboard stands: a review of all that pass the filter starts there. */
  readonly cursor?: FileId | null
  /** The order in which the library shows them. */
  readonly sort?: Partial<PhotoSort>
}

export const allPhotos: PhotoScope = { filter: {}, photoIds: null }

/** Whether a value of a filter leaves photos out; those of `everything` do not. */
export const isCondition = (value: PhotoFilter[keyof PhotoFilter]): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== null && value !== '' && value !== false
