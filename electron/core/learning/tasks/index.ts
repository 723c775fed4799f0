// The tasks of learning by the names of their calls; each runs on a learning thread and gets a context and its request.
import { evaluateHead } from './evaluate.ts'
import { estimateCurve } from './learning-curve.ts'
import { findBySentence } from './find.ts'
import { findGroups } from './groups.ts'
import { drawMap } from './map.ts'
import { suggestQueue } from './queue.ts'
import { findNearDuplicates, findSimilarPhotos } from './similar.ts'
import { findLabelIssues } from './label-issues.ts'
import { trainHead, trainWordsHead } from './train.ts'
import { moveHead, previewHead, promoteHead, rollbackHead } from './promote.ts'

export const learningCalls = {
  queue: suggestQueue,
  similar: findSimilarPhotos,
  find: findBySentence,
  train: trainHead,
  wordsHead: trainWordsHead,
  evaluate: evaluateHead,
  preview: previewHead,
  promote: promoteHead,
  rollback: rollbackHead,
  moveHead,
  labelIssues: findLabelIssues,
  nearDuplicates: findNearDuplicates,
  groups: findGroups,
  map: drawMap,
  curve: estimateCurve,
}
export type LearningCalls = typeof learningCalls
export type LearningCallName = keyof LearningCalls
export type LearningInput<N extends LearningCallName> = Parameters<LearningCalls[N]>[1]
export type LearningOutput<N extends LearningCallName> = ReturnType<LearningCalls[N]>
