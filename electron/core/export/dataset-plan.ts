// Plans a data set: which file goes where under which name, and what all of it adds up to. Writes nothing.
import type { PhotoId } from '../../contract/domain.ts'
import type { DatasetCounts, DatasetRequest, DatasetRow, SplitName } from '../../contract/exports.ts'
import { createBreather, type Breather } from '../breather.ts'
import type { Store } from '../store/db.ts'
import { readDatasetFiles, type DatasetFile, type SkippedFile } from './dataset-files.ts'
import { createLayout, type Layout } from './dataset-layout.ts'
import { divide } from './dataset-split.ts'
import type { FindLookAlikes } from './look-alikes.ts'
import { nameFolders } from './safe-names.ts'
import { selectFiles } from './selection.ts'

export interface PlannedFile extends DatasetFile {
  readonly split: SplitName
  /** Relative to the folder of the data set; where photos are not placed, to the folder that they all lie in. */
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
  readonly lookAlikes: FindLookAlikes
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
  const breather = createBreather(signal)
  await breather.rest()
  const sides = await divideFiles(request, taken, groups, breather)
  await breather.rest()
  const folders = nameFolders(taken.flatMap(({ labels }) => labels))
  const layout = createLayout(request, selection, { isDivided, folders })
  const files: PlannedFile[] = []
  for (const [at, file] of taken.entries()) {
    if (breather.isDue()) await breather.rest()
    const split = sides[at] ?? 'train'
    files.push({ ...file, split, fileName: layout.nameOf(file, split) })
  }
  await breather.rest()
  return { request, layout, files, skipped, folders, duplicateGroups: groups.length }
}

/** Photos that must not be torn apart, of those that are taken. */
async function findGroups(
  { modelId, minCosine }: DatasetRequest,
  files: readonly DatasetFile[],
  { lookAlikes, signal }: PlanOptions,
): Promise<PhotoId[][]> {
  if (minCosine === null) return []
  const taken = new Set(files.map(({ photoId }) => photoId))
  const groups = await lookAlikes(modelId, minCosine, signal)
  return groups
    .map((group) => group.filter((photoId) => taken.has(photoId)))
    .filter(({ length }) => length > 1)
}

/** The side of each file; files with the same content are one photo, and a group is one unit. */
async function divideFiles(
  { split, seed }: DatasetRequest,
  files: readonly DatasetFile[],
  groups: readonly (readonly PhotoId[])[],
  breather: Breather,
): Promise<SplitName[]> {
  const leader = new Map(groups.flatMap((group) => group.map((id) => [id, group[0] ?? id] as const)))
  const unitOf = (file: DatasetFile) => leader.get(file.photoId) ?? file.photoId
  const units = [...Map.groupBy(files, unitOf)]
  await breather.rest()
  const sides = divide(
    units.map(([, members]) => ({ stratum: members[0]?.labels[0] ?? '', files: members.length })),
    split,
    seed,
  )
  await breather.rest()
  const sideOf = new Map(units.map(([unit], at) => [unit, sides[at]]))
  return files.map((file) => sideOf.get(unitOf(file)) ?? 'train')
}

/** What the planned files add up to. */
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
  const reasons = Map.groupBy(skipped, ({ reason }) => reason)
  return {
    files: files.length + skipped.length,
    exported: files.length,
    skipped: [...reasons]
      .map(([reason, { length }]) => ({ reason, files: length }))
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
