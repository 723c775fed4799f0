// One label for each photo, as pictures of the whole library show it.
import type { PhotoId } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/models.ts'

export interface CurrentLabel {
  readonly name: string
  readonly isConfirmed: boolean
}

/** The label confirmed last, else the first suggestion that nobody rejected. */
export function currentLabels(store: Store, variantId: VariantId): Map<PhotoId, CurrentLabel> {
  const labels = new Map<PhotoId, CurrentLabel>()
  for (const [photoId, name] of store.embeddings.firstSuggestions(variantId))
    labels.set(photoId, { name, isConfirmed: false })
  for (const { photoId, name, state } of store.embeddings.judgements()) {
    const shown = labels.get(photoId)
    if (state === 'confirmed') labels.set(photoId, { name, isConfirmed: true })
    else if (shown?.name === name && !shown.isConfirmed) labels.delete(photoId)
  }
  return labels
}
