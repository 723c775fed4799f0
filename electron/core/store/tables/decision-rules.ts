// From which scores the labels of models count as suggested.
import { z } from 'zod'
import type { ModelId } from '../../../contract/domain.ts'
import { standardMinScore, type DecisionRule } from '../../domain/decision-rule.ts'
import type { Db } from '../sqlite/connection.ts'

/** The rule of model `m`, for queries that read it beside its predictions. */
export const decisionColumns = `coalesce(m.min_score, ${standardMinScore}) AS minScore, m.is_multi_label AS isMultiLabel`
export const DecisionRow = z.object({
  minScore: z.number(),
  isMultiLabel: z.int().transform((flag) => flag === 1),
})

export function createDecisionRules(db: Db) {
  const list = db.query(
    `SELECT v.id AS variantId, ${decisionColumns} FROM model_variant v JOIN model m ON m.id = v.model_id`,
    DecisionRow.extend({ variantId: z.int() }),
  )
  const set = db.command(
    `UPDATE model SET min_score = @minScore, is_multi_label = @isMultiLabel
     WHERE id = @id AND (min_score, is_multi_label) IS NOT (@minScore, @isMultiLabel)`,
  )
  return {
    /** Returns the rule of each variant, by its number. */
    decisionRules: (): Map<number, DecisionRule> =>
      new Map(list.all().map(({ variantId, ...rule }) => [variantId, rule])),
    /** `minScore` null: none is known. */
    setDecisionRule: (id: ModelId, minScore: number | null, isMultiLabel: boolean): void => {
      set({ id, minScore, isMultiLabel: isMultiLabel ? 1 : 0 })
    },
  }
}
