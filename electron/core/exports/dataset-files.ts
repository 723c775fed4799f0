// Decides for every file of a selection whether it goes into a dataset, with which labels, or why not.
import { setImmediate } from 'node:timers/promises'
import type { Label, PhotoId } from '../../contract/domain.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { formatsForLabels, type DatasetRequest } from '../../contract/exports.ts'
import { msg, type Message } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import { checkKnown, countFiles, isSelected, type Selection } from './selection.ts'

/** A photo that goes into the dataset. */
export interface DatasetFile {
  readonly path: string
  readonly photoId: PhotoId
  readonly sizeBytes: number
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** One, unless the format has room for several. */
  readonly labels: readonly string[]
  readonly source: 'human' | 'model'
  /** Of the first label. */
  readonly score: number | null
}
export interface SkippedFile {
  readonly path: string
  readonly reason: Message
}

export interface DatasetFiles {
  readonly taken: readonly DatasetFile[]
  readonly skipped: readonly SkippedFile[]
}

const pageSize = 500

/** Whether a photo keeps all its labels in this format. */
export const hasRoomForLabels = ({ format, metadata }: DatasetRequest): boolean =>
  formatsForLabels.includes(format) || (format === 'hf' && metadata === 'jsonl')

/** Reads the whole selection; other calls are answered between its pages. */
export async function readDatasetFiles(
  store: Store,
  selection: Selection,
  request: DatasetRequest,
  onPage: (files: number, total: number) => void,
): Promise<DatasetFiles> {
  checkKnown(store, selection)
  const variantId = request.minScore === null ? null : store.models.shown(request.modelId)
  const taken: DatasetFile[] = []
  const skipped: SkippedFile[] = []
  const total = countFiles(store, selection)
  let read = 0
  for (const root of selection.roots) {
    let after: string | null = null
    for (;;) {
      const page = store.listing.page({ root, variantId, after, limit: pageSize, withRejected: false })
      for (const file of page) {
        if (!isSelected(selection, file)) continue
        const decision = decide(store, file, request)
        if ('reason' in decision) skipped.push(decision)
        else taken.push(decision)
      }
      read += page.length
      onPage(read, total)
      after = page.at(-1)?.path ?? null
      if (page.length < pageSize) break
      await setImmediate()
    }
  }
  return { taken, skipped }
}

function decide(store: Store, file: PhotoFile, request: DatasetRequest): DatasetFile | SkippedFile {
  const { path, photoId, sizeBytes } = file
  const skip = (reason: Message): SkippedFile => ({ path, reason })
  if (file.isMissing) return skip(msg('It was not found when its folder was scanned last.'))
  if (file.status === 'skipped' || photoId === null) return skip(file.reason ?? msg('It is no photo.'))
  if (file.labels.some(({ state, isChanged }) => state === 'confirmed' && isChanged))
    return skip(msg('Its image was changed since it was labelled. Keep or clear its labels first.'))
  const labels = findLabels(file, request)
  const [first] = labels
  if (first === undefined) {
    if (file.status === 'failed') return skip(file.reason ?? msg('It could not be labelled.'))
    return skip(
      request.minScore === null
        ? msg('No label of it is confirmed.')
        : msg('No label of it is confirmed, and no suggestion has the minimum score.'),
    )
  }
  if (labels.length > 1 && !hasRoomForLabels(request) && request.severalLabels === 'skip')
    return skip(msg('It has several labels, and the format has room for one.'))
  const { widthPx = null, heightPx = null } = store.photos.size(photoId) ?? {}
  if (request.format === 'coco' && (widthPx === null || heightPx === null))
    return skip(msg('Its width and height are not known until a model has seen it; label its folder first.'))
  const kept = hasRoomForLabels(request) ? labels : [first]
  return {
    path,
    photoId,
    sizeBytes,
    widthPx,
    heightPx,
    labels: kept.map(({ name }) => name),
    source: first.source,
    score: first.source === 'human' ? null : first.score,
  }
}

/** Returns the confirmed labels, oldest first; without any, the best suggestion. */
function findLabels({ labels }: PhotoFile, { minScore }: DatasetRequest): Label[] {
  const confirmed = labels.filter(({ state }) => state === 'confirmed')
  if (confirmed.length > 0 || minScore === null) return confirmed.toSorted((a, b) => a.atMs - b.atMs)
  const suggested = labels.filter(({ state, score }) => state === 'suggested' && (score ?? 0) >= minScore)
  // A softmax assumes that exactly one class is right, so a second one means nothing.
  return suggested.slice(0, 1)
}
