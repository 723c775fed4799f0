// The calls about learning, as they run beside the core's own loop: each gets a context and the words of the caller.
import { evaluateHead } from './evaluate.ts'
import { estimateCurve } from './curve.ts'
import { findGroups } from './groups.ts'
import { drawMap } from './map.ts'
import { suggestQueue } from './queue.ts'
import { findDuplicates, findSimilarPhotos } from './similar.ts'
import { findSuspects } from './suspects.ts'
import { trainHead } from './train.ts'
import { previewHead, promoteHead, rollbackHead } from './use.ts'

/** Short calls must not wait for long ones, so each sort has a thread of its own. */
export const shortCalls = {
  queue: suggestQueue,
  similar: findSimilarPhotos,
}

export const longCalls = {
  train: trainHead,
  evaluate: evaluateHead,
  preview: previewHead,
  promote: promoteHead,
  rollback: rollbackHead,
  suspects: findSuspects,
  duplicates: findDuplicates,
  groups: findGroups,
  map: drawMap,
  curve: estimateCurve,
}

export const learningCalls = { ...shortCalls, ...longCalls }
export type LearningCalls = typeof learningCalls
export type LearningCallName = keyof LearningCalls
export type LearningInput<N extends LearningCallName> = Parameters<LearningCalls[N]>[1]
export type LearningOutput<N extends LearningCallName> = ReturnType<LearningCalls[N]>
