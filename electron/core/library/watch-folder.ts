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

/** A folder that is gone is looked for at least this often; that costs next to nothing. */
const goneEveryMs = 5000
/** A folder that takes long to be read is read less often: it takes at most this share of the time. */
const busyShare = 0.05

/**
 * Never fails: a folder that cannot be watched is read again and again. One that is not there, or goes, such as a drive that is
 * taken out, is read and watched once it is back.
 */
export async function watchFolder(
  folder: string,
  { onChange, scanEveryMs }: FolderWatchOptions,
): Promise<FolderWatch> {
  let subscription: AsyncSubscription | null = null
  let timer: NodeJS.Timeout | null = null
  let isClosed = false
  let isGone = false

  const lookAgain = (afterMs: number) => {
    if (isClosed) return
    timer = setTimeout(() => void look(), afterMs)
    timer.unref()
  }
  const look = async (): Promise<void> => {
    const startedAt = performance.now()
    const isBack = isGone
    isGone = (await stat(folder).catch(() => null)) === null
    if (isGone) {
      lookAgain(Math.min(scanEveryMs, goneEveryMs))
      return
    }
    const isFollowed = isBack && (await follow())
    await Promise.resolve(onChange(null)).catch(() => undefined)
    if (!isFollowed) lookAgain(Math.max(scanEveryMs, (performance.now() - startedAt) / busyShare))
  }
  const giveUp = async (isFolderGone: boolean): Promise<void> => {
    const given = subscription
    subscription = null
    isGone = isFolderGone
    await given?.unsubscribe().catch(() => undefined)
    lookAgain(0)
  }
  /** Returns whether the system tells of changes from now on. */
  const follow = async (): Promise<boolean> => {
    if (await isOnNetworkDrive(folder)) return false
    // There is no build for this system, the system watches too many folders already, or this one is not there.
    const made = await subscribe(folder, onChange, (isFolderGone) => void giveUp(isFolderGone)).catch(
      () => null,
    )
    if (isClosed) await made?.unsubscribe().catch(() => undefined)
    else subscription = made
    return made !== null
  }
  // Not at once, since the folder was just read.
  if (!(await follow())) lookAgain(scanEveryMs)
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
  onLost: (isFolderGone: boolean) => void,
): Promise<AsyncSubscription> {
  // Loaded here, since it is native code that most commands never need.
  const { subscribe: watch } = await import('@parcel/watcher')
  const realRoot = libraryPath(await realpath(folder))
  return watch(
    realRoot,
    (error, events) => {
      if (error !== null) {
        onLost(false)
        return
      }
      void onChange(events.map(({ path }) => folder + libraryPath(path).slice(realRoot.length)))
      // No event comes for a folder that takes the place of one that went.
      if (events.some(({ path, type }) => type === 'delete' && libraryPath(path) === realRoot)) onLost(true)
    },
    { ignore: ['**/.*/**'], ...backend },
  )
}
