// Merges stars and flags, each for itself: what this library has holds, then what the first of the merged ones has. What another
// one says otherwise is kept as a conflict.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

/** Photos of a chunk; some ten milliseconds. */
export const photosAtOnce = 1000

const schema = `
CREATE TEMP TABLE IF NOT EXISTS merging_rating (
  photo_id INTEGER NOT NULL, source_at INTEGER NOT NULL, source TEXT NOT NULL, stars INTEGER, flag INTEGER,
  PRIMARY KEY (photo_id, source_at)
) WITHOUT ROWID`

const kinds = ['stars', 'flag'] as const
const chunk = 'm.photo_id > @after AND m.photo_id <= @last'
const held = (kind: (typeof kinds)[number]): string =>
  `coalesce(r.${kind}, (SELECT n.${kind} FROM merging_rating n
     WHERE n.photo_id = m.photo_id AND n.${kind} IS NOT NULL ORDER BY n.source_at LIMIT 1))`
const ratings = `${held('stars')}, ${held('flag')}`
const changed = `FROM (SELECT DISTINCT photo_id FROM merging_rating m WHERE ${chunk}) m
  LEFT JOIN main.photo_rating r USING (photo_id) WHERE (r.stars, r.flag) IS NOT (${ratings})`

export interface RatingMerge {
  /** Takes down what the attached source says, by the numbers of this library. Belongs inside a transaction. */
  readonly collect: (sourceAt: number, source: string) => void
  readonly count: () => number
  /** `rows`: how many of those that were collected. `apply` saves them in a step, and returns how many conflicts are new. */
  readonly chunks: () => Iterable<{ readonly rows: number; readonly apply: (stepId: number) => number }>
  readonly forget: () => void
}

export function createRatingMerge(db: Db): RatingMerge {
  db.exec(schema)
  const CountRow = z.object({ rows: z.int() })
  const count = db.query('SELECT count(*) AS rows FROM merging_rating', CountRow)
  const rowsOf = db.query(`SELECT count(*) AS rows FROM merging_rating m WHERE ${chunk}`, CountRow)
  const end = db.query(
    `SELECT max(photo_id) AS photoId FROM (SELECT DISTINCT photo_id FROM merging_rating
       WHERE photo_id > @after ORDER BY photo_id LIMIT ${photosAtOnce})
     WHERE photo_id IS NOT NULL HAVING max(photo_id) IS NOT NULL`,
    z.object({ photoId: z.int() }),
  )
  const record = kinds.map((kind) =>
    db.command(
      `INSERT INTO merge_rating_conflict (photo_id, kind, source, source_value, own_value)
       SELECT m.photo_id, '${kind}', m.source, m.${kind}, ${held(kind)}
       FROM merging_rating m LEFT JOIN main.photo_rating r USING (photo_id) WHERE ${chunk} AND m.${kind} <> ${held(kind)}
       ON CONFLICT DO NOTHING`,
    ),
  )
  // What they were before is noted, too: a step of before the merge that is undone, or done again, would else take them away.
  const note = db.command(
    `INSERT INTO history_rating (step_id, photo_id, before_stars, before_flag, after_stars, after_flag)
     SELECT @stepId, m.photo_id, r.stars, r.flag, ${ratings} ${changed}`,
  )
  const save = db.command(
    `INSERT INTO main.photo_rating (photo_id, stars, flag) SELECT m.photo_id, ${ratings} ${changed}
     ON CONFLICT (photo_id) DO UPDATE SET stars = excluded.stars, flag = excluded.flag`,
  )
  return {
    collect: (sourceAt, source) => {
      db.command(
        `INSERT INTO merging_rating (photo_id, source_at, source, stars, flag)
         SELECT coalesce(p.subject_id, p.id), @sourceAt, @source, s.stars, s.flag FROM src.photo_rating s
         JOIN merging_photo m ON m.src = s.photo_id JOIN main.photo p ON p.id = m.id WHERE true
         ON CONFLICT (photo_id, source_at) DO UPDATE SET stars = coalesce(merging_rating.stars, excluded.stars),
           flag = coalesce(merging_rating.flag, excluded.flag)`,
      )({ sourceAt, source })
    },
    count: () => count.get()?.rows ?? 0,
    *chunks() {
      for (let after = 0; ;) {
        const last = end.get({ after })?.photoId
        if (last === undefined) return
        const range = { after, last }
        yield {
          rows: rowsOf.get(range)?.rows ?? 0,
          apply: (stepId) => {
            const conflicts = record.reduce((sum, one) => sum + one(range), 0)
            note({ stepId, ...range })
            save(range)
            return conflicts
          },
        }
        after = last
      }
    },
    forget: () => {
      db.exec('DELETE FROM merging_rating')
    },
  }
}
