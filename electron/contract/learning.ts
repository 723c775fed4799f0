// The calls about long tasks of learning, and their progress.
import { z } from 'zod'
import { emptyObject, rpc } from './rpc.ts'

export const LearningProgress = z.object({
  taskId: z.string(),
  /** The current step, in a few words. */
  step: z.string(),
  /** Share of the whole task that is done, 0..1. */
  share: z.number(),
})
export type LearningProgress = z.infer<typeof LearningProgress>

export const learningContract = {
  /** The call with this `taskId` fails with `cancelled`. No error where there is none. */
  cancel: rpc(z.object({ taskId: z.string().min(1) }), emptyObject),
} as const
