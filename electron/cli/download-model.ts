// Downloads a model of the catalogue with a progress line; Ctrl-C keeps what was loaded.
import type { DownloadProgress, Model } from '../contract/domain.ts'
import { AppError } from '../contract/errors.ts'
import { exitCodes } from './exit-codes.ts'
import type { OpenLibrary } from './open-library.ts'
import { createProgressLine, formatDuration, progressBar } from './progress.ts'

/** Null after Ctrl-C, which sets the exit code. Throws AppError. */
export async function downloadModel({ client, subscribe }: OpenLibrary, id: string): Promise<Model | null> {
  const line = createProgressLine(describeDownload)
  const unsubscribe = subscribe('download.progress', (progress) => {
    if (progress.id === id) line.update(progress)
  })
  const interrupt = () => void client.models.cancelDownload({ id })
  process.once('SIGINT', interrupt)
  try {
    return await client.models.download({ id })
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
    line.note('Stopped; what was loaded is kept. Run the same command again to go on from there.')
    process.exitCode = exitCodes.interrupted
    return null
  } finally {
    process.removeListener('SIGINT', interrupt)
    unsubscribe()
    line.end()
  }
}

/** `[#####-----]  12.5/88.3 MB  4.2 MB/s  ETA 0:18`. */
export function describeDownload(progress: DownloadProgress, hasBar: boolean): string {
  const { doneBytes, totalBytes, bytesPerSecond, etaMs } = progress
  return [
    ...(hasBar ? [progressBar(doneBytes, totalBytes)] : []),
    `${inMegabytes(doneBytes)}/${inMegabytes(totalBytes)} MB`,
    `${inMegabytes(bytesPerSecond)} MB/s`,
    ...(etaMs === null ? [] : [`ETA ${formatDuration(etaMs)}`]),
  ].join('  ')
}

function inMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
