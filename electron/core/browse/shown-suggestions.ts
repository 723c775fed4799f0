// The suggestions that the library shows, for tasks over all photos outside of the core's event loop.
import type { PhotoId } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { createLabelNames } from '../domain/label-names.ts'
import { createPhotoReader } from './photo-reader.ts'
import { PhotoTable } from './photo-table.ts'
import { createMerged, createRuleSet } from '../domain/rule-set.ts'

/** Photos read at once. */
const chunkSize = 5000

export interface ShownSuggestions {
  /** The first visible suggestion: after the rules, and not annotated. */
  first(photoId: PhotoId): string | null
  /** The first that would be visible if these were the predictions for the photo. */
  firstOf(
    photoId: PhotoId,
    top: readonly { readonly label: string; readonly score: number }[],
  ): { readonly name: string; readonly score: number } | null
  /** Whether the photo shows the predictions of this variant, and not of another one. */
  isOf(photoId: PhotoId, variantId: VariantId): boolean
}

/** Calls `onChunk` with the share of the photos that was read, 0..1. */
export function readShownSuggestions(
  store: Store,
  onChunk: (share: number) => void = () => undefined,
): ShownSuggestions {
  const names = createLabelNames(store.labelSpellings.shownNames())
  const rules = createRuleSet(store.rules.get(), names)
  const reader = createPhotoReader(store, names)
  const photos = new PhotoTable()
  const { photos: max } = store.columns.max()
  for (let from = 1; from <= max; from += chunkSize) {
    onChunk(from / max)
    reader.read(photos, rules, from, Math.min(max, from + chunkSize - 1))
  }
  const { pool } = photos
  const merged = createMerged()
  return {
    first: (photoId) =>
      pool.visibleCountOf(photoId) === 0 ? null : names.nameOf(pool.visible[pool.startOf(photoId)] ?? 0),
    firstOf: (photoId, top) => {
      const classes = top.map(({ label }) => names.idOf(label))
      const scores = top.map(({ score }) => score)
      rules.merge(merged, classes, scores, 0, top.length, photos.annotatedOf(photoId)?.all ?? null)
      const at = merged.isVisible.subarray(0, merged.count).indexOf(1)
      return at === -1 ? null : { name: names.nameOf(merged.labels[at] ?? 0), score: merged.scores[at] ?? 0 }
    },
    isOf: (photoId, variantId) => photos.variantOf(photoId) === variantId,
  }
}
