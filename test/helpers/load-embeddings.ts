// All embeddings of a variant in one array, as tests compare them.
import type { Store } from '../../electron/core/store/db.ts'
import type { EmbeddedPhotos } from '../../electron/core/store/tables/embeddings.ts'
import type { VariantId } from '../../electron/core/store/tables/model-variants.ts'

/** `values` is [photos, dim]. */
export function loadEmbeddings(
  store: Store,
  variantId: VariantId,
): EmbeddedPhotos & { readonly values: Float32Array } {
  const photos = store.embeddings.photos(variantId)
  const values = new Float32Array(photos.photoIds.length * photos.dim)
  for (const block of store.embeddings.blocks(variantId, photos))
    values.set(block.values, block.from * photos.dim)
  return { ...photos, values }
}
