// Tells of changes below one folder: by what the system announces, or by looking again and again where it does not.
import { realpath, stat } from 'node:fs/promises'
import type { AsyncSubscription } from '@parcel/watcher'
import { libraryPath } from '../../common/library-path.ts'
import { isOnNetworkDrive } from './network-drive.ts'

export interface FolderWatch {
  /** `scans`: the folder is read again and again. */
  readonly how: () => 'events' | 'scans'
  close(): Promise<void>
}

export interface FolderWatchOptions {
  /** Paths that changed in whatever way; null: any may have. */
  readonly onChange: (paths: readonly string[] | null) => Promise<void> | void
  /** Least time between two readings of a folder that nobody tells of. */
  readonly scanEveryMs: number
}

/** A folder that takes long to be read is read less often: it takes at most this share of the time. */
const busyShare = 0.05

/** Never fails: a folder that cannot be watched is read again and again, also one that is not there now. */
export async function watchFolder(
  folder: string,
  { onChange, scanEveryMs }: FolderWatchOptions,
): Promise<FolderWatch> {
  let subscription: AsyncSubscription | null = null
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  const lookAgain = (afterMs: number) => {
    if (isClosed) return
    timer = setTimeout(() => {
      const startedAt = performance.now()
      void stat(folder)
        .then(() => onChange(null))
        .catch(() => undefined)
        .finally(() => {
          lookAgain(Math.max(scanEveryMs, (performance.now() - startedAt) / busyShare))
        })
    }, afterMs)
    timer.unref()
  }
  const giveUp = async (): Promise<void> => {
    const given = subscription
    subscription = null
    await given?.unsubscribe().catch(() => undefined)
    lookAgain(0)
  }
  try {
    if (await isOnNetworkDrive(folder)) lookAgain(scanEveryMs)
    else subscription = await subscribe(folder, onChange, () => void giveUp())
  } catch {
    // There is no build for this system, the system watches too many folders already, or this one is not there.
    lookAgain(scanEveryMs)
  }
  return {
    how: () => (subscription === null ? 'scans' : 'events'),
    async close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      await subscription?.unsubscribe().catch(() => undefined)
    },
  }
}

/** Named, since the library would otherwise first look for the program Watchman, by a shell that it never waits for. */
const backend = process.platform === 'linux' ? ({ backend: 'inotify' } as const) : {}

/** Fails where the system cannot watch the folder; calls `onLost` once it cannot any more. */
async function subscribe(
  folder: string,
  onChange: FolderWatchOptions['onChange'],
  onLost: () => void,
): Promise<AsyncSubscription> {
  // Loaded here, since it is native code that most commands never need.
  const { subscribe: watch } = await import('@parcel/watcher')
  const realRoot = libraryPath(await realpath(folder))
  return watch(
    realRoot,
    (error, events) => {
      if (error !== null) onLost()
      else void onChange(events.map(({ path }) => folder + libraryPath(path).slice(realRoot.length)))
    },
    { ignore: ['**/.*/**'], ...backend },
  )
}
