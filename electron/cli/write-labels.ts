// Sends an export to a file or to standard output.
import { once } from 'node:events'
import type { ExportFormat, ExportRequest } from '../contract/domain.ts'
import type { CoreClient } from '../core/client.ts'
import { toCorePath } from './options.ts'

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

/** Writes the labels of `folders` that a job or a model gave to `target`, a file or `-`. */
export async function writeLabels(
  client: CoreClient,
  folders: readonly string[],
  whose: Pick<ExportRequest, 'jobId' | 'modelId'> & Partial<Pick<ExportRequest, 'isConfirmedOnly'>>,
  options: WriteOptions,
  target: string,
): Promise<void> {
  const request = {
    folders: [...folders],
    format: options.format,
    ...whose,
    topK: options.top,
    minScore: options.min,
    isSpreadsheetSafe: options.spreadsheetSafe,
  }
  if (target !== '-') {
    await client.exports.write({ request, file: toCorePath(target) })
    return
  }
  let cursor: string | null = null
  do {
    const chunk: { text: string; cursor: string | null } = await client.exports.chunk({ request, cursor })
    if (!process.stdout.write(chunk.text)) await once(process.stdout, 'drain')
    cursor = chunk.cursor
  } while (cursor !== null)
}
