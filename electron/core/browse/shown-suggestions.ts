// The suggestions that the library shows, for work on all of it at once outside of the core's loop.
import type { PhotoId } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/models.ts'
import { createLabelNames } from './label-names.ts'
import { createPhotoReader } from './photo-reader.ts'
import { PhotoTable } from './photo-table.ts'
import { createMerged, createRuleSet } from './rule-set.ts'

/** Photos read in one go. */
const stretch = 5000

export interface ShownSuggestions {
  /** The first suggestion that shows: named, merged and let through by the rules, judged by nobody. */
  first(photoId: PhotoId): string | null
  /** The first that would show if this were what models say of the photo. */
  firstOf(
    photoId: PhotoId,
    top: readonly { readonly label: string; readonly score: number }[],
  ): { readonly name: string; readonly score: number } | null
  /** Whether the library shows what this variant says of the photo, and not what another one says. */
  isOf(photoId: PhotoId, variantId: VariantId): boolean
}

export function readShownSuggestions(store: Store): ShownSuggestions {
  const names = createLabelNames()
  const rules = createRuleSet(store.rules.get(), names)
  const reader = createPhotoReader(store, names)
  const photos = new PhotoTable()
  const { photos: max } = store.columns.max()
  for (let from = 1; from <= max; from += stretch)
    reader.read(photos, rules, from, Math.min(max, from + stretch - 1))
  const { pool } = photos
  const merged = createMerged()
  return {
    first: (photoId) =>
      pool.visibleCountOf(photoId) === 0 ? null : names.nameOf(pool.visible[pool.startOf(photoId)] ?? 0),
    firstOf: (photoId, top) => {
      const classes = top.map(({ label }) => names.idOf(label))
      const scores = top.map(({ score }) => score)
      rules.merge(merged, classes, scores, 0, top.length, photos.judged.get(photoId)?.all ?? null)
      const at = merged.isVisible.subarray(0, merged.count).indexOf(1)
      return at === -1 ? null : { name: names.nameOf(merged.labels[at] ?? 0), score: merged.scores[at] ?? 0 }
    },
    isOf: (photoId, variantId) => photos.variantOf(photoId) === variantId,
  }
}
