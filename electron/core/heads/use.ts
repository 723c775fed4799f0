// A trained head in use: what it would change, promotion with new suggestions for the whole library, and the way back.
import { AppError } from '../../contract/errors.ts'
import type { Head, HeadDiff, HeadId } from '../../contract/learning.ts'
import { bestClasses, predict } from '../learning/apply-head.ts'
import { readShownSuggestions } from '../browse/shown-suggestions.ts'
import type { Store } from '../store/db.ts'
import type { HeadPrediction } from '../store/head-predictions.ts'
import type { EmbeddedLibrary, LearningContext } from './context.ts'
import { confirmedLabels } from './current-labels.ts'
import { findHead, loadHead } from './stored-head.ts'

/** Labels kept for each photo, as many as a labelling run keeps. */
const keptLabels = 5
/** In multi mode a class below this probability is no suggestion, but the best one always is. */
const minMultiScore = 0.5

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

/** What would change in what the library shows first of each photo; nothing is written. */
export function previewHead(
  { store, embedded }: LearningContext,
  { id: headId, limit }: { readonly id: HeadId; readonly limit: number },
): HeadDiff {
  const head = findHead(store, headId)
  const library = embedded(head.modelId)
  const shown = readShownSuggestions(store)
  const confirmed = confirmedLabels(store)
  const changes: Omit<HeadDiff['examples'][number], 'path'>[] = []
  for (const { photoId, top } of predictAll(store, head, library)) {
    if (confirmed.has(photoId) || !shown.isOf(photoId, library.variantId)) continue
    const from = shown.first(photoId)
    const to = shown.firstOf(photoId, top)
    if (to?.name !== (from ?? undefined))
      changes.push({ photoId, from, to: to?.name ?? null, score: to?.score ?? null })
  }
  // The surest first: they show best what the head has learned.
  const examples = changes.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, limit)
  const places = store.embeddings.placesOf(examples.map(({ photoId }) => photoId))
  return {
    photos: library.photoIds.length,
    changed: changes.length,
    examples: examples.map((change) => ({ ...change, path: places.get(change.photoId) ?? '' })),
  }
}

/** Puts the head in use; done again, it gives suggestions to photos that came later. */
export function promoteHead(
  { store, embedded }: LearningContext,
  { id: headId }: { readonly id: HeadId },
): { head: Head; photos: number } {
  const head = findHead(store, headId)
  const library = embedded(head.modelId)
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
export function rollbackHead({ store, embedded }: LearningContext): { head: Head | null } {
  const library = embedded(null)
  return store.heads.rollback(library.variantId, (head) => predictAll(store, head, library))
}
