// Promotion of a trained head: the preview of what it changes, new suggestions for the whole library, and the rollback.
import { AppError } from '../../../contract/errors.ts'
import type { Head, HeadDiff, HeadId } from '../../../contract/heads.ts'
import { msg } from '../../../texts/message.ts'
import { bestClasses, predict } from '../algorithms/apply-head.ts'
import { readShownSuggestions } from '../../browse/shown-suggestions.ts'
import type { HeadChange } from '../../store/history/head-steps.ts'
import type { HeadPrediction } from '../../store/tables/head-predictions.ts'
import type { VariantId } from '../../store/tables/model-variants.ts'
import type { LearningContext } from '../context.ts'
import { confirmedLabels } from './current-labels.ts'
import { findHead, loadHead } from './stored-head.ts'

/** Labels kept for each photo, as many as a labelling run keeps. */
const keptLabels = 5
/** In multi mode a class below this probability is no suggestion, but the best one always is. */
const minMultiScore = 0.5

/** The suggestions of a head for every photo with an embedding, which are read in blocks: no more are in memory at once. */
function* predictAll(
  { store, report }: Pick<LearningContext, 'store' | 'report'>,
  head: Head,
  variantId: VariantId,
): Generator<HeadPrediction> {
  const { length } = head.classes
  const loaded = loadHead(store, head)
  const photos = store.embeddings.photos(variantId)
  const { photoIds, dim } = photos
  for (const { from, rows, values } of store.embeddings.blocks(variantId, photos)) {
    report('suggesting labels', from / photoIds.length)
    const probabilities = predict(loaded, { rows, dim, values })
    for (const [row, photoId] of photoIds.slice(from, from + rows).entries()) {
      const best = bestClasses(probabilities, row * length, length, keptLabels)
      const wanted =
        head.mode === 'single' ? best : best.filter(({ score }, i) => i === 0 || score >= minMultiScore)
      const top = wanted.map(({ classIndex, score }) => ({ label: head.classes[classIndex] ?? '', score }))
      yield { photoId, top }
    }
  }
}

/** What would change in what the library shows first of each photo; nothing is written. */
export function previewHead(
  context: LearningContext,
  { id: headId, limit }: { readonly id: HeadId; readonly limit: number },
): HeadDiff {
  const { store, variantOf } = context
  const head = findHead(store, headId)
  const variantId = variantOf(head.modelId)
  const shown = readShownSuggestions(store)
  const confirmed = confirmedLabels(store)
  const changes: Omit<HeadDiff['examples'][number], 'path'>[] = []
  let photos = 0
  for (const { photoId, top } of predictAll(context, head, variantId)) {
    photos++
    if (confirmed.has(photoId) || !shown.isOf(photoId, variantId)) continue
    const from = shown.first(photoId)
    const to = shown.firstOf(photoId, top)
    if (to?.name !== (from ?? undefined))
      changes.push({ photoId, from, to: to?.name ?? null, score: to?.score ?? null })
  }
  // The surest first: they show best what the head has learned.
  const examples = changes.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, limit)
  const paths = store.files.photoPathsOf(examples.map(({ photoId }) => photoId))
  return {
    photos,
    changed: changes.length,
    examples: examples.map((change) => ({ ...change, path: paths.get(change.photoId) ?? '' })),
  }
}

const reportSaving =
  ({ report }: LearningContext) =>
  (share: number) => {
    report('saving suggestions', share)
  }

/** Promotes the head; promoted again, it makes suggestions for photos that came later. */
export function promoteHead(
  context: LearningContext,
  { id: headId }: { readonly id: HeadId },
): { head: Head; photos: number } {
  const { store, variantOf } = context
  const head = findHead(store, headId)
  const variantId = variantOf(head.modelId)
  if (store.heads.parameters(headId)?.variantId !== variantId) {
    throw new AppError(
      'bad-request',
      msg(
        'Your model, version {{version}}, was trained on embeddings of {{model}} at another precision or input size than it was run with last. Train a new one: labelroom learn.',
        { version: head.version, model: head.modelName },
      ),
    )
  }
  const predictions = predictAll(context, head, variantId)
  const photos = store.heads.promote(variantId, headId, predictions, reportSaving(context))
  return { head: findHead(store, headId), photos }
}

/** Promotes the head before this one again; null is the model's own. */
export function rollbackHead(context: LearningContext): { head: Head | null } {
  const { store, variantOf } = context
  const variantId = variantOf(null)
  const predict = (head: Head) => predictAll(context, head, variantId)
  return store.heads.rollback(variantId, predict, reportSaving(context))
}

/** Undoes or redoes the promotion or the rollback that made this change. */
export function moveHead(
  context: LearningContext,
  { side, change }: { readonly side: 'undo' | 'redo'; readonly change: HeadChange },
): void {
  context.store.heads.move(side, change, (head) => predictAll(context, head, change.variantId))
}
