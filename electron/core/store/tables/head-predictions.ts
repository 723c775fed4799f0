// The predictions of heads for a whole library: staged beside it, then put in place at once.
import { z } from 'zod'
import type { PhotoId } from '../../../contract/domain.ts'
import type { HeadId } from '../../../contract/heads.ts'
import { createLabelInterner } from './labels.ts'
import type { VariantId } from './model-variants.ts'
import type { Db } from '../sqlite/connection.ts'

/** The best classes of one photo, best first. */
export interface HeadPrediction {
  readonly photoId: PhotoId
  readonly top: readonly { readonly label: string; readonly score: number }[]
}

/** Temporary tables belong to this connection, so that filling one locks nobody out of the library. */
const schema = `CREATE TEMP TABLE staged_prediction (
  photo_id INTEGER NOT NULL, rank INTEGER NOT NULL, label_id INTEGER NOT NULL, score REAL NOT NULL
)`
const columns = 4
/** Rows per statement: a third of the time of one with rows as JSON, and a fifth of one for each row. */
const rowsAtOnce = 500
/** Some hundredths of a second. */
const rowsPutAtOnce = 50_000
const insertOf = (rows: number): string =>
  `INSERT INTO staged_prediction VALUES ${Array.from({ length: rows }, () => '(?, ?, ?, ?)').join(', ')}`

export function createHeadPredictions(db: Db) {
  db.exec(schema)
  const intern = createLabelInterner(db)
  const empty = db.command('DELETE FROM staged_prediction')
  const add = db.command(insertOf(1))
  const addMany = db.command(insertOf(rowsAtOnce))
  const clear = db.command('DELETE FROM head_prediction WHERE variant_id = @variantId')
  const put = db.command(
    `INSERT INTO head_prediction (variant_id, photo_id, rank, head_id, label_id, score)
     SELECT @variantId, photo_id, rank, @headId, label_id, score FROM staged_prediction
     WHERE rowid > @after AND rowid <= @after + ${rowsPutAtOnce}`,
  )
  const last = db.query(
    'SELECT max(rowid) AS rowid FROM staged_prediction',
    z.object({ rowid: z.int().nullable() }),
  )

  return {
    /**
     * Stages the predictions outside of any transaction, since computing them takes long. Returns for how many photos
     * they are.
     */
    stage: (predictions: Iterable<HeadPrediction>): number => {
      empty()
      let photos = 0
      const rows: number[] = []
      const known = new Map<string, number>()
      const idOf = (label: string): number => {
        const id = known.get(label) ?? intern(label)
        known.set(label, id)
        return id
      }
      for (const { photoId, top } of predictions) {
        photos++
        for (const [index, { label, score }] of top.entries()) {
          rows.push(photoId, index + 1, idOf(label), score)
          if (rows.length === columns * rowsAtOnce) addMany(rows.splice(0))
        }
      }
      for (let at = 0; at < rows.length; at += columns) add(rows.slice(at, at + columns))
      return photos
    },
    /**
     * Replaces the variant's predictions by the staged ones. Belongs inside a transaction, which an error of `onPut` rolls
     * back: it is called with the share that is in place, 0..1.
     */
    putStaged: (variantId: VariantId, headId: HeadId, onPut: (share: number) => void): void => {
      const rows = last.get()?.rowid ?? 0
      onPut(0)
      clear({ variantId })
      for (let after = 0; after < rows; after += rowsPutAtOnce) {
        onPut(after / rows)
        put({ variantId, headId, after })
      }
      empty()
    },
    clear: (variantId: VariantId): void => {
      clear({ variantId })
    },
  }
}
