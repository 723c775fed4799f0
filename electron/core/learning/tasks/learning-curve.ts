// The learning curve: how accuracy grew with labels, and what more labels would bring.
import type { ModelId } from '../../../contract/domain.ts'
import type { LearningCurve } from '../../../contract/review.ts'
import type { TrainRequest } from '../../../contract/heads.ts'
import { scoreRows } from '../algorithms/apply-head.ts'
import { accuracy as accuracyOf } from '../algorithms/cross-validation.ts'
import { fitConfig, chooseHead } from '../algorithms/fit-head.ts'
import { expectGain, type CurvePoint } from '../algorithms/learning-curve.ts'
import { createRandom, shuffle } from '../algorithms/random.ts'
import { strataOf, stratifiedFolds, takeRows, takeTargets } from '../algorithms/split.ts'
import type { LearningContext } from '../context.ts'
import { collectLabelled, ofClasses } from './labelled.ts'

export interface CurveRequest {
  readonly modelId: ModelId | null
  readonly mode: TrainRequest['mode']
  readonly seed: number
  readonly moreLabels: number
  readonly classes: readonly string[] | null
}

const shares = [0.2, 0.35, 0.5, 0.75, 1]
const folds = 5

/** Accuracy with a part of the labels, on a held-out fifth, averaged over five such fifths. */
export function estimateCurve(
  { store, embedded, report }: LearningContext,
  { modelId, mode, seed, moreLabels, classes }: CurveRequest,
): LearningCurve {
  const { embeddings: all, subjectIds } = embedded(modelId)
  const { rows, targets } = collectLabelled(
    subjectIds,
    ofClasses(store.annotations.forTraining(), classes),
    mode,
  )
  const embeddings = all.take(rows)
  const minClasses = mode === 'single' ? 2 : 1
  const isEnough = targets.classes >= minClasses && rows.length >= 5 * targets.classes
  if (!isEnough) return { points: [], moreLabels, expectedGain: null }
  const { config } = chooseHead(embeddings, targets, { seed, report })
  const foldOf = stratifiedFolds(strataOf(targets), folds, seed)
  const points = shares.map((share, at): CurvePoint => {
    let [labels, accuracy] = [0, 0]
    for (let fold = 0; fold < folds; fold++) {
      report('drawing the learning curve', (at + fold / folds) / shares.length)
      const heldOut = [...foldOf.keys()].filter((i) => foldOf[i] === fold)
      const training = shuffle(
        [...foldOf.keys()].filter((i) => foldOf[i] !== fold),
        createRandom(seed + fold),
      )
      const used = training.slice(0, Math.round(share * training.length))
      const head = fitConfig(takeRows(embeddings, used), takeTargets(targets, used), config, true)
      const logits = scoreRows(head, takeRows(embeddings, heldOut))
      labels += used.length / folds
      accuracy += (accuracyOf(logits, takeTargets(targets, heldOut)) * heldOut.length) / rows.length
    }
    return { labels: Math.round(labels), accuracy }
  })
  return { points, moreLabels, expectedGain: expectGain(points, moreLabels) }
}
