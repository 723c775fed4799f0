// Downloads a model of the catalogue with a progress line; Ctrl-C keeps what was loaded.
import type { DownloadProgress, Model } from '../contract/models.ts'
import { followCancellable } from './follow-task.ts'
import type { OpenLibrary } from './open-library.ts'
import { formatDuration, progressBar } from './progress.ts'

/** Null after Ctrl-C, which sets the exit code. Throws AppError. */
export const downloadModel = ({ client, subscribe }: OpenLibrary, id: string): Promise<Model | null> =>
  followCancellable(
    {
      describe: describeDownload,
      subscribe: (update) =>
        subscribe('download.progress', (progress) => {
          if (progress.id === id) update(progress)
        }),
      cancel: () => client.models.cancelDownload({ id }),
      work: () => client.models.download({ id }),
    },
    () => 'Stopped; what was loaded is kept. Run the same command again to go on from there.',
  )

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
