// A trained head in use: what it would change, promotion with new suggestions for the whole library, and the way back.
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Head, HeadDiff, HeadId } from '../../contract/learning.ts'
import { bestClasses, predict, type CalibratedHead } from '../learning/apply-head.ts'
import type { Store } from '../store/db.ts'
import type { HeadPrediction } from '../store/heads.ts'
import { loadEmbedded, type EmbeddedLibrary } from './labelled.ts'

/** Labels kept for each photo, as many as a labelling run keeps. */
const keptLabels = 5
/** In multi mode a class below this probability is no suggestion, but the best one always is. */
const minMultiScore = 0.5

export function findHead(store: Store, id: HeadId): Head {
  const head = store.heads.get(id)
  if (head === null)
    throw new AppError('not-found', `There is no head ${id} in this library; see labelroom heads.`)
  return head
}

/** The head with its weights. */
export function loadHead(store: Store, { id, classes, mode, temperature }: Head): CalibratedHead {
  const stored = store.heads.parameters(id)
  if (stored === null) throw new AppError('not-found', `There is no head ${id} in this library.`)
  const size = classes.length * stored.dim
  const weights = stored.values.subarray(0, size)
  const bias = stored.values.subarray(size)
  return { head: { classes: classes.length, dim: stored.dim, weights, bias }, mode, temperature }
}

/** The suggestions of a head for every photo with an embedding. */
function* predictAll(store: Store, head: Head, library: EmbeddedLibrary): Generator<HeadPrediction> {
  const { length } = head.classes
  const probabilities = predict(loadHead(store, head), library.matrix)
  for (const [row, photoId] of library.photoIds.entries()) {
    const best = bestClasses(probabilities, row * length, length, keptLabels)
    const wanted =
      head.mode === 'single' ? best : best.filter(({ score }, i) => i === 0 || score >= minMultiScore)
    const top = wanted.map(({ classIndex, score }) => ({ label: head.classes[classIndex] ?? '', score }))
    yield { photoId, top }
  }
}

/** What would change for the first suggestion of each photo; nothing is written. */
export function previewHead(store: Store, headId: HeadId, limit: number): HeadDiff {
  const head = findHead(store, headId)
  const library = loadEmbedded(store, head.modelId)
  const now = store.embeddings.firstSuggestions(library.variantId)
  const changes: { photoId: PhotoId; from: string | null; to: string; score: number }[] = []
  for (const { photoId, top } of predictAll(store, head, library)) {
    const [first] = top
    const from = now.get(photoId) ?? null
    if (first !== undefined && first.label !== from)
      changes.push({ photoId, from, to: first.label, score: first.score })
  }
  const places = store.embeddings.places()
  // The surest first: they show best what the head has learned.
  const shown = changes.toSorted((a, b) => b.score - a.score).slice(0, limit)
  return {
    photos: library.photoIds.length,
    changed: changes.length,
    examples: shown.map((change) => ({ ...change, path: places.get(change.photoId) ?? '' })),
  }
}

/** Puts the head in use; done again, it gives suggestions to photos that came later. */
export function promoteHead(store: Store, headId: HeadId): { head: Head; photos: number } {
  const head = findHead(store, headId)
  const library = loadEmbedded(store, head.modelId)
  if (store.heads.parameters(headId)?.variantId !== library.variantId) {
    throw new AppError(
      'bad-request',
      `Head ${head.version} was trained on embeddings of ${head.modelName} at another precision or input size than it was run with last. Train a new one: labelroom learn.`,
    )
  }
  store.heads.promote(library.variantId, headId, predictAll(store, head, library))
  return { head: findHead(store, headId), photos: library.photoIds.length }
}

/** Goes back to the head that was in use before; null is the model's own. */
export function rollbackHead(store: Store): { head: Head | null } {
  const library = loadEmbedded(store, null)
  return store.heads.rollback(library.variantId, (head) => predictAll(store, head, library))
}
