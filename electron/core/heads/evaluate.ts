// How good a kept head is on labelled photos that it was not trained on.
import { AppError } from '../../contract/errors.ts'
import type { HeadId, HeadMetrics } from '../../contract/learning.ts'
import { predict } from '../learning/apply-head.ts'
import { computeMetrics } from '../learning/metrics.ts'
import { takeRows, takeTargets } from '../learning/split.ts'
import { folderRange } from '../store/paths.ts'
import { takeColumns } from './columns.ts'
import type { LearningContext } from './context.ts'
import { collectLabelled, withClassesOf } from './labelled.ts'
import { findHead, loadHead } from './stored-head.ts'

/** On the labelled photos of `folder`, or of the whole library. Classes are those of the labels, known to the head or not, and those of the head. */
export function evaluateHead(
  { store, embedded }: LearningContext,
  { id: headId, folder }: { readonly id: HeadId; readonly folder: string | null },
): HeadMetrics {
  const head = findHead(store, headId)
  const { matrix, photoIds } = embedded(head.modelId)
  const inFolder = folder === null ? null : store.embeddings.places(folderRange(folder))
  const trainedOn = store.heads.trainedOn(headId)
  const isNew = photoIds.map((id) => !trainedOn.has(id) && (inFolder === null || inFolder.has(id)))
  const judgements = store.embeddings.judgements()
  const labelled = withClassesOf(collectLabelled(photoIds, judgements, head.mode), head)
  const examples = [...labelled.rows.keys()].filter((i) => isNew[labelled.rows[i] ?? -1] === true)
  if (examples.length === 0) {
    throw new AppError(
      'bad-request',
      `There is no labelled photo${folder === null ? '' : ` in ${folder}`} that head ${head.version} was not trained on. Confirm labels of other photos to evaluate it.`,
    )
  }
  const rows = takeRows(
    matrix,
    examples.map((i) => labelled.rows[i] ?? 0),
  )
  const said = predict(loadHead(store, head), rows)
  const probabilities = takeColumns(said, [...examples.keys()], head.classes, labelled.classNames)
  return computeMetrics(probabilities, takeTargets(labelled.targets, examples), labelled.classNames)
}
