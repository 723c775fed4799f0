// Embeddings of a variant: of which photos there are some, all in blocks, and some by their photos.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { VariantId } from './model-variants.ts'
import type { Db } from '../sqlite/connection.ts'
import { lengthOf, readVector, readVectorInto, storeVector, StoredVector } from './embedding-vector.ts'

/** Photos with an embedding and a file that is not missing, in the order of their ids. */
export interface EmbeddedPhotos {
  readonly photoIds: readonly PhotoId[]
  /** The photo that annotations of each of `photoIds` belong to: one for all renderings of an image. */
  readonly subjectIds: readonly PhotoId[]
  /** Length of each embedding. */
  readonly dim: number
}

export interface EmbeddingBlock {
  /** Where its first photo is among those that were asked for. */
  readonly from: number
  readonly rows: number
  /** [rows, dim] row-major. */
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
    `SELECT photo_id AS photoId, vector, is_half AS isHalf FROM embedding
     WHERE variant_id = @variantId AND photo_id > @after ORDER BY photo_id LIMIT ${pageRows}`,
    StoredVector.extend({ photoId: PhotoId }),
  )
  const photos = db.query(
    `SELECT json_group_array(id) AS ids, json_group_array(subject) AS subjects FROM (
       SELECT p.id, coalesce(p.subject_id, p.id) AS subject FROM embedding e JOIN photo p ON p.id = e.photo_id
       WHERE e.variant_id = @variantId AND length(e.vector) = @dim * iif(e.is_half, 2, 4) ORDER BY e.photo_id)`,
    z.object({ ids: z.string(), subjects: z.string() }),
  )
  const present = db.query(
    `SELECT json_group_array(photo_id) AS ids, coalesce(max(photo_id), 0) AS most FROM file
     WHERE photo_id IS NOT NULL AND missing_since_ms IS NULL`,
    z.object({ ids: z.string(), most: z.int() }),
  )
  const one = db.query(
    'SELECT vector, is_half AS isHalf FROM embedding WHERE variant_id = @variantId AND photo_id = @photoId',
    StoredVector,
  )
  const memo = new Map<VariantId, { readonly state: string; readonly text: string }>()

  /** All rows of a variant in the order of their photos, a page at a time. */
  function* rowsOf(variantId: VariantId) {
    for (let read = page.all({ variantId, after: 0 }); read.length > 0;) {
      yield* read
      read = page.all({ variantId, after: read.at(-1)?.photoId ?? 0 })
    }
  }

  /** Writes an embedding; zeros for one that is gone since it was listed, or has another length by now. */
  const put = (stored: StoredVector | null, values: Float32Array): void => {
    if (stored !== null && lengthOf(stored) === values.length) readVectorInto(stored, values)
    else values.fill(0)
  }

  return {
    /** Returns of which photos the variant has embeddings; one that has another length since the library was damaged is none. */
    photos: (variantId: VariantId): EmbeddedPhotos => {
      const dim = size.get({ variantId })?.dim ?? 0
      const row = photos.get({ variantId, dim }) ?? { ids: '[]', subjects: '[]' }
      // One pass over the files, which is faster than to look for each photo's.
      const { ids, most } = present.get() ?? { ids: '[]', most: 0 }
      const isPresent = new Uint8Array(most + 1)
      for (const id of JSON.parse(ids) as number[]) isPresent[id] = 1
      const all = JSON.parse(row.ids) as PhotoId[]
      const subjects = JSON.parse(row.subjects) as PhotoId[]
      return {
        photoIds: all.filter((id) => isPresent[id] === 1),
        subjectIds: subjects.filter((_, at) => isPresent[all[at] ?? 0] === 1),
        dim,
      }
    },
    /**
     * Yields the embeddings of these photos, whose ids rise and have embeddings of this length, some thousand at a time: the next
     * block takes the memory of the last one.
     */
    *blocks(
      variantId: VariantId,
      { photoIds, dim }: Pick<EmbeddedPhotos, 'photoIds' | 'dim'>,
    ): Generator<EmbeddingBlock> {
      const values = new Float32Array(Math.min(blockRows, photoIds.length) * dim)
      const stored = rowsOf(variantId)
      let next = stored.next().value
      let rows = 0
      for (const [at, photoId] of photoIds.entries()) {
        // Photos may come and go while this reads.
        while (next !== undefined && next.photoId < photoId) next = stored.next().value
        put(next?.photoId === photoId ? next : null, values.subarray(rows * dim, (rows + 1) * dim))
        rows++
        if (rows < blockRows && at < photoIds.length - 1) continue
        yield { from: at + 1 - rows, rows, values: values.subarray(0, rows * dim) }
        rows = 0
      }
    },
    /** Returns how many the variant has, and the length of each; photos without a file count. */
    size: (variantId: VariantId): { readonly rows: number; readonly dim: number } => {
      const { rows, dim } = size.get({ variantId }) ?? { rows: 0, dim: null }
      return { rows, dim: dim ?? 0 }
    },
    /** Returns the embeddings of these photos, [photos, dim]; zeros for one that has none. */
    take: (variantId: VariantId, photoIds: readonly PhotoId[], dim: number): Float32Array => {
      const values = new Float32Array(photoIds.length * dim)
      for (const [at, photoId] of photoIds.entries())
        put(one.get({ variantId, photoId }), values.subarray(at * dim, (at + 1) * dim))
      return values
    },
    /** Returns the embedding of a photo; null where it has none. */
    get: (variantId: VariantId, photoId: PhotoId): Float32Array | null => {
      const stored = one.get({ variantId, photoId })
      return stored === null ? null : readVector(stored)
    },
    /** Returns a text that changes whenever there are other embeddings or photos. */
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
