// How accuracy grew with labels, and what more would bring.
import type { ModelId } from '../../contract/domain.ts'
import type { LearningCurve, TrainRequest } from '../../contract/learning.ts'
import { scoreRows } from '../learning/apply-head.ts'
import { shareRight } from '../learning/cross-validation.ts'
import { fitChoice, fitHead } from '../learning/fit-head.ts'
import { expectGain, type CurvePoint } from '../learning/learning-curve.ts'
import { createRandom, shuffle } from '../learning/random.ts'
import { strataOf, stratifiedFolds, takeRows, takeTargets } from '../learning/split.ts'
import type { LearningContext } from './context.ts'
import { collectLabelled } from './labelled.ts'

export interface CurveRequest {
  readonly modelId: ModelId | null
  readonly mode: TrainRequest['mode']
  readonly seed: number
  readonly moreLabels: number
}

const shares = [0.2, 0.35, 0.5, 0.75, 1]
const folds = 5

/** Accuracy with a part of the labels, on a fifth that is kept aside, averaged over five such fifths. */
export function estimateCurve(
  { store, embedded, report }: LearningContext,
  { modelId, mode, seed, moreLabels }: CurveRequest,
): LearningCurve {
  const { matrix, photoIds } = embedded(modelId)
  const { rows, targets } = collectLabelled(photoIds, store.embeddings.judgements(), mode)
  const embeddings = takeRows(matrix, rows)
  const minClasses = mode === 'single' ? 2 : 1
  const isEnough = targets.classes >= minClasses && rows.length >= 5 * targets.classes
  if (!isEnough) return { points: [], moreLabels, expectedGain: null }
  const { choice } = fitHead(embeddings, targets, { seed, report })
  const foldOf = stratifiedFolds(strataOf(targets), folds, seed)
  const points = shares.map((share, at): CurvePoint => {
    let [labels, accuracy] = [0, 0]
    for (let fold = 0; fold < folds; fold++) {
      report('drawing the learning curve', (at + fold / folds) / shares.length)
      const outside = [...foldOf.keys()].filter((i) => foldOf[i] === fold)
      const inside = shuffle(
        [...foldOf.keys()].filter((i) => foldOf[i] !== fold),
        createRandom(seed + fold),
      )
      const used = inside.slice(0, Math.round(share * inside.length))
      const head = fitChoice(takeRows(embeddings, used), takeTargets(targets, used), choice, true)
      const logits = scoreRows(head, takeRows(embeddings, outside))
      labels += used.length / folds
      accuracy += (shareRight(logits, takeTargets(targets, outside)) * outside.length) / rows.length
    }
    return { labels: Math.round(labels), accuracy }
  })
  return { points, moreLabels, expectedGain: expectGain(points, moreLabels) }
}
