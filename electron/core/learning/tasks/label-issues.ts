// Confirmed labels that are likely wrong, with the reason.
import type { ModelId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import type { LabelIssue } from '../../../contract/review.ts'
import type { TrainRequest } from '../../../contract/heads.ts'
import { msg, type Message } from '../../../texts/message.ts'
import { toProbabilities } from '../algorithms/apply-head.ts'
import { predictOutOfFold } from '../algorithms/cross-validation.ts'
import { chooseHead } from '../algorithms/fit-head.ts'
import { rankLabelIssues, rankFalsePositives, type RankedIssue } from '../algorithms/label-issues.ts'
import { partOf } from '../algorithms/report.ts'
import { strataOf } from '../algorithms/split.ts'
import type { LearningContext } from '../context.ts'
import { collectLabelled } from './labelled.ts'
import { percent } from './percent.ts'

export interface LabelIssuesRequest {
  readonly modelId: ModelId | null
  readonly mode: TrainRequest['mode']
  readonly limit: number
  readonly seed: number
}

/** How much of the time goes into choosing the head; the rest into judging each photo without it. Measured at 5,000 photos. */
const choosing = 0.8

/** Confirmed labels that a head which had not seen them finds unlikely, the worst first. */
export function findLabelIssues(
  { store, embedded, report }: LearningContext,
  { modelId, mode, limit, seed }: LabelIssuesRequest,
): LabelIssue[] {
  const { embeddings: all, photoIds, subjectIds } = embedded(modelId)
  const { rows, targets, classNames } = collectLabelled(subjectIds, store.annotations.forTraining(), mode)
  if (classNames.length < 2)
    throw new AppError('bad-request', msg('Labels can be doubted only where there are two classes or more.'))
  const embeddings = all.take(rows)
  const chosen = chooseHead(embeddings, targets, { seed, report: partOf(report, 0, choosing) })
  const probabilities =
    chosen.outOfFold ??
    predictOutOfFold(embeddings, targets, chosen.config, { seed, report: partOf(report, choosing, 1) })
  for (let at = 0; at < probabilities.length; at += targets.classes)
    toProbabilities(probabilities, at, targets.classes, mode, chosen.temperature)
  const isKept = store.keptLabels.reader()
  const wasKept = ({ row, given }: RankedIssue) =>
    isKept(subjectIds[rows[row] ?? -1] ?? 0, classNames[given] ?? '')
  const found = (
    mode === 'single'
      ? rankLabelIssues(probabilities, strataOf(targets), targets.classes).filter(
          ({ likelyScore, givenScore }) => likelyScore > givenScore,
        )
      : rankFalsePositives(probabilities, targets)
  )
    .filter((issue) => !wasKept(issue))
    .slice(0, limit)
  const idOf = (error: RankedIssue) => photoIds[rows[error.row] ?? -1]
  const paths = store.files.photoPathsOf(found.flatMap((error) => idOf(error) ?? []))
  return found.flatMap((error) => {
    const photoId = idOf(error)
    if (photoId === undefined) return []
    const given = classNames[error.given] ?? ''
    const likely = error.likely === null ? null : (classNames[error.likely] ?? '')
    return [
      {
        ...{ photoId, path: paths.get(photoId) ?? '', given, likely },
        ...{ givenScore: error.givenScore, likelyScore: error.likelyScore },
        reason: explain(error, given, likely),
      },
    ]
  })
}

function explain(
  { givenScore, likelyScore, usual }: RankedIssue,
  given: string,
  likely: string | null,
): Message {
  if (likely === null)
    return msg('Judged without this photo: {{given}} {{givenScore}}, usually {{usual}}.', {
      given,
      givenScore: percent(givenScore),
      usual: percent(usual),
    })
  return msg('Judged without this photo: {{likely}} {{likelyScore}}, {{given}} {{givenScore}}.', {
    likely,
    likelyScore: percent(likelyScore),
    given,
    givenScore: percent(givenScore),
  })
}
