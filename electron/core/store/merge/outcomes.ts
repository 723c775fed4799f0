// Merges what models made of photos: outcomes with their predictions, and embeddings. The later outcome of a variant counts, and
// a failure never takes the place of a success.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'
import { countsOf } from '../tables/cleared-suggestions.ts'
import { inRange, insertFrom, mapped, type Range } from './sql.ts'

export interface OutcomeMerge {
  /** The variants of the source, by its own numbers. */
  readonly variants: () => number[]
  /** Of the photos in the range, by the numbers of the source. Belongs inside a transaction. */
  readonly outcomes: (variantId: number, range: Range) => void
}

const counts = countsOf('i').replaceAll('model_variant', 'src.model_variant')
const countsHere = countsOf('t').replaceAll('model_variant', 'main.model_variant')
const isBetter = `(t.photo_id IS NULL OR NOT ${countsHere}
  OR (i.status = 'labelled' AND (t.status = 'failed' OR i.at_ms > t.at_ms))
  OR (i.status = 'failed' AND t.status = 'failed' AND i.at_ms > t.at_ms))`

export function createOutcomeMerge(db: Db): OutcomeMerge {
  const variants = db.query('SELECT src FROM merging_variant ORDER BY src', z.object({ src: z.int() }))
  const own = mapped('variant', '@variantId')
  const empty = db.command('DELETE FROM merging_outcome')
  const choose = db.command(
    `INSERT OR IGNORE INTO merging_outcome SELECT m.id, i.photo_id FROM src.inference i
     JOIN merging_photo m ON m.src = i.photo_id
     LEFT JOIN main.inference t ON t.variant_id = ${own} AND t.photo_id = m.id
     WHERE i.variant_id = @variantId AND ${inRange('i.photo_id')} AND ${counts} AND ${isBetter}
     ORDER BY i.status = 'labelled' DESC, i.at_ms DESC`,
  )
  const ofChosen = 's.variant_id = @variantId AND s.photo_id = o.src'
  const given = { variant_id: own, photo_id: 'o.id' }
  const clear = (table: string) =>
    db.command(
      `DELETE FROM main.${table} WHERE variant_id = ${own} AND photo_id IN (SELECT id FROM merging_outcome)`,
    )
  const replaced = ['prediction', 'inference'].map(clear)
  const insertOutcomes = db.command(
    `${insertFrom(db, 'inference', {
      given: {
        ...given,
        job_id: mapped('job', 's.job_id'),
        generation: `(SELECT generation FROM main.model_variant WHERE id = ${own})`,
      },
    })} FROM merging_outcome o CROSS JOIN src.inference s ON ${ofChosen}`,
  )
  const insertPredictions = db.command(
    `${insertFrom(db, 'prediction', { given: { ...given, label_id: mapped('label', 's.label_id') } })}
     FROM merging_outcome o CROSS JOIN src.prediction s ON ${ofChosen}`,
  )
  // As after a run: a changed vector gets a new number.
  const embeddings = (from: string) =>
    db.command(
      `${insertFrom(db, 'embedding', { given: { ...given, photo_id: 'm.id' }, without: ['id'] })} ${from}
       WHERE s.variant_id = @variantId AND ${inRange('s.photo_id')}
       ON CONFLICT (variant_id, photo_id) DO UPDATE SET
         vector = excluded.vector, is_half = excluded.is_half, id = (SELECT max(id) + 1 FROM main.embedding)
       WHERE vector IS NOT excluded.vector AND excluded.photo_id IN (SELECT id FROM merging_outcome)`,
    )
  const insertEmbeddings = embeddings('FROM src.embedding s JOIN merging_photo m ON m.src = s.photo_id')
  return {
    variants: () => variants.all().map(({ src }) => src),
    outcomes: (variantId, range) => {
      const values = { variantId, ...range }
      empty()
      if (choose(values) > 0) {
        for (const remove of replaced) remove({ variantId })
        insertOutcomes({ variantId })
        insertPredictions({ variantId })
      }
      insertEmbeddings(values)
    },
  }
}
