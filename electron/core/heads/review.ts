// Less work for the person: what to label next, which labels are likely wrong, what belongs together, and when to stop.
import type { ModelId, PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { LearningCurve, QueuedPhoto, SimilarPhoto, SuspectLabel } from '../../contract/learning.ts'
import { bestClasses, computeLogits, predict, toProbabilities } from '../learning/apply-head.ts'
import { fitChoice, fitHead, predictOutOfFold } from '../learning/fit-head.ts'
import { rankLabelErrors } from '../learning/label-errors.ts'
import { expectGain, type CurvePoint } from '../learning/learning-curve.ts'
import { findSimilar, groupDuplicates, inverseNorms } from '../learning/neighbours.ts'
import { pickQueue, uncertaintyOf } from '../learning/review-queue.ts'
import { createRandom, shuffle } from '../learning/random.ts'
import { strataOf, stratifiedFolds, takeRows, takeTargets } from '../learning/split.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'
import { collectLabelled, loadEmbedded } from './labelled.ts'
import { loadHead } from './use.ts'

/** The photos to label next, the most useful first; works from the first label on, and before it. */
export function suggestQueue(store: Store, limit: number, seed: number): QueuedPhoto[] {
  const { matrix, photoIds, variantId } = loadEmbedded(store, null)
  const judgements = store.embeddings.judgements()
  const { rows, targets, classNames } = collectLabelled(photoIds, judgements, 'single')
  const promoted = store.heads.promoted(variantId)
  const isEnough = classNames.length >= 2
  const head =
    promoted === null
      ? isEnough
        ? fitHead(takeRows(matrix, rows), targets, { seed })
        : null
      : loadHead(store, promoted)
  const names = promoted?.classes ?? classNames
  const probabilities = head === null ? null : predict(head, matrix)
  const certainty = (row: number) =>
    uncertaintyOf(probabilities ?? new Float32Array(), row * names.length, names.length)
  const margins = probabilities === null ? null : photoIds.map((_, row) => certainty(row).margin)
  const places = store.embeddings.places()
  return pickQueue({ matrix, margins, labelled: new Set(rows), count: limit, seed }).flatMap((row) => {
    const photoId = photoIds[row]
    if (photoId === undefined) return []
    const [best] =
      probabilities === null ? [] : bestClasses(probabilities, row * names.length, names.length, 1)
    const { margin, entropy } = probabilities === null ? { margin: 0, entropy: 0 } : certainty(row)
    const label = best === undefined ? null : (names[best.classIndex] ?? null)
    return [{ photoId, path: places.get(photoId) ?? '', label, score: best?.score ?? null, margin, entropy }]
  })
}

/** Confirmed labels that a head which had not seen them finds unlikely, the worst first. */
export function findSuspects(store: Store, limit: number, seed: number): SuspectLabel[] {
  const { matrix, photoIds } = loadEmbedded(store, null)
  const { rows, targets, classNames } = collectLabelled(photoIds, store.embeddings.judgements(), 'single')
  if (classNames.length < 2)
    throw new AppError('bad-request', 'Labels can be doubted only where there are two classes or more.')
  const embeddings = takeRows(matrix, rows)
  const fitted = fitHead(embeddings, targets, { seed })
  const probabilities = predictOutOfFold(embeddings, targets, fitted, { seed })
  for (let at = 0; at < probabilities.length; at += targets.classes)
    toProbabilities(probabilities, at, targets.classes, 'single', fitted.temperature)
  const places = store.embeddings.places()
  const ranked = rankLabelErrors(probabilities, strataOf(targets), targets.classes)
  return ranked
    .filter(({ likelyScore, givenScore }) => likelyScore > givenScore)
    .slice(0, limit)
    .flatMap((error) => {
      const photoId = photoIds[rows[error.row] ?? -1]
      if (photoId === undefined) return []
      const [given, likely] = [classNames[error.given] ?? '', classNames[error.likely] ?? '']
      const usually = error.isConfident ? ', as sure as for photos that are' : ''
      const reason = `trained without this photo, the head says ${likely} with ${percent(error.likelyScore)}${usually}, and ${given} with ${percent(error.givenScore)}`
      const { givenScore, likelyScore } = error
      return [{ photoId, path: places.get(photoId) ?? '', given, likely, givenScore, likelyScore, reason }]
    })
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`

/** The photos that look most like the one at this path. */
export function findSimilarPhotos(store: Store, path: string, limit: number): SimilarPhoto[] {
  const { matrix, photoIds } = loadEmbedded(store, null)
  const known = store.files.find(libraryPath(path))
  const photoId = known?.photoId ?? null
  const row = photoId === null ? -1 : photoIds.indexOf(photoId)
  if (row === -1) {
    const why = known === null ? 'is not in the library' : 'has no embedding'
    throw new AppError('not-found', `${path} ${why}. Label its folder first: labelroom label FOLDER.`)
  }
  const places = store.embeddings.places()
  return findSimilar(matrix, inverseNorms(matrix), row, limit).flatMap((neighbour) => {
    const other = photoIds[neighbour.row]
    return other === undefined
      ? []
      : [{ photoId: other, path: places.get(other) ?? '', cosine: neighbour.cosine }]
  })
}

/** Groups of photos that look the same, the largest first; copies with the same bytes are one photo and no group. */
export function findDuplicates(store: Store, minCosine: number): { photoId: PhotoId; path: string }[][] {
  const { matrix, photoIds } = loadEmbedded(store, null)
  const places = store.embeddings.places()
  const groups = groupDuplicates(matrix, minCosine)
  return groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) =>
      group.flatMap((row) => {
        const photoId = photoIds[row]
        return photoId === undefined ? [] : [{ photoId, path: places.get(photoId) ?? '' }]
      }),
    )
}

const curveShares = [0.2, 0.35, 0.5, 0.75, 1]

/** Accuracy with a part of the labels, on a fifth that is kept aside, averaged over five such fifths. */
export function estimateCurve(
  store: Store,
  modelId: ModelId | null,
  seed: number,
  moreLabels: number,
): LearningCurve {
  const { matrix, photoIds } = loadEmbedded(store, modelId)
  const { rows, targets } = collectLabelled(photoIds, store.embeddings.judgements(), 'single')
  const embeddings = takeRows(matrix, rows)
  const isEnough = targets.classes >= 2 && rows.length >= 5 * targets.classes
  if (!isEnough) return { points: [], moreLabels, expectedGain: null }
  const choice = fitHead(embeddings, targets, { seed })
  const foldOf = stratifiedFolds(strataOf(targets), 5, seed)
  const points = curveShares.map((share): CurvePoint => {
    let [labels, hits] = [0, 0]
    for (let fold = 0; fold < 5; fold++) {
      const outside = [...foldOf.keys()].filter((i) => foldOf[i] === fold)
      const inside = shuffle(
        [...foldOf.keys()].filter((i) => foldOf[i] !== fold),
        createRandom(seed + fold),
      )
      const used = inside.slice(0, Math.round(share * inside.length))
      const head = fitChoice(takeRows(embeddings, used), takeTargets(targets, used), choice, false)
      const logits = computeLogits(head, takeRows(embeddings, outside))
      labels += used.length / 5
      for (const [at, i] of outside.entries()) {
        const [best] = bestClasses(
          logits.subarray(at * targets.classes, (at + 1) * targets.classes),
          0,
          targets.classes,
          1,
        )
        if (targets.values[i * targets.classes + (best?.classIndex ?? 0)] === 1) hits += 1
      }
    }
    return { labels: Math.round(labels), accuracy: hits / rows.length }
  })
  return { points, moreLabels, expectedGain: expectGain(points, moreLabels) }
}
