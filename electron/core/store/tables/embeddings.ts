// Embeddings of a whole variant in one array: what heads are trained on, and what search compares.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { VariantId } from './model-variants.ts'
import type { Db } from '../sqlite/connection.ts'

/** Photos with a file that is not missing, in the order of their ids. */
export interface EmbeddingTable {
  readonly photoIds: readonly PhotoId[]
  /** The photo that annotations of each of `photoIds` hang on: one for all renderings of an image. */
  readonly subjectIds: readonly PhotoId[]
  readonly dim: number
  /** [photos, dim] row-major. */
  readonly values: Float32Array
}

/** Rows read from SQLite at a time; no more of them exist as objects. */
const pageRows = 1000

export type Embeddings = ReturnType<typeof createEmbeddings>

export function createEmbeddings(db: Db) {
  const count = db.query(
    `SELECT count(*) AS rows, max(length(vector)) / 4 AS dim FROM embedding WHERE variant_id = @variantId`,
    z.object({ rows: z.int(), dim: z.int().nullable() }),
  )
  const signature = db.query(
    `SELECT (SELECT count(*) || '.' || coalesce(max(id), 0) || '.' || coalesce(sum(photo_id), 0)
        FROM embedding WHERE variant_id = @variantId) || '-' ||
       (SELECT count(*) || '.' || coalesce(sum(photo_id), 0) FROM file
        WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL) || '-' ||
       (SELECT count(*) || '.' || coalesce(sum(subject_id), 0) FROM photo WHERE subject_id IS NOT NULL) AS text`,
    z.object({ text: z.string() }),
  )
  const page = db.query(
    `SELECT e.photo_id AS photoId, coalesce(p.subject_id, p.id) AS subjectId, e.vector
     FROM embedding e JOIN photo p ON p.id = e.photo_id
     WHERE e.variant_id = @variantId AND e.photo_id > @after ORDER BY e.photo_id LIMIT ${pageRows}`,
    z.object({ photoId: PhotoId, subjectId: PhotoId, vector: z.instanceof(Uint8Array) }),
  )
  const present = db.query(
    'SELECT DISTINCT photo_id AS photoId FROM file WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL',
    z.object({ photoId: PhotoId }),
  )

  return {
    /** Returns every embedding of the variant in one array, as training and search need it, in memory that threads can share. */
    load: (variantId: VariantId): EmbeddingTable => {
      const { rows, dim } = count.get({ variantId }) ?? { rows: 0, dim: null }
      const width = dim ?? 0
      const values = new Float32Array(new SharedArrayBuffer(4 * rows * width))
      const photoIds: PhotoId[] = []
      const subjectIds: PhotoId[] = []
      // One pass over the files, which have no index by photo.
      const isPresent = new Set(present.all().map(({ photoId }) => photoId))
      for (let after = 0; ;) {
        const read = page.all({ variantId, after })
        for (const { photoId, subjectId, vector } of read) {
          if (!isPresent.has(photoId) || vector.byteLength !== 4 * width) continue
          // A copy, since the bytes from SQLite need not be aligned to four bytes.
          values.set(new Float32Array(Uint8Array.from(vector).buffer), photoIds.length * width)
          photoIds.push(photoId)
          subjectIds.push(subjectId)
        }
        const last = read.at(-1)
        if (last === undefined) break
        after = last.photoId
      }
      return { photoIds, subjectIds, dim: width, values: values.subarray(0, photoIds.length * width) }
    },
    /** Returns a text that changes whenever `load` would return other embeddings. */
    signature: (variantId: VariantId): string => signature.get({ variantId })?.text ?? '',
  }
}
