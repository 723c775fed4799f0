// Merges what users said of photos. Nothing of it is lost: what two libraries say otherwise of a photo is kept beside what holds.
import { z } from 'zod'
import { createTimeSlice } from '../../tasks/time-slice.ts'
import { annotationColumns, columnList, columnsFromExcluded } from '../history/triggers.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import { createRatingMerge, photosAtOnce } from './ratings.ts'
import { mapped } from './sql.ts'

const schema = `
CREATE TEMP TABLE IF NOT EXISTS merging_annotation (
  source_at INTEGER NOT NULL, source TEXT NOT NULL, photo_id INTEGER NOT NULL, label_id INTEGER NOT NULL,
  ${annotationColumns.join(', ')}, PRIMARY KEY (source_at, photo_id, label_id)
) WITHOUT ROWID`

const LastRow = z.object({ photoId: z.int() })
const CountRow = z.object({ annotations: z.int() })

/** What was said of the same label later holds; of the same time, what this library has. */
const isLater = `excluded.at_ms > annotation.at_ms AND (excluded.state <> annotation.state
  OR (annotation.image_changed_at_ms IS NOT NULL AND excluded.image_changed_at_ms IS NULL))`
const chunk = 'm.source_at = @sourceAt AND m.photo_id > @after AND m.photo_id <= @last'
const conflictColumns = `photo_id, label_id, source, source_state, source_at_ms, own_label_id, own_state, own_at_ms, holds`

const opposites = `INSERT INTO merge_conflict (${conflictColumns})
  SELECT m.photo_id, m.label_id, m.source, m.state, m.at_ms, a.label_id, a.state, a.at_ms,
    iif(m.at_ms > a.at_ms, 'source', 'own')
  FROM merging_annotation m JOIN main.annotation a USING (photo_id, label_id) WHERE ${chunk} AND a.state <> m.state
  ON CONFLICT DO NOTHING`

/** The photo has a confirmed label in each, of which the other one does not know. */
const differences = `INSERT INTO merge_conflict (${conflictColumns})
  SELECT m.photo_id, m.label_id, m.source, m.state, m.at_ms, min(a.label_id), a.state, a.at_ms, 'both'
  FROM merging_annotation m JOIN main.annotation a ON a.photo_id = m.photo_id AND a.state = 'confirmed'
  WHERE ${chunk} AND m.state = 'confirmed'
    AND NOT EXISTS (SELECT 1 FROM main.annotation b WHERE b.photo_id = m.photo_id AND b.label_id = m.label_id)
    AND NOT EXISTS (SELECT 1 FROM merging_annotation n WHERE n.source_at = m.source_at AND n.photo_id = m.photo_id
      AND n.label_id = a.label_id)
  GROUP BY m.photo_id, m.label_id
  ON CONFLICT DO NOTHING`

export interface AnnotationMerge {
  /** Takes down what the attached source says, by the numbers of this library. Belongs inside a transaction. */
  readonly collect: (sourceAt: number, source: string) => void
  /**
   * Saves all that was collected as one step of the history. Returns how many photos have other labels now, and how many
   * conflicts were found. A failure or an abort saves none.
   */
  readonly save: (sources: number, options: SaveOptions) => Promise<{ photos: number; conflicts: number }>
}

export interface SaveOptions {
  readonly name: string | null
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

export function createAnnotationMerge(db: Db, history: History): AnnotationMerge {
  db.exec(schema)
  const ratings = createRatingMerge(db)
  const forget = () => {
    db.exec('DELETE FROM merging_annotation')
    ratings.forget()
  }
  forget()
  const count = db.query('SELECT count(*) AS annotations FROM merging_annotation', CountRow)
  const last = db.query(
    `SELECT max(photo_id) AS photoId FROM (SELECT DISTINCT photo_id FROM merging_annotation
       WHERE source_at = @sourceAt AND photo_id > @after ORDER BY photo_id LIMIT ${photosAtOnce})
     WHERE photo_id IS NOT NULL HAVING max(photo_id) IS NOT NULL`,
    LastRow,
  )
  const record = [opposites, differences].map((sql) => db.command(sql))
  const upsert = db.command(
    `INSERT INTO main.annotation (photo_id, label_id, ${columnList()})
     SELECT photo_id, label_id, ${columnList()} FROM merging_annotation m WHERE ${chunk}
     ON CONFLICT (photo_id, label_id) DO UPDATE SET ${columnsFromExcluded} WHERE ${isLater}`,
  )
  const done = db.query(`SELECT count(*) AS annotations FROM merging_annotation m WHERE ${chunk}`, CountRow)

  return {
    collect: (sourceAt, source) => {
      collectFrom(db, sourceAt, source)
      ratings.collect(sourceAt, source)
    },
    async save(sources, { name, signal, onProgress }) {
      const total = (count.get()?.annotations ?? 0) + ratings.count()
      if (total === 0) return { photos: 0, conflicts: 0 }
      let [saved, conflicts] = [0, 0]
      function* chunks() {
        for (let sourceAt = 0; sourceAt < sources; sourceAt++)
          for (let after = 0; ;) {
            const end = last.get({ sourceAt, after })?.photoId
            if (end === undefined) break
            const values = { sourceAt, after, last: end }
            yield () => {
              for (const note of record) conflicts += note(values)
              upsert(values)
            }
            saved += done.get(values)?.annotations ?? 0
            onProgress(saved, total)
            after = end
          }
        for (const { rows, apply } of ratings.chunks()) {
          yield (stepId: number) => {
            conflicts += apply(stepId)
          }
          saved += rows
          onProgress(saved, total)
        }
      }
      const { photos } = await history.withWriteLock(() => {
        signal.throwIfAborted()
        return history.batchedStep('merge', name, chunks(), createTimeSlice(signal))
      })
      forget()
      return { photos, conflicts }
    },
  }
}

/** Of two photos of the source that are one here, what was said last is taken. */
function collectFrom(db: Db, sourceAt: number, source: string): void {
  const given: Readonly<Partial<Record<string, string>>> = {
    model_id: mapped('model', 's.model_id'),
    head_version: `coalesce((SELECT h.version FROM merging_head h JOIN main.model_variant v ON v.id = h.variant_id
      WHERE v.model_id = ${mapped('model', 's.model_id')} AND h.src = s.head_version), s.head_version)`,
  }
  const values = annotationColumns.map((name) => given[name] ?? `s.${name}`).join(', ')
  db.command(
    `INSERT OR REPLACE INTO merging_annotation (source_at, source, photo_id, label_id, ${columnList()})
     SELECT @sourceAt, @source, coalesce(p.subject_id, p.id), ${mapped('label', 's.label_id')}, ${values}
     FROM src.annotation s JOIN merging_photo m ON m.src = s.photo_id JOIN main.photo p ON p.id = m.id
     ORDER BY s.at_ms`,
  )({ sourceAt, source })
  db.exec(`
    INSERT OR IGNORE INTO main.kept_label (photo_id, label_id)
      SELECT coalesce(p.subject_id, p.id), ${mapped('label', 's.label_id')} FROM src.kept_label s
      JOIN merging_photo m ON m.src = s.photo_id JOIN main.photo p ON p.id = m.id;
    INSERT OR IGNORE INTO main.written_keyword (photo_id, name)
      SELECT coalesce(p.subject_id, p.id), s.name FROM src.written_keyword s
      JOIN merging_photo m ON m.src = s.photo_id JOIN main.photo p ON p.id = m.id`)
}
