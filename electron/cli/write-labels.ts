// Sends an export to a file or to standard output.
import { once } from 'node:events'
import type { ExportFormat, ExportRequest } from '../contract/domain.ts'
import type { OpenLibrary } from './open-library.ts'
import { toCorePath } from './options.ts'
import { runExport } from './run-export.ts'

export interface WriteOptions {
  readonly format: ExportFormat
  readonly top: number
  readonly min: number
  readonly spreadsheetSafe: boolean
}

/** Formats that hold one label a photo show only the best one unless told otherwise. */
export function defaultTop(format: ExportFormat): number {
  return format === 'long' || format === 'jsonl' ? 5 : 1
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
  }
  if (target !== '-') {
    const file = toCorePath(target)
    return (await runExport(library, file, () => client.exports.write({ request, file }))) !== null
  }
  let cursor: string | null = null
  do {
    const chunk: { text: string; cursor: string | null } = await client.exports.chunk({ request, cursor })
    if (!process.stdout.write(chunk.text)) await once(process.stdout, 'drain')
    cursor = chunk.cursor
  } while (cursor !== null)
  return true
}
