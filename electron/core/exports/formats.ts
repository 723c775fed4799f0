// The rows of one file in each export format: CSV columns and cells, or one JSON line.
import type { ExportFormat, ExportRequest } from '../../contract/exports.ts'
import type { Label } from '../../contract/domain.ts'
import type { ExportFile } from './export-file.ts'
import { english } from '../../texts/message.ts'
import { longRows, modelOf } from './long-rows.ts'

export interface TableFormat {
  readonly kind: 'table'
  readonly header: (request: ExportRequest) => readonly string[]
  /** Zero or more rows; labels are already cut to `topK` and `minScore`. */
  readonly rows: (file: ExportFile, request: ExportRequest) => readonly (readonly string[])[]
}
/** Formats with a place to say that an image was changed since it was labelled; the others leave such labels out. */
const withMarks: ReadonlySet<ExportFormat> = new Set(['long', 'jsonl', 'parquet'])

export const isExported = (label: Label, format: ExportFormat): boolean =>
  !label.isChanged || withMarks.has(format)

export interface LinesFormat {
  readonly kind: 'lines'
  readonly line: (file: ExportFile) => string
}

/** Six decimals, with a point in every locale. */
const formatScore = (score: number | null): string => score?.toFixed(6) ?? ''

const long: TableFormat = {
  kind: 'table',
  header: () => ['file_name', 'label', 'score', 'rank', 'status', 'reason', 'source', 'model'],
  rows: (file) =>
    longRows(file).map((row) => [
      row.fileName,
      row.label ?? '',
      formatScore(row.score),
      row.rank?.toString() ?? '',
      row.status,
      row.reason ?? '',
      row.source ?? '',
      row.model ?? '',
    ]),
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

/** As in Kaggle's competitions: one row a photo, its best label. */
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
  line: ({ fileName, status, reason, labels, columns }) =>
    JSON.stringify({
      file_name: fileName,
      status,
      ...(reason === null ? {} : { reason: english(reason) }),
      labels: labels.map((label) => ({
        label: label.name,
        score: label.score,
        rank: label.rank,
        source: label.source,
        state: label.state,
        ...(label.isChanged ? { is_changed: true } : {}),
        model: modelOf(label),
      })),
      ...Object.fromEntries(columns),
    }),
}

export const exportFormats: Readonly<Record<ExportFormat, TableFormat | LinesFormat>> = {
  long,
  timm,
  kaggle,
  hf,
  jsonl,
  // As text, which is for a look at its first rows.
  parquet: long,
}
