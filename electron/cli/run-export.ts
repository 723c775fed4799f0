// Runs an export to a file or folder with a progress line; Ctrl-C cancels it.
import { AppError } from '../contract/errors.ts'
import type { ExportProgress } from '../contract/exports.ts'
import { exitCodes } from './exit-codes.ts'
import type { OpenLibrary } from './open-library.ts'
import { createProgressLine, formatDuration, progressBar } from './progress.ts'

/** Null after Ctrl-C, which sets the exit code. Throws AppError. */
export async function runExport<T>(
  { client, subscribe }: OpenLibrary,
  path: string,
  start: () => Promise<T>,
): Promise<T | null> {
  const line = createProgressLine(describeExport)
  const unsubscribe = subscribe('export.progress', (progress) => {
    line.update(progress)
  })
  const interrupt = () => void client.exports.cancel({ path })
  process.once('SIGINT', interrupt)
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
    line.note(error.message)
    process.exitCode = exitCodes.interrupted
    return null
  } finally {
    process.removeListener('SIGINT', interrupt)
    unsubscribe()
    line.end()
  }
}

/** `[#####-----]  writing 120/250  ETA 0:02`. */
export function describeExport({ stage, done, total, etaMs }: ExportProgress, hasBar: boolean): string {
  return [
    ...(hasBar ? [progressBar(done, total)] : []),
    `${stage} ${done}${total === null ? '' : `/${total}`}`,
    ...(etaMs === null || done === total ? [] : [`ETA ${formatDuration(etaMs)}`]),
  ].join('  ')
}
