// What each export format makes of one file: CSV columns and cells, or one JSON line.
import type { ExportFormat, ExportRequest, Label, PhotoFile } from '../../contract/domain.ts'

/** A file of the library with its name as the export shows it. */
export interface ExportFile extends PhotoFile {
  /** Relative to the exported folder, with `/`. */
  readonly fileName: string
}

export interface TableFormat {
  readonly kind: 'table'
  readonly header: (request: ExportRequest) => readonly string[]
  /** Zero or more rows; labels are already cut to `topK` and `minScore`. */
  readonly rows: (file: ExportFile, request: ExportRequest) => readonly (readonly string[])[]
}
export interface LinesFormat {
  readonly kind: 'lines'
  readonly line: (file: ExportFile) => string
}

/** Six decimals, with a point in every locale. */
const formatScore = (score: number | null): string => score?.toFixed(6) ?? ''

const modelOf = (label: Label): string =>
  label.modelName === null ? '' : `${label.modelName}@${label.modelVersion ?? ''}`

const long: TableFormat = {
  kind: 'table',
  header: () => ['file_name', 'label', 'score', 'rank', 'status', 'reason', 'source', 'model'],
  rows: (file) => {
    const { fileName, status, labels } = file
    const reason =
      file.reason ??
      (labels.length === 0 && status === 'labelled' ? 'no label reaches the minimum score' : '')
    if (labels.length === 0) return [[fileName, '', '', '', status, reason, '', '']]
    return labels.map((label) => [
      fileName,
      label.name,
      formatScore(label.score),
      label.rank?.toString() ?? '',
      status,
      reason,
      label.source,
      modelOf(label),
    ])
  },
}

/** timm's inference.py: one label column, or with --results-separate-col one for each rank. */
const timm: TableFormat = {
  kind: 'table',
  header: ({ topK }) =>
    topK === 1
      ? ['filename', 'label', 'prob']
      : ['filename', ...columns(topK, 'label'), ...columns(topK, 'prob')],
  rows: ({ fileName, labels }, { topK }) => {
    if (labels.length === 0) return []
    const ranks = Array.from({ length: topK }, (_, rank) => labels[rank])
    return [
      [
        fileName,
        ...ranks.map((label) => label?.name ?? ''),
        ...ranks.map((label) => formatScore(label?.score ?? null)),
      ],
    ]
  },
}
const columns = (count: number, name: string) => Array.from({ length: count }, (_, rank) => `${name}_${rank}`)

/** The habit of Kaggle's competitions: one row a photo, its best label. */
const kaggle: TableFormat = {
  kind: 'table',
  header: () => ['id', 'label'],
  rows: ({ fileName, labels }) => labels.slice(0, 1).map(({ name }) => [fileName, name]),
}

/** `metadata.csv` of a Hugging Face ImageFolder. */
const hf: TableFormat = {
  kind: 'table',
  header: () => ['file_name', 'label'],
  rows: kaggle.rows,
}

const jsonl: LinesFormat = {
  kind: 'lines',
  line: ({ fileName, status, reason, labels }) =>
    JSON.stringify({
      file_name: fileName,
      status,
      ...(reason === null ? {} : { reason }),
      labels: labels.map((label) => ({
        label: label.name,
        score: label.score,
        rank: label.rank,
        source: label.source,
        state: label.state,
        model: modelOf(label) || null,
      })),
    }),
}

export const exportFormats: Readonly<Record<ExportFormat, TableFormat | LinesFormat>> = {
  long,
  timm,
  kaggle,
  hf,
  jsonl,
}
