// Turns what the user chose in the export dialog into requests to the core.
import type {
  ExportColumn,
  ExportFormat,
  ExportRequest,
  DatasetFormat,
  DatasetRequest,
  ExportChoices,
} from '../../../../electron/contract/exports.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { Api } from '../../transport/api.ts'
import { isCondition, type PhotoScope } from '../../navigation/photo-scope.ts'

export const tableFormats: readonly ExportFormat[] = ['long', 'timm', 'kaggle', 'hf', 'jsonl', 'parquet']
export const datasetFormats: readonly DatasetFormat[] = [
  ...(['imagefolder', 'hf', 'coco', 'txt', 'labelstudio'] as const),
  ...(['fiftyone', 'datumaro', 'jsonl', 'kaggle', 'timm'] as const),
]

/** In the order in which a table has them. */
export const tableColumns: readonly ExportColumn[] = [
  ...(['taken_at', 'latitude', 'longitude', 'camera', 'lens', 'width'] as const),
  ...(['height', 'sha256', 'path', 'rating', 'title', 'keywords'] as const),
]

export const withColumn = (
  columns: readonly ExportColumn[],
  column: ExportColumn,
  isWanted: boolean,
): ExportColumn[] => tableColumns.filter((name) => (name === column ? isWanted : columns.includes(name)))

export const standardChoices: ExportChoices = {
  kind: 'table',
  table: 'long',
  dataset: 'imagefolder',
  file: '',
  folder: '',
  isConfirmedOnly: true,
  minScore: 0,
  topK: 5,
  isSpreadsheetSafe: false,
  columns: [],
  hasEmbeddings: false,
  split: { train: 80, val: 10, test: 10 },
  seed: 0,
  isSimilarTogether: true,
  placement: 'copy',
  severalLabels: 'first',
  metadata: 'csv',
}

/** Photos at least this similar count as the same picture. */
const minCosine = 0.95

/** How much of a scope is exported; `selection` and `filter` are offered where there is one. */
export type Extent = 'selection' | 'filter' | 'all'

/** Which photos are meant, as both kinds of export name them. */
export interface Photos {
  readonly folders: string[]
  readonly photoIds: PhotoId[] | null
}

export const hasFilter = ({ filter }: PhotoScope): boolean => Object.values(filter).some(isCondition)

/** How many photos each extent has. */
export async function countPhotos(api: Api, scope: PhotoScope): Promise<Record<Extent, number>> {
  const count = async (filter: PhotoScope['filter']) => (await api.browse.open({ filter, sort: {} })).total
  const [filter, all] = await Promise.all([count(scope.filter), count({})])
  return { selection: scope.photoIds?.length ?? 0, filter, all }
}

/** A filter by folder alone needs no list of photos. */
export async function photosOf(api: Api, scope: PhotoScope, extent: Extent): Promise<Photos> {
  if (extent === 'all') return { folders: [], photoIds: null }
  if (extent === 'selection') return { folders: [], photoIds: [...(scope.photoIds ?? [])] }
  const { viewId, total } = await api.browse.open({ filter: scope.filter, sort: {} })
  const { photoIds } = await api.browse.ids({ viewId, from: 0, to: total })
  const known = photoIds.filter((id) => id !== null)
  return { folders: [], photoIds: [...new Set(known)] }
}

export const tableRequest = (choices: ExportChoices, photos: Photos): Partial<ExportRequest> => ({
  ...photos,
  format: choices.table,
  isConfirmedOnly: choices.isConfirmedOnly,
  minScore: choices.isConfirmedOnly ? 0 : choices.minScore,
  topK: choices.topK,
  isSpreadsheetSafe: choices.isSpreadsheetSafe,
  columns: choices.columns,
  hasEmbeddings: choices.table === 'parquet' && choices.hasEmbeddings,
})

export const datasetRequest = (
  choices: ExportChoices,
  photos: Photos,
): Partial<DatasetRequest> & Pick<DatasetRequest, 'format'> => ({
  ...photos,
  format: choices.dataset,
  minScore: choices.isConfirmedOnly ? null : choices.minScore,
  split: choices.split,
  seed: choices.seed,
  minCosine: choices.isSimilarTogether ? minCosine : null,
  placement: placementFor(choices),
  severalLabels: choices.severalLabels,
  metadata: choices.metadata,
})

/** Only lists can do without the photos themselves. */
export const canNameOnly = (format: DatasetFormat): boolean =>
  ['labelstudio', 'jsonl', 'kaggle', 'timm'].includes(format)

const placementFor = ({ dataset, placement }: ExportChoices) =>
  placement === 'none' && !canNameOnly(dataset) ? 'copy' : placement

/** A name for the file, so that the user need not think of one. */
export const suggestedName = (format: ExportFormat): string =>
  ({
    long: 'labels.csv',
    timm: 'labels.csv',
    kaggle: 'labels.csv',
    hf: 'metadata.csv',
    jsonl: 'labels.jsonl',
    parquet: 'labels.parquet',
  })[format]

/** Several labels fit in one row or several rows; the others have room for the best one. */
export const hasTopK = (format: ExportFormat): boolean =>
  ['long', 'timm', 'jsonl', 'parquet'].includes(format)

/** Moving one share keeps the sum at 100: the training share makes up the difference. */
export function withShare(
  split: ExportChoices['split'],
  name: 'val' | 'test',
  percent: number,
): ExportChoices['split'] {
  const other = name === 'val' ? split.test : split.val
  const wanted = Math.min(100 - other, Math.max(0, Math.round(percent)))
  return { ...split, [name]: wanted, train: 100 - other - wanted }
}
