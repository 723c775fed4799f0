// The calls about the rules that decide which suggestions show.
import { z } from 'zod'
import { LabelName, list } from './bounded.ts'
import { LabelRenames } from './renames.ts'
import { emptyObject, rpc } from './rpc.ts'

/**
 * Which suggestions show, and under which name. Stored predictions are not changed: the rules are applied to the stored
 * top-k whenever they change.
 */
export const Rules = z.object({
  /** For every class without a minimum of its own. */
  minScore: z.number().min(0).max(1).default(0),
  /** By the user's own label, that is after renaming. */
  perLabel: list(z.object({ name: z.string().min(1), minScore: z.number().min(0).max(1) })).default([]),
  /**
   * Class of a model to the user's own label; several classes may map to one, and their scores are added. Null hides
   * it.
   */
  mapping: list(z.object({ from: z.string().min(1), to: LabelName.nullable() })).default([]),
})
export type Rules = z.infer<typeof Rules>

/** What the rules would change, before they are saved. */
export const RulesPreview = z.object({
  /** Photos with at least one visible suggestion and no annotation. */
  suggestedNow: z.int(),
  suggestedThen: z.int(),
  /** Histogram of the best scores of all photos, 20 equal bins over 0..1. */
  histogram: z.array(z.int()),
})
export type RulesPreview = z.infer<typeof RulesPreview>

export const rulesContract = {
  get: rpc(emptyObject, Rules),
  preview: rpc(z.object({ rules: Rules }), RulesPreview),
  set: rpc(z.object({ rules: Rules }), z.object({ renamed: LabelRenames })),
} as const
