// Embeddings of a whole variant in one array, and what people said about its photos: what heads are trained on.
import { z } from 'zod'
import { PhotoId } from '../../contract/domain.ts'
import type { VariantId } from './models.ts'
import type { Db } from './sqlite.ts'

/** Photos that still lie somewhere, in the order of their ids. */
export interface EmbeddingTable {
  readonly photoIds: readonly PhotoId[]
  readonly dim: number
  /** [photos, dim] row-major. */
  readonly values: Float32Array
}

/** Rows read from SQLite at a time; no more of them exist as objects. */
const pageRows = 1000

const Judgement = z.object({ photoId: PhotoId, name: z.string(), state: z.enum(['confirmed', 'rejected']) })
export type Judgement = z.infer<typeof Judgement>
const Place = z.object({ path: z.string(), photoId: PhotoId })
const First = z.object({ photoId: PhotoId, name: z.string() })

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
        WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL) AS text`,
    z.object({ text: z.string() }),
  )
  const page = db.query(
    `SELECT photo_id AS photoId, vector FROM embedding
     WHERE variant_id = @variantId AND photo_id > @after ORDER BY photo_id LIMIT ${pageRows}`,
    z.object({ photoId: PhotoId, vector: z.instanceof(Uint8Array) }),
  )
  const present = db.query(
    'SELECT DISTINCT photo_id AS photoId FROM file WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL',
    z.object({ photoId: PhotoId }),
  )
  const judgements = db.query(
    `SELECT a.photo_id AS photoId, l.name, a.state FROM annotation a JOIN label l ON l.id = a.label_id
     ORDER BY a.photo_id, a.at_ms, l.name`,
    Judgement,
  )
  const places = db.query(
    `SELECT min(path) AS path, photo_id AS photoId FROM file
     WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL AND path >= @from AND path < @to GROUP BY photo_id`,
    Place,
  )
  const somePlaces = db.query(
    `SELECT min(f.path) AS path, f.photo_id AS photoId
     FROM json_each(@photoIds) e CROSS JOIN file f ON f.photo_id = e.value AND f.missing_since_ms IS NULL
     GROUP BY f.photo_id`,
    Place,
  )
  const files = db.query(
    `SELECT path, photo_id AS photoId FROM file
     WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL AND path >= @from AND path < @to ORDER BY path
     LIMIT @limit`,
    Place,
  )
  const byHash = db.query(
    'SELECT id FROM photo WHERE content_hash = @hash LIMIT 1',
    z.object({ id: PhotoId }),
  )
  const firstOfModel = db.query(
    `SELECT p.photo_id AS photoId, l.name FROM prediction p JOIN label l ON l.id = p.label_id
     WHERE p.variant_id = @variantId AND p.rank = 1`,
    First,
  )
  const everything = { from: '', to: '\u{10ffff}' }

  return {
    /** Every embedding of the variant. Read whole, into memory that threads can share: training and search want one array. */
    load: (variantId: VariantId): EmbeddingTable => {
      const { rows, dim } = count.get({ variantId }) ?? { rows: 0, dim: null }
      const width = dim ?? 0
      const values = new Float32Array(new SharedArrayBuffer(4 * rows * width))
      const photoIds: PhotoId[] = []
      // One pass over the files, which have no index by photo.
      const isPresent = new Set(present.all().map(({ photoId }) => photoId))
      for (let after = 0; ;) {
        const read = page.all({ variantId, after })
        for (const { photoId, vector } of read) {
          if (!isPresent.has(photoId) || vector.byteLength !== 4 * width) continue
          // A copy, since the bytes from SQLite need not lie on a multiple of four.
          values.set(new Float32Array(Uint8Array.from(vector).buffer), photoIds.length * width)
          photoIds.push(photoId)
        }
        const last = read.at(-1)
        if (last === undefined) break
        after = last.photoId
      }
      return { photoIds, dim: width, values: values.subarray(0, photoIds.length * width) }
    },
    /** Another text whenever `load` would give something else. */
    signature: (variantId: VariantId): string => signature.get({ variantId })?.text ?? '',
    /** What people said, by photo and then in the order in which they said it. */
    judgements: (): Judgement[] => judgements.all(),
    /** One path for each photo that lies under the range, or anywhere. */
    places: (range: { from: string; to: string } = everything): Map<PhotoId, string> =>
      new Map(places.all(range).map(({ path, photoId }) => [photoId, path])),
    /** One path for each of these photos that lies somewhere. */
    placesOf: (photoIds: readonly PhotoId[]): Map<PhotoId, string> =>
      new Map(
        somePlaces.all({ photoIds: JSON.stringify(photoIds) }).map(({ path, photoId }) => [photoId, path]),
      ),
    /** The first paths of the range with their photos. */
    files: (range: { from: string; to: string }, limit: number): z.infer<typeof Place>[] =>
      files.all({ ...range, limit }),
    byHash: (hash: Uint8Array): PhotoId | null => byHash.get({ hash })?.id ?? null,
    /** The first label that the model itself suggests for each photo. */
    firstOfModel: (variantId: VariantId): Map<PhotoId, string> =>
      new Map(firstOfModel.all({ variantId }).map(({ photoId, name }) => [photoId, name])),
  }
}
