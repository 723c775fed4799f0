// What to label next.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import type { QueuedPhoto } from '../../contract/learning.ts'
import { bestClasses, predict } from '../learning/apply-head.ts'
import { fitHead } from '../learning/fit-head.ts'
import { pickQueue, uncertaintyOf } from '../learning/review-queue.ts'
import type { Targets } from '../learning/logistic-regression.ts'
import { strataOf, takeRows } from '../learning/split.ts'
import type { LearningContext } from './context.ts'
import { collectLabelled } from './labelled.ts'
import { loadHead } from './stored-head.ts'

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
  const { matrix, photoIds, variantId } = embedded(modelId)
  const judgements = store.embeddings.judgements()
  const { rows, targets, classNames } = collectLabelled(photoIds, judgements, 'single')
  const promoted = store.heads.promoted(variantId)
  const isEnough = classNames.length >= 2
  const head =
    promoted === null
      ? isEnough
        ? fitHead(takeRows(matrix, rows), targets, { seed, report })
        : null
      : loadHead(store, promoted)
  const names = promoted?.classes ?? classNames
  const probabilities = head === null ? null : predict(head, matrix, report)
  const opinion = probabilities && {
    classes: names.length,
    probabilities,
    given: givenClasses(rows, targets, classNames, names),
  }
  const picked = pickQueue({ matrix, opinion, labelled: new Set(rows), count: limit, seed })
  const places = store.embeddings.placesOf(picked.flatMap((row) => photoIds[row] ?? []))
  return picked.flatMap((row) => {
    const photoId: PhotoId | undefined = photoIds[row]
    if (photoId === undefined) return []
    const [best] =
      probabilities === null ? [] : bestClasses(probabilities, row * names.length, names.length, 1)
    const { margin, entropy } =
      probabilities === null
        ? { margin: 0, entropy: 0 }
        : uncertaintyOf(probabilities, row * names.length, names.length)
    const label = best === undefined ? null : (names[best.classIndex] ?? null)
    return [{ photoId, path: places.get(photoId) ?? '', label, score: best?.score ?? null, margin, entropy }]
  })
}

/** The class of each labelled row as the head numbers them; null where it was trained without that class. */
function givenClasses(
  rows: readonly number[],
  targets: Targets,
  classNames: readonly string[],
  names: readonly string[],
): Map<number, number | null> {
  const indices = new Map(names.map((name, index) => [name, index]))
  const strata = strataOf(targets)
  return new Map(rows.map((row, at) => [row, indices.get(classNames[strata[at] ?? -1] ?? '') ?? null]))
}
