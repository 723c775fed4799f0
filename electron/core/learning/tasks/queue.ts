// What to label next.
import type { ModelId, PhotoId } from '../../../contract/domain.ts'
import type { Head } from '../../../contract/heads.ts'
import type { QueuedPhoto } from '../../../contract/review.ts'
import { bestClasses, predict } from '../algorithms/apply-head.ts'
import { fitHead } from '../algorithms/fit-head.ts'
import { pickQueue, uncertaintyOf } from '../algorithms/review-queue.ts'
import type { Matrix } from '../algorithms/linear-layer.ts'
import { strataOf } from '../algorithms/split.ts'
import type { LearningContext } from '../context.ts'
import { collectLabelled, firstRenderings, type Labelled } from './labelled.ts'
import { loadHead } from './stored-head.ts'

const minClasses = 2
/** Of the labels that are there now; a fifth is always held out of training. */
const minShareKnown = 0.65

export interface QueueRequest {
  readonly modelId: ModelId | null
  readonly limit: number
  readonly seed: number
}

/** The photos to label next, the most useful first; works from the first label on, and before it. */
export function suggestQueue(
  { store, embedded, report }: LearningContext,
  { modelId, limit, seed }: QueueRequest,
): QueuedPhoto[] {
  const { embeddings, photoIds, subjectIds, variantId } = embedded(modelId)
  const annotations = store.annotations.forTraining()
  const labelled = collectLabelled(subjectIds, annotations, 'single')
  const { rows, targets, classNames } = labelled
  const promoted = store.heads.promoted(variantId)
  const isPromoted = promoted !== null && isCurrent(promoted, labelled)
  const names = isPromoted ? promoted.classes : classNames
  const fit = () => fitHead(embeddings.take(rows), targets, { seed, report })
  const head = isPromoted ? loadHead(store, promoted) : classNames.length < minClasses ? null : fit()
  const predictor = head && {
    classes: names.length,
    predict: (part: Matrix) => predict(head, part, report),
    given: givenClasses(labelled, names),
  }
  const images = firstRenderings(subjectIds)
  const picked = pickQueue({
    ...{ source: embeddings, images, predictor, labelled: new Set(rows), count: limit, seed },
  })
  const paths = store.files.photoPathsOf(picked.flatMap(({ row }) => photoIds[row] ?? []))
  return picked.flatMap(({ row, probabilities }) => {
    const photoId: PhotoId | undefined = photoIds[row]
    if (photoId === undefined) return []
    const [best] = probabilities === null ? [] : bestClasses(probabilities, 0, names.length, 1)
    const { margin, entropy } =
      probabilities === null ? { margin: 0, entropy: 0 } : uncertaintyOf(probabilities, 0, names.length)
    const label = best === undefined ? null : (names[best.classIndex] ?? null)
    return [{ photoId, path: paths.get(photoId) ?? '', label, score: best?.score ?? null, margin, entropy }]
  })
}

/** A head that was trained without some classes, or on few of the labels that are there now, would ask for what is known already. */
function isCurrent({ kind, classes, trainedOn }: Head, { classNames, rows }: Labelled): boolean {
  const isInformed = kind === 'words' || trainedOn >= minShareKnown * rows.length
  return isInformed && classNames.every((name) => classes.includes(name))
}

/** The class of each labelled row as the head numbers them. */
function givenClasses(
  { rows, targets, classNames }: Labelled,
  names: readonly string[],
): Map<number, number> {
  const indices = new Map(names.map((name, index) => [name, index]))
  const strata = strataOf(targets)
  return new Map(rows.map((row, at) => [row, indices.get(classNames[strata[at] ?? -1] ?? '') ?? 0]))
}
