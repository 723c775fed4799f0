// Takes away what a model suggested, as one step of the history.
//
// [Note: cleared suggestions] A model may have labelled 100,000 photos, with millions of rows. None of them is deleted or
// moved: each inference has the generation that its variant had when it was saved, and lists show generations from
// `shown_generation` on. Clearing begins another generation and shows from there; undo shows from where it was. So both
// take one row, and what a job saves afterwards shows. A cleared photo counts as not labelled by that variant, so that the
// next job looks at it again. Failures say something about the file and are not cleared; embeddings are no suggestions.
import { z } from 'zod'
import type { ModelId } from '../../../contract/domain.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'

/** Whether the outcome `inference` of its variant counts; for SQL, where `variant` may be joined already. */
export const countsOf = (inference: string, variant: string | null = null): string => {
  const shown =
    variant === null
      ? `(SELECT shown_generation FROM model_variant WHERE id = ${inference}.variant_id)`
      : `${variant}.shown_generation`
  return `(${inference}.status = 'failed' OR ${inference}.generation >= ${shown})`
}

export type ClearedSuggestions = ReturnType<typeof createClearedSuggestions>

export function createClearedSuggestions(db: Db, history: History) {
  const variantsOf = 'SELECT id FROM model_variant WHERE model_id = @modelId'
  const count = db.query(
    `SELECT count(DISTINCT i.photo_id) AS photos FROM inference i
     WHERE i.variant_id IN (${variantsOf}) AND i.status = 'labelled' AND ${countsOf('i')}`,
    z.object({ photos: z.int() }),
  )
  const any = db.query(
    `SELECT EXISTS (SELECT 1 FROM inference i
       WHERE i.variant_id IN (${variantsOf}) AND i.status = 'labelled' AND ${countsOf('i')}) AS hasAny`,
    z.object({ hasAny: z.int() }),
  )
  const note = db.command(
    `INSERT INTO history_suggestions (step_id, variant_id, before_generation, after_generation)
     SELECT @stepId, id, shown_generation, generation + 1 FROM model_variant WHERE model_id = @modelId`,
  )
  const clear = db.command(
    `UPDATE model_variant SET generation = generation + 1, shown_generation = generation + 1
     WHERE model_id = @modelId`,
  )
  return {
    /** Whether something that the model or its heads suggested shows. */
    hasAny: (modelId: ModelId): boolean => any.get({ modelId })?.hasAny === 1,
    /**
     * Takes away what the model and its heads suggested, of every photo; annotations stay. Returns for how many photos
     * there was something.
     */
    clearOf: (modelId: ModelId, name: string): { photos: number } =>
      history.step('clear-suggestions', (stepId) => {
        const photos = count.get({ modelId })?.photos ?? 0
        if (photos > 0) {
          note({ stepId, modelId })
          clear({ modelId })
        }
        return { name, photos }
      }),
  }
}
