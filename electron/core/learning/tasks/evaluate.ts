// Evaluates a stored head on labelled photos that it was not trained on.
import type { PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import type { HeadId, HeadMetrics } from '../../../contract/heads.ts'
import { msg } from '../../../texts/message.ts'
import { predict } from '../algorithms/apply-head.ts'
import { computeMetrics } from '../algorithms/metrics.ts'
import { takeTargets } from '../algorithms/split.ts'
import { folderRange } from '../../files/paths.ts'
import { takeColumns } from './columns.ts'
import type { LearningContext } from '../context.ts'
import { collectLabelled, withClassesOf } from './labelled.ts'
import { findHead, loadHead } from './stored-head.ts'

/** On the labelled photos of `folder`, or of the whole library. Classes are those of the labels, known to the head or not, and those of the head. */
export function evaluateHead(
  { store, embedded }: LearningContext,
  { id: headId, folder }: { readonly id: HeadId; readonly folder: string | null },
): HeadMetrics {
  const head = findHead(store, headId)
  const { embeddings, photoIds, subjectIds } = embedded(head.modelId)
  const inFolder = folder === null ? null : store.files.photoPaths(folderRange(folder))
  const trainedOn = store.heads.trainedOn(headId)
  const wanted = new Set(
    subjectIds.filter((_, row) => inFolder?.has(photoIds[row] ?? (0 as PhotoId)) ?? true),
  )
  const isNew = subjectIds.map((id) => !trainedOn.has(id) && wanted.has(id))
  const annotations = store.annotations.forTraining()
  const labelled = withClassesOf(collectLabelled(subjectIds, annotations, head.mode), head)
  const examples = [...labelled.rows.keys()].filter((i) => isNew[labelled.rows[i] ?? -1] === true)
  if (examples.length === 0) {
    throw new AppError(
      'bad-request',
      msg(
        'There is no labelled photo{{where}} that version {{version}} of your model was not trained on. Confirm labels of other photos to evaluate it.',
        { where: folder === null ? '' : msg(' in {{folder}}', { folder }), version: head.version },
      ),
    )
  }
  const rows = embeddings.take(examples.map((i) => labelled.rows[i] ?? 0))
  const predicted = predict(loadHead(store, head), rows)
  const probabilities = takeColumns(predicted, [...examples.keys()], head.classes, labelled.classNames)
  return computeMetrics(probabilities, takeTargets(labelled.targets, examples), labelled.classNames)
}
