// Plans a dataset: the split and the name of each file, and the totals. Writes nothing.
import type { PhotoId } from '../../contract/domain.ts'
import type { DatasetCounts, DatasetRequest, DatasetRow, SplitName } from '../../contract/exports.ts'
import { english } from '../../texts/message.ts'
import { createTimeSlice, type TimeSlice } from '../tasks/time-slice.ts'
import type { Store } from '../store/db.ts'
import { readDatasetFiles, type DatasetFile, type SkippedFile } from './dataset-files.ts'
import { createLayout, type Layout } from './dataset-layout.ts'
import { divide } from './dataset-split.ts'
import type { FindNearDuplicates } from './near-duplicates.ts'
import { nameFolders } from './safe-names.ts'
import { selectFiles } from './selection.ts'

export interface PlannedFile extends DatasetFile {
  readonly split: SplitName
  /** Relative to the folder of the dataset; where photos are not placed, to their common folder. */
  readonly fileName: string
}

export interface DatasetPlan {
  readonly request: DatasetRequest
  readonly layout: Layout
  readonly files: readonly PlannedFile[]
  readonly skipped: readonly SkippedFile[]
  /** The folder of each label. */
  readonly folders: ReadonlyMap<string, string>
  readonly duplicateGroups: number
}

export interface PlanOptions {
  readonly nearDuplicates: FindNearDuplicates
  readonly signal: AbortSignal
  readonly onProgress: (stage: 'reading' | 'comparing', done: number, total: number | null) => void
}

/** @throws AppError for an unknown folder; the signal's reason when it is aborted. */
export async function planDataset(
  store: Store,
  request: DatasetRequest,
  options: PlanOptions,
): Promise<DatasetPlan> {
  const { signal, onProgress } = options
  const selection = selectFiles(store, request)
  const { taken, skipped } = await readDatasetFiles(store, selection, request, (done, total) => {
    signal.throwIfAborted()
    onProgress('reading', done, total)
  })
  const isDivided = request.split.train < 100
  if (isDivided) onProgress('comparing', 0, taken.length)
  const groups = isDivided ? await findGroups(request, taken, options) : []
  const timeSlice = createTimeSlice(signal)
  await timeSlice.yieldToEventLoop()
  const sides = await divideFiles(store, request, taken, groups, timeSlice)
  await timeSlice.yieldToEventLoop()
  const folders = nameFolders(taken.flatMap(({ labels }) => labels))
  const layout = createLayout(request, selection, { isDivided, folders })
  const files: PlannedFile[] = []
  for (const [at, file] of taken.entries()) {
    if (timeSlice.isExpired()) await timeSlice.yieldToEventLoop()
    const split = sides[at] ?? 'train'
    files.push({ ...file, split, fileName: layout.nameOf(file, split) })
  }
  await timeSlice.yieldToEventLoop()
  return { request, layout, files, skipped, folders, duplicateGroups: groups.length }
}

/** Returns groups of the taken photos that must stay in one split. */
async function findGroups(
  { modelId, minCosine }: DatasetRequest,
  files: readonly DatasetFile[],
  { nearDuplicates, signal }: PlanOptions,
): Promise<PhotoId[][]> {
  if (minCosine === null) return []
  const taken = new Set(files.map(({ photoId }) => photoId))
  const groups = await nearDuplicates(modelId, minCosine, signal)
  return groups
    .map((group) => group.filter((photoId) => taken.has(photoId)))
    .filter(({ length }) => length > 1)
}

/** Returns the split of each file; all files of one image, and a group, are one unit. */
async function divideFiles(
  store: Store,
  { split, seed }: DatasetRequest,
  files: readonly DatasetFile[],
  groups: readonly (readonly PhotoId[])[],
  timeSlice: TimeSlice,
): Promise<SplitName[]> {
  const subjects = store.photos.subjects([...new Set(files.map(({ photoId }) => photoId))])
  const imageOf = (photoId: PhotoId) => subjects.get(photoId) ?? photoId
  const leader = new Map(
    groups.flatMap((group) => group.map((id) => [imageOf(id), imageOf(group[0] ?? id)] as const)),
  )
  const unitOf = ({ photoId }: DatasetFile) => leader.get(imageOf(photoId)) ?? imageOf(photoId)
  const units = [...Map.groupBy(files, unitOf)]
  await timeSlice.yieldToEventLoop()
  const sides = divide(
    units.map(([, members]) => ({ stratum: members[0]?.labels[0] ?? '', files: members.length })),
    split,
    seed,
  )
  await timeSlice.yieldToEventLoop()
  const sideOf = new Map(units.map(([unit], at) => [unit, sides[at]]))
  return files.map((file) => sideOf.get(unitOf(file)) ?? 'train')
}

/** Returns the totals of the planned files. */
export function countPlan({ files, skipped, folders, duplicateGroups }: DatasetPlan): DatasetCounts {
  const noFiles = { train: 0, val: 0, test: 0 }
  const splits = { ...noFiles }
  const perLabel = new Map([...folders.keys()].map((name) => [name, { ...noFiles }]))
  for (const { split, labels } of files) {
    splits[split]++
    for (const label of labels) {
      const counts = perLabel.get(label)
      if (counts !== undefined) counts[split]++
    }
  }
  const reasons = Map.groupBy(skipped, ({ reason }) => english(reason))
  return {
    files: files.length + skipped.length,
    exported: files.length,
    skipped: [...reasons.values()]
      .flatMap(([first, ...others]) =>
        first === undefined ? [] : [{ reason: first.reason, files: 1 + others.length }],
      )
      .sort((a, b) => b.files - a.files),
    splits,
    labels: [...folders].map(([name, folder]) => ({ name, folder, ...(perLabel.get(name) ?? noFiles) })),
    duplicateGroups,
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }
}

export function toRow({ fileName, path, split, labels, source, score }: PlannedFile): DatasetRow {
  return { fileName, path, split, labels: [...labels], source, score }
}
