// Embeddings of a whole variant: in one array for training, in blocks for what reads each once, and some by their photos.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { VariantId } from './model-variants.ts'
import type { Db } from '../sqlite/connection.ts'
import { lengthOf, readVector, readVectorInto, storeVector, StoredVector } from './embedding-vector.ts'

/** Photos with a file that is not missing, in the order of their ids. */
export interface EmbeddingTable {
  readonly photoIds: readonly PhotoId[]
  /** The photo that annotations of each of `photoIds` belong to: one for all renderings of an image. */
  readonly subjectIds: readonly PhotoId[]
  readonly dim: number
  /** [photos, dim] row-major. */
  readonly values: Float32Array
}

/** Rows read from SQLite at a time; no more of them exist as objects. */
const pageRows = 1000
/** Rows of a block: some 25 MB at 768 numbers each. */
const blockRows = 8192
/** Vectors rewritten in one transaction, some ten milliseconds. */
const halvedAtOnce = 200

export type Embeddings = ReturnType<typeof createEmbeddings>

const signatureSql = `SELECT (SELECT count(*) || '.' || coalesce(max(id), 0) || '.' || coalesce(sum(photo_id), 0)
    FROM embedding WHERE variant_id = @variantId) || '-' ||
   (SELECT count(*) || '.' || coalesce(sum(photo_id), 0) FROM file
    WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL) || '-' ||
   (SELECT count(*) || '.' || coalesce(sum(subject_id), 0) FROM photo WHERE subject_id IS NOT NULL) AS text`

export function createEmbeddings(db: Db) {
  const size = db.query(
    `SELECT (SELECT count(*) FROM embedding WHERE variant_id = @variantId) AS rows,
       (SELECT length(vector) / iif(is_half, 2, 4) FROM embedding WHERE variant_id = @variantId LIMIT 1) AS dim`,
    z.object({ rows: z.int(), dim: z.int().nullable() }),
  )
  const signature = db.query(signatureSql, z.object({ text: z.string() }))
  const ownChanges = db.query('SELECT total_changes() AS changes', z.object({ changes: z.int() }))
  const page = db.query(
    `SELECT e.photo_id AS photoId, coalesce(p.subject_id, p.id) AS subjectId, e.vector, e.is_half AS isHalf
     FROM embedding e JOIN photo p ON p.id = e.photo_id
     WHERE e.variant_id = @variantId AND e.photo_id > @after ORDER BY e.photo_id LIMIT ${pageRows}`,
    StoredVector.extend({ photoId: PhotoId, subjectId: PhotoId }),
  )
  const present = db.query(
    `SELECT json_group_array(photo_id) AS ids, coalesce(max(photo_id), 0) AS most FROM file
     WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL`,
    z.object({ ids: z.string(), most: z.int() }),
  )
  const some = db.query(
    `SELECT photo_id AS photoId, vector, is_half AS isHalf FROM embedding
     WHERE variant_id = @variantId AND photo_id IN (SELECT value FROM json_each(@photoIds))`,
    StoredVector.extend({ photoId: PhotoId }),
  )
  const memo = new Map<VariantId, { readonly state: string; readonly text: string }>()

  /** Rows of all photos that have a file, a page at a time. */
  function* pages(variantId: VariantId) {
    // One pass over the files, which have no index by photo.
    const { ids, most } = present.get() ?? { ids: '[]', most: 0 }
    const isPresent = new Uint8Array(most + 1)
    for (const id of JSON.parse(ids) as number[]) isPresent[id] = 1
    for (let after = 0; ;) {
      const read = page.all({ variantId, after })
      yield read.filter(({ photoId }) => isPresent[photoId] === 1)
      const last = read.at(-1)
      if (last === undefined) return
      after = last.photoId
    }
  }

  /** Tables of at most `most` rows each, one after the other in the same memory, which threads can share. */
  function* tables(variantId: VariantId, most: number): Generator<EmbeddingTable> {
    const { rows, dim } = size.get({ variantId }) ?? { rows: 0, dim: null }
    const width = dim ?? 0
    const values = new Float32Array(new SharedArrayBuffer(4 * Math.min(rows, most) * width))
    const begin = () => ({ photoIds: [] as PhotoId[], subjectIds: [] as PhotoId[] })
    const end = (ids: ReturnType<typeof begin>): EmbeddingTable => ({
      ...ids,
      dim: width,
      values: values.subarray(0, ids.photoIds.length * width),
    })
    let table = begin()
    for (const read of pages(variantId)) {
      for (const { photoId, subjectId, ...stored } of read) {
        // Rows may come while this reads; they are for the next time.
        if (lengthOf(stored) !== width || (most >= rows && table.photoIds.length === rows)) continue
        const at = table.photoIds.length * width
        readVectorInto(stored, values.subarray(at, at + width))
        table.photoIds.push(photoId)
        table.subjectIds.push(subjectId)
        if (most < rows && table.photoIds.length === most) {
          yield end(table)
          table = begin()
        }
      }
    }
    if (table.photoIds.length > 0) yield end(table)
  }

  return {
    /** Returns every embedding of the variant in one array, as training and search need it, in memory that threads can share. */
    load: (variantId: VariantId): EmbeddingTable => {
      const [table] = tables(variantId, Infinity)
      return table ?? { photoIds: [], subjectIds: [], dim: 0, values: new Float32Array(0) }
    },
    /** The same, some thousand rows at a time, for what needs no more of them at once: the next block takes the memory of the last one. */
    blocks: (variantId: VariantId): Generator<EmbeddingTable> => tables(variantId, blockRows),
    /** Returns how many the variant has, and the length of each; photos without a file count. */
    size: (variantId: VariantId): { readonly rows: number; readonly dim: number } => {
      const { rows, dim } = size.get({ variantId }) ?? { rows: 0, dim: null }
      return { rows, dim: dim ?? 0 }
    },
    /** Returns the embeddings of these photos; those without one are missing. */
    of: (variantId: VariantId, photoIds: readonly PhotoId[]): Map<PhotoId, Float32Array> =>
      new Map(
        some
          .all({ variantId, photoIds: JSON.stringify(photoIds) })
          .map(({ photoId, ...stored }) => [photoId, readVector(stored)]),
      ),
    /** Returns a text that changes whenever `load` would return other embeddings. */
    signature: (variantId: VariantId): string => {
      // At a million photos it is half a second, so it is not asked again before anybody has written.
      const state = `${String(db.pragma('data_version'))}.${ownChanges.get()?.changes ?? 0}`
      const known = memo.get(variantId)
      if (known?.state === state) return known.text
      const text = signature.get({ variantId })?.text ?? ''
      memo.set(variantId, { state, text })
      return text
    },
    ...createHalving(db),
  }
}

/**
 * [Note: halving] Earlier versions kept embeddings as float32. Both forms are read wherever embeddings are, so that such a library
 * opens at once; while it is open the older ones are rewritten, some in each transaction together with how far that
 * got. A program that is killed loses nothing, and the next one goes on from there.
 */
function createHalving(db: Db) {
  const name = 'embeddings_to_halve'
  const upTo = db.query(
    `SELECT CAST(value AS INTEGER) AS id FROM library_setting WHERE name = '${name}'`,
    z.object({ id: z.int() }),
  )
  const rows = db.query(
    `SELECT id, vector, is_half AS isHalf FROM embedding WHERE id <= @id ORDER BY id DESC LIMIT ${halvedAtOnce}`,
    StoredVector.extend({ id: z.int() }),
  )
  const rewrite = db.command('UPDATE embedding SET vector = @vector, is_half = @isHalf WHERE id = @id')
  const note = db.command(`UPDATE library_setting SET value = @id WHERE name = '${name}'`)
  const finish = db.command(`DELETE FROM library_setting WHERE name = '${name}'`)
  return {
    /** Rewrites some; returns whether there are more. See [Note: halving]. */
    halveSome: (): boolean => {
      // Asked outside of a transaction first, which would write although there is nothing to do.
      if (upTo.get() === null) return false
      return db.transaction(() => {
        const from = upTo.get()
        if (from === null) return false
        const read = rows.all(from)
        for (const { id, ...stored } of read)
          if (stored.isHalf === 0) rewrite({ id, ...storeVector(readVector(stored)) })
        const last = read.at(-1)
        if (last === undefined) finish()
        else note({ id: String(last.id - 1) })
        return last !== undefined
      })
    },
  }
}
