// Promotes heads and rolls promotions back, together with the suggestions that the library shows. Each is a step of the
// history.
import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'
import { HeadId, type Head } from '../../../contract/heads.ts'
import type { HistoryState } from '../../../contract/history.ts'
import { msg } from '../../../texts/message.ts'
import type { HeadChange } from '../history/head-steps.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import { createHeadPredictions, type HeadPrediction } from './head-predictions.ts'
import type { HeadReader } from './heads-read.ts'
import type { VariantId } from './model-variants.ts'

/** Computes the predictions of a head for the whole library. */
export type PredictAll = (head: Head) => Iterable<HeadPrediction>
/** Called with the share of the predictions that are in place, 0..1; what it throws ends the change, which then did nothing. */
export type OnSaving = (share: number) => void
const noProgress: OnSaving = () => undefined

const nameOf = (head: Head | null): string | null => (head === null ? null : String(head.version))

export function createHeadPromotion(db: Db, heads: HeadReader, history: History) {
  const predictions = createHeadPredictions(db)
  const promote = db.command(
    'INSERT INTO head_promotion (variant_id, head_id, at_ms) VALUES (@variantId, @headId, @atMs)',
  )
  const demote = db.command(
    'DELETE FROM head_promotion WHERE id = (SELECT max(id) FROM head_promotion WHERE variant_id = @variantId)',
  )
  const previous = db.query(
    'SELECT head_id AS headId FROM head_promotion WHERE variant_id = @variantId ORDER BY id DESC LIMIT 1 OFFSET 1',
    z.object({ headId: HeadId }),
  )
  const promotedId = (variantId: VariantId): HeadId | null => heads.promoted(variantId)?.id ?? null
  const stage = (head: Head | null, predict: PredictAll): number =>
    head === null ? 0 : predictions.stage(predict(head))
  /** Shows what was staged for the head that is promoted now. Belongs inside a transaction. */
  const show = (variantId: VariantId, headId: HeadId | null, onSaving: OnSaving): void => {
    if (promotedId(variantId) !== headId)
      throw new AppError(
        'bad-request',
        msg('Another program changed which version of your model is in use; try again.'),
      )
    if (headId === null) predictions.clear(variantId)
    else predictions.putStaged(variantId, headId, onSaving)
  }
  const push = (variantId: VariantId, headId: HeadId): void => {
    promote({ variantId, headId, atMs: Date.now() })
  }

  return {
    /**
     * Promotes a head with its predictions, all or nothing; a head that is promoted already gets new predictions, which
     * is no step. Returns for how many photos they are.
     */
    promote: (
      variantId: VariantId,
      headId: HeadId,
      headPredictions: Iterable<HeadPrediction>,
      onSaving: OnSaving = noProgress,
    ): number => {
      const photos = predictions.stage(headPredictions)
      history.step('promote', (stepId) => {
        const before = promotedId(variantId)
        if (before !== headId) {
          push(variantId, headId)
          history.noteHead({ stepId, variantId, before, after: headId })
        }
        show(variantId, headId, onSaving)
        return { name: nameOf(heads.get(headId)), photos }
      })
      return photos
    },
    /** Goes back to the previous head, or to the model's own (null); `predict` returns that head's predictions. */
    rollback: (
      variantId: VariantId,
      predict: PredictAll,
      onSaving: OnSaving = noProgress,
    ): { head: Head | null } => {
      const next = heads.get(previous.get({ variantId })?.headId ?? null)
      const photos = stage(next, predict)
      history.step('rollback', (stepId) => {
        const before = promotedId(variantId)
        demote({ variantId })
        const after = next?.id ?? null
        if (before !== after) history.noteHead({ stepId, variantId, before, after })
        show(variantId, after, onSaving)
        return { name: nameOf(next), photos }
      })
      return { head: next === null ? null : heads.get(next.id) }
    },
    /** Undoes or redoes the step that made this change, which is the next one on that side. */
    move: (side: 'undo' | 'redo', change: HeadChange, predict: PredictAll): HistoryState => {
      const { stepId, variantId, before, after } = change
      const wanted = heads.get(side === 'undo' ? before : after)
      stage(wanted, predict)
      return history[side]({
        stepId,
        apply: (_, kind) => {
          const isPushed = (kind === 'promote') === (side === 'redo')
          if (isPushed && wanted !== null) push(variantId, wanted.id)
          else demote({ variantId })
          show(variantId, wanted?.id ?? null, noProgress)
        },
      })
    },
  }
}
