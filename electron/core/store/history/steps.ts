// Runs changes as one step of the history: at once, or in chunks; see [Note: batched steps].
import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'
import type { HistoryStep } from '../../../contract/history.ts'
import { msg } from '../../../texts/message.ts'
import type { TimeSlice } from '../../tasks/time-slice.ts'
import type { Db } from '../sqlite/connection.ts'
import type { Recovery } from './recover.ts'
import { columnList, type StepRecorder } from './triggers.ts'
import { ownWriter } from './writer.ts'

export interface HistoryLimits {
  readonly steps: number
  /** Changed annotations, stars and flags, and moved photos, of all steps together. */
  readonly changes: number
}

/** What a step is called, and on how many photos it worked where it changed none of their annotations. */
export interface StepSummary {
  readonly name: string | null
  readonly photos?: number
}

const IdRow = z.object({ id: z.int() })
/** Of a step: stars, flags and moves have rows a photo, and change no annotation. */
const storedRows = "iif(kind IN ('rate', 'flag', 'move-files', 'merge'), max(photos, changes), changes)"

/** Returns how a step ends: it gets its name and counts and is complete, or is removed where nothing changed. */
function createFinishStep(db: Db, limits: HistoryLimits) {
  const finish = db.query(
    `UPDATE history_step SET name = @name, writer = NULL,
       photos = coalesce(@photos, (SELECT count(*) FROM (SELECT photo_id FROM history_change WHERE step_id = @id
         UNION SELECT photo_id FROM history_rating WHERE step_id = @id
         UNION SELECT photo_id FROM history_kept WHERE step_id = @id))),
       changes = (SELECT count(*) FROM history_change WHERE step_id = @id)
     WHERE id = @id RETURNING photos, changes > 0 OR rules_before IS NOT rules_after
       OR EXISTS (SELECT 1 FROM history_head WHERE step_id = @id)
       OR EXISTS (SELECT 1 FROM history_folder WHERE step_id = @id)
       OR EXISTS (SELECT 1 FROM history_keywords WHERE step_id = @id)
       OR EXISTS (SELECT 1 FROM history_move WHERE step_id = @id)
       OR EXISTS (SELECT 1 FROM history_rating WHERE step_id = @id)
       OR EXISTS (SELECT 1 FROM history_kept WHERE step_id = @id)
       OR EXISTS (SELECT 1 FROM history_suggestions WHERE step_id = @id) AS isChange`,
    z.object({ photos: z.int(), isChange: z.int() }),
  )
  const remove = db.command('DELETE FROM history_step WHERE id = @id')
  const forgetUndone = db.command('DELETE FROM history_step WHERE is_undone = 1')
  const forgetOld = db.command(
    `DELETE FROM history_step WHERE id < @id AND id IN (
       SELECT id FROM (
         SELECT id, writer, row_number() OVER newest AS steps, sum(${storedRows}) OVER newest AS total
         FROM history_step WINDOW newest AS (ORDER BY id DESC)
       ) WHERE (steps > @steps OR total > @changes) AND writer IS NULL)`,
  )
  return (id: number, { name, photos }: StepSummary): { photos: number; isChange: boolean } => {
    const finished = finish.get({ id, name, photos: photos ?? null })
    if (finished?.isChange !== 1) {
      remove({ id })
      return { photos: 0, isChange: false }
    }
    forgetUndone()
    forgetOld({ id, ...limits })
    return { photos: finished.photos, isChange: true }
  }
}

/** `emit` is called after each step that changed something. */
export function createSteps(
  db: Db,
  recorder: StepRecorder,
  { rollBack, assertNoStepInProgress }: Recovery,
  limits: HistoryLimits,
  emit: () => void,
) {
  const finish = createFinishStep(db, limits)
  const begin = db.query(
    'INSERT INTO history_step (kind, at_ms, writer) VALUES (@kind, @atMs, @writer) RETURNING id',
    IdRow,
  )
  const own = db.query('SELECT id FROM history_step WHERE id = @id AND writer = @writer', IdRow)
  const dropUnchanged = db.command(
    `DELETE FROM history_change WHERE step_id = @id AND (${columnList('before_')}) IS (${columnList('after_')})`,
  )
  const assertOwn = (id: number): void => {
    if (own.get({ id, writer: ownWriter }) !== null) return
    throw new AppError('bad-request', msg('Another program took back what was being saved. Try again.'))
  }

  return {
    /**
     * Runs `work` as one step that can be undone, on disk when this returns. `work` receives the id of the step and
     * returns its name or its summary. Returns how many photos changed. Undone steps are forgotten, unless nothing changed.
     */
    step: (
      kind: HistoryStep['kind'],
      work: (stepId: number) => string | null | StepSummary,
    ): { photos: number } => {
      const ended = db.durably(() => {
        assertNoStepInProgress()
        const id = begin.get({ kind, atMs: Date.now(), writer: null })?.id ?? 0
        const done = recorder.record(id, () => work(id))
        dropUnchanged({ id })
        return finish(id, typeof done === 'string' || done === null ? { name: done } : done)
      })
      if (ended.isChange) emit()
      return { photos: ended.photos }
    },

    /** Runs the chunks as one step, yielding in between; no row may be changed by two chunks. */
    batchedStep: async (
      kind: HistoryStep['kind'],
      name: string | null,
      chunks: Iterable<(stepId: number) => void>,
      timeSlice: TimeSlice,
    ): Promise<{ photos: number }> => {
      const { whenFree } = db.waiting
      const begun = await whenFree(() =>
        db.transaction(() => {
          assertNoStepInProgress()
          return begin.get({ kind, atMs: Date.now(), writer: ownWriter })
        }),
      )
      const id = begun?.id ?? 0
      try {
        for (const chunk of chunks) {
          await whenFree(() => {
            db.transaction(() => {
              assertOwn(id)
              recorder.record(id, () => {
                chunk(id)
              })
            })
          })
          if (timeSlice.isExpired()) await timeSlice.yieldToEventLoop()
        }
        const ended = await whenFree(() =>
          db.durably(() => {
            assertOwn(id)
            return finish(id, { name })
          }),
        )
        if (ended.isChange) emit()
        return { photos: ended.photos }
      } catch (error) {
        await whenFree(() => {
          rollBack(id)
        })
        throw error
      }
    },
  }
}
