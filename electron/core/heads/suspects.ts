// Confirmed labels that are likely wrong, with the reason.
import type { ModelId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { SuspectLabel, TrainRequest } from '../../contract/learning.ts'
import { toProbabilities } from '../learning/apply-head.ts'
import { predictOutOfFold } from '../learning/cross-validation.ts'
import { fitHead } from '../learning/fit-head.ts'
import { rankLabelErrors, rankWrongPositives, type LabelError } from '../learning/label-errors.ts'
import { strataOf, takeRows } from '../learning/split.ts'
import type { LearningContext } from './context.ts'
import { collectLabelled } from './labelled.ts'

export interface SuspectsRequest {
  readonly modelId: ModelId | null
  readonly mode: TrainRequest['mode']
  readonly limit: number
  readonly seed: number
}

/** Confirmed labels that a head which had not seen them finds unlikely, the worst first. */
export function findSuspects(
  { store, embedded, report }: LearningContext,
  { modelId, mode, limit, seed }: SuspectsRequest,
): SuspectLabel[] {
  const { matrix, photoIds } = embedded(modelId)
  const { rows, targets, classNames } = collectLabelled(photoIds, store.embeddings.judgements(), mode)
  if (classNames.length < 2)
    throw new AppError('bad-request', 'Labels can be doubted only where there are two classes or more.')
  const embeddings = takeRows(matrix, rows)
  const fitted = fitHead(embeddings, targets, { seed, report })
  const probabilities = predictOutOfFold(embeddings, targets, fitted.choice, { seed, report })
  for (let at = 0; at < probabilities.length; at += targets.classes)
    toProbabilities(probabilities, at, targets.classes, mode, fitted.temperature)
  const found = (
    mode === 'single'
      ? rankLabelErrors(probabilities, strataOf(targets), targets.classes).filter(
          ({ likelyScore, givenScore }) => likelyScore > givenScore,
        )
      : rankWrongPositives(probabilities, targets)
  ).slice(0, limit)
  const idOf = (error: LabelError) => photoIds[rows[error.row] ?? -1]
  const places = store.embeddings.placesOf(found.flatMap((error) => idOf(error) ?? []))
  return found.flatMap((error) => {
    const photoId = idOf(error)
    if (photoId === undefined) return []
    const given = classNames[error.given] ?? ''
    const likely = error.likely === null ? null : (classNames[error.likely] ?? '')
    return [
      {
        ...{ photoId, path: places.get(photoId) ?? '', given, likely },
        ...{ givenScore: error.givenScore, likelyScore: error.likelyScore },
        reason: explain(error, given, likely),
      },
    ]
  })
}

function explain(
  { givenScore, likelyScore, isConfident, usual }: LabelError,
  given: string,
  likely: string | null,
): string {
  if (likely === null)
    return `trained without this photo, the head says ${given} with ${percent(givenScore)}, where it usually is ${percent(usual)}`
  return isConfident
    ? `trained without this photo, the head says ${likely} with ${percent(likelyScore)}, as sure as for photos that are, and ${given} with ${percent(givenScore)}`
    : `trained without this photo, the head says ${likely} with ${percent(likelyScore)}, and ${given} with ${percent(givenScore)}`
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`
