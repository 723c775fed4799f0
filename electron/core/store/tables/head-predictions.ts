// The predictions of heads for a whole library: staged beside it, then put in place at once.
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

type Row = readonly [photoId: number, rank: number, labelId: number, score: number]

/** Temporary tables belong to this connection, so that filling one locks nobody out of the library. */
const schema = `CREATE TEMP TABLE staged_prediction (
  photo_id INTEGER NOT NULL, rank INTEGER NOT NULL, label_id INTEGER NOT NULL, score REAL NOT NULL
)`
/** Rows per statement. */
const chunkSize = 5000

export function createHeadPredictions(db: Db) {
  db.exec(schema)
  const intern = createLabelInterner(db)
  const empty = db.command('DELETE FROM staged_prediction')
  const add = db.command(
    `INSERT INTO staged_prediction
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(@rows)`,
  )
  const clear = db.command('DELETE FROM head_prediction WHERE variant_id = @variantId')
  const put = db.command(
    `INSERT INTO head_prediction (variant_id, photo_id, rank, head_id, label_id, score)
     SELECT @variantId, photo_id, rank, @headId, label_id, score FROM staged_prediction`,
  )

  return {
    /**
     * Stages the predictions outside of any transaction, since computing them takes long. Returns for how many photos
     * they are.
     */
    stage: (predictions: Iterable<HeadPrediction>): number => {
      empty()
      let photos = 0
      let rows: Row[] = []
      const known = new Map<string, number>()
      const idOf = (label: string): number => {
        const id = known.get(label) ?? intern(label)
        known.set(label, id)
        return id
      }
      const flush = () => {
        add({ rows: JSON.stringify(rows) })
        rows = []
      }
      for (const { photoId, top } of predictions) {
        photos++
        for (const [index, { label, score }] of top.entries())
          rows.push([photoId, index + 1, idOf(label), score])
        if (rows.length >= chunkSize) flush()
      }
      flush()
      return photos
    },
    /** Replaces the variant's predictions by the staged ones. Belongs inside a transaction. */
    putStaged: (variantId: VariantId, headId: HeadId): void => {
      clear({ variantId })
      put({ variantId, headId })
      empty()
    },
    clear: (variantId: VariantId): void => {
      clear({ variantId })
    },
  }
}
