// Turns what the person chose in the export dialog into what the core is asked for.
import type { ExportFormat, ExportRequest, PhotoId } from '../../../../electron/contract/domain.ts'
import type { DatasetFormat, DatasetRequest, ExportChoices } from '../../../../electron/contract/exports.ts'
import type { Api } from '../../api.ts'
import type { PhotoChoice } from '../../state/app.svelte.ts'

export const tableFormats: readonly ExportFormat[] = ['long', 'timm', 'kaggle', 'hf', 'jsonl']
export const datasetFormats: readonly DatasetFormat[] = [
  'imagefolder',
  'hf',
  'coco',
  'jsonl',
  'kaggle',
  'timm',
]

export const standardChoices: ExportChoices = {
  kind: 'table',
  table: 'long',
  dataset: 'imagefolder',
  file: '',
  folder: '',
  isConfirmedOnly: false,
  minScore: 0,
  topK: 5,
  isSpreadsheetSafe: false,
  split: { train: 80, val: 10, test: 10 },
  seed: 0,
  isSimilarTogether: true,
  placement: 'copy',
  severalLabels: 'first',
  metadata: 'csv',
}

/** Photos at least this similar count as the same picture. */
const minCosine = 0.95

/** `selection` and `filter` are offered where there is one. */
export type Scope = 'selection' | 'filter' | 'all'

/** Which photos are meant, as both kinds of export name them. */
export interface Photos {
  readonly folders: string[]
  readonly photoIds: PhotoId[] | null
}

export const hasFilter = ({ filter }: PhotoChoice): boolean =>
  Object.values(filter).some(
    (value) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  )

/** A filter by folder alone needs no list of photos. */
export async function photosOf(api: Api, choice: PhotoChoice, scope: Scope): Promise<Photos> {
  if (scope === 'all') return { folders: [], photoIds: null }
  if (scope === 'selection') return { folders: [], photoIds: [...(choice.photoIds ?? [])] }
  const { viewId, total } = await api.browse.open({ filter: choice.filter, sort: {} })
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
export const canNameOnly = (format: DatasetFormat): boolean => ['jsonl', 'kaggle', 'timm'].includes(format)

const placementFor = ({ dataset, placement }: ExportChoices) =>
  placement === 'none' && !canNameOnly(dataset) ? 'copy' : placement

/** A name for the file, so that the person need not think of one. */
export const suggestedName = (format: ExportFormat): string =>
  ({
    long: 'labels.csv',
    timm: 'labels.csv',
    kaggle: 'labels.csv',
    hf: 'metadata.csv',
    jsonl: 'labels.jsonl',
  })[format]

/** Several labels fit in one row or several rows; the others have room for the best one. */
export const hasTopK = (format: ExportFormat): boolean => ['long', 'timm', 'jsonl'].includes(format)

/** Moving one share keeps the sum at 100: the training share gives or takes. */
export function withShare(
  split: ExportChoices['split'],
  name: 'val' | 'test',
  percent: number,
): ExportChoices['split'] {
  const other = name === 'val' ? split.test : split.val
  const wanted = Math.min(100 - other, Math.max(0, Math.round(percent)))
  return { ...split, [name]: wanted, train: 100 - other - wanted }
}
