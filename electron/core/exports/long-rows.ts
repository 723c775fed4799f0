// The rows of the format `long`, which CSV and Parquet share: one for each photo and label, or one that says why it has none.
import type { Label, LabelSource } from '../../contract/domain.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { english } from '../../texts/message.ts'
import type { ExportFile } from './export-file.ts'

export interface LongRow {
  readonly fileName: string
  readonly label: string | null
  readonly score: number | null
  /** From 1; null for a label that the user confirmed. */
  readonly rank: number | null
  readonly status: PhotoFile['status']
  readonly reason: string | null
  readonly source: LabelSource | null
  /** Name and fingerprint. */
  readonly model: string | null
}

export const modelOf = (label: Label): string | null =>
  label.modelName === null ? null : `${label.modelName}@${label.modelVersion ?? ''}`

/** In place of a reason: the label may not hold any more. */
const changedReason = 'the image was changed since it was labelled'

export function longRows({ fileName, status, labels, reason: why }: ExportFile): LongRow[] {
  const isBelow = labels.length === 0 && status === 'labelled'
  const withoutWhy = isBelow ? 'no label reaches the minimum score' : null
  const reason = why === null ? withoutWhy : english(why)
  if (labels.length === 0)
    return [{ fileName, label: null, score: null, rank: null, status, reason, source: null, model: null }]
  return labels.map((label) => ({
    fileName,
    label: label.name,
    score: label.score,
    rank: label.rank,
    status,
    reason: label.isChanged ? changedReason : reason,
    source: label.source,
    model: modelOf(label),
  }))
}
