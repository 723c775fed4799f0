// The photos of one variant as int8 rows, which search looks through before it compares a few of them exactly.
import type { PhotoId } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { createInt8Rows, type Int8Rows } from './algorithms/int8-rows.ts'
import { dot } from './algorithms/neighbours.ts'
import { keepLast } from './keep-last.ts'

export interface Int8Library {
  readonly variantId: VariantId
  readonly photoIds: readonly PhotoId[]
  readonly rows: Int8Rows
}

/** A photo and how well it suits. */
export interface Match {
  readonly photoId: PhotoId
  readonly value: number
}

/** Compared exactly: of so many that int8 ranks highest, none of the best ten was missing in what was measured. */
const candidatesFor = (limit: number): number => Math.max(200, 4 * limit)

/**
 * [Note: int8 rows] 768 numbers a photo are 768 MB at a million photos, a quarter of what they are as float32, and so much
 * less to read for each search. Embeddings stay on disk; only those of the candidates are read.
 */
export const readInt8Library = keepLast((store, variantId): Int8Library => {
  const { photoIds, dim } = store.embeddings.photos(variantId)
  const rows = createInt8Rows(photoIds.length, dim)
  for (const block of store.embeddings.blocks(variantId, { photoIds, dim })) rows.add({ dim, ...block })
  return { variantId, photoIds, rows }
})

/** The photos whose embeddings have the largest product with `vector`, or the largest cosine, the best first; exact values. */
export function findBest(
  store: Store,
  { variantId, photoIds, rows }: Int8Library,
  vector: Float32Array,
  { limit, isCosine }: { readonly limit: number; readonly isCosine: boolean },
): Match[] {
  const candidates = rows
    .candidates(vector, candidatesFor(limit), isCosine)
    .flatMap((row) => photoIds[row] ?? [])
  const length = isCosine ? Math.sqrt(dot(vector, vector)) : 1
  const matches = candidates.flatMap((photoId): Match[] => {
    const other = store.embeddings.get(variantId, photoId)
    if (other === null) return []
    const scale = isCosine ? length * Math.sqrt(dot(other, other)) : 1
    return [{ photoId, value: scale === 0 ? 0 : dot(vector, other) / scale }]
  })
  return matches.sort((a, b) => b.value - a.value || a.photoId - b.photoId).slice(0, limit)
}
