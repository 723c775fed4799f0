// What a step changed about which head is in use.
import { z } from 'zod'
import { HeadId } from '../../../contract/heads.ts'
import type { Db } from '../sqlite/connection.ts'

const HeadChange = z.object({
  stepId: z.int(),
  // As of tables/model-variants.ts, which stands on this folder.
  variantId: z.int().brand('VariantId'),
  /** Null is the model's own. */
  before: HeadId.nullable(),
  after: HeadId.nullable(),
})
export type HeadChange = Readonly<z.infer<typeof HeadChange>>

export function createHeadSteps(db: Db) {
  const insert = db.command(
    `INSERT INTO history_head (step_id, variant_id, before_head_id, after_head_id)
     VALUES (@stepId, @variantId, @before, @after)`,
  )
  const get = db.query(
    `SELECT step_id AS stepId, variant_id AS variantId, before_head_id AS before, after_head_id AS after
     FROM history_head WHERE step_id = @stepId`,
    HeadChange,
  )
  return {
    /** Makes this part of the step. Belongs inside it. */
    note: (change: HeadChange): void => {
      insert({ ...change })
    },
    /** Null where the step changed something else. */
    of: (stepId: number): HeadChange | null => get.get({ stepId }),
  }
}
