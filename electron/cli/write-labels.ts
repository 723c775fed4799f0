// Sends an export to a file or to standard output.
import type { ExportFormat, ExportRequest } from '../contract/exports.ts'
import { UsageError } from './exit-codes.ts'
import type { OpenLibrary } from './open-library.ts'
import { libraryPath } from '../common/library-path.ts'
import { runExport } from './run-export.ts'
import { print } from './stdout.ts'

export interface WriteOptions {
  readonly format: ExportFormat
  readonly top: number
  readonly min: number
  readonly spreadsheetSafe: boolean
  readonly overwrite: boolean
  readonly columns?: ExportRequest['columns']
  /** Of Parquet. */
  readonly embeddings?: boolean
  readonly shard?: ExportRequest['shard']
}

export const parquetIsNoText = () =>
  new UsageError('Parquet is no text for standard output: name a file with --csv, such as labels.parquet.')

/** The ending of a file says that it is Parquet, whose columns are those of `long`. */
export const formatOfFile = <F extends string>(format: F, file: string | undefined): F | 'parquet' =>
  format === 'long' && file !== undefined && /\.parquet$/i.test(file) ? 'parquet' : format

/** Formats that hold one label a photo show only the best one unless --top asks for more. */
export function defaultTop(format: ExportFormat): number {
  return format === 'long' || format === 'jsonl' || format === 'parquet' ? 5 : 1
}

/**
 * Writes the labels of `folders` that a job or a model gave to `target`, a file or `-`. False: Ctrl-C stopped it, and set
 * the exit code.
 */
export async function writeLabels(
  library: OpenLibrary,
  folders: readonly string[],
  whose: Pick<ExportRequest, 'jobId' | 'modelId'> & Partial<Pick<ExportRequest, 'isConfirmedOnly'>>,
  options: WriteOptions,
  target: string,
): Promise<boolean> {
  const { client } = library
  const request = {
    folders: [...folders],
    format: options.format,
    ...whose,
    topK: options.top,
    minScore: options.min,
    isSpreadsheetSafe: options.spreadsheetSafe,
    columns: options.columns ?? [],
    hasEmbeddings: options.embeddings ?? false,
    shard: options.shard ?? null,
  }
  if (request.format === 'parquet' && target === '-') throw parquetIsNoText()
  if (target !== '-') {
    const file = libraryPath(target)
    return (
      (await runExport(library, file, () =>
        client.exports.write({ request, file, overwrite: options.overwrite }),
      )) !== null
    )
  }
  let cursor: string | null = null
  do {
    const chunk: { text: string; cursor: string | null } = await client.exports.chunk({ request, cursor })
    print(chunk.text)
    cursor = chunk.cursor
  } while (cursor !== null)
  return true
}
