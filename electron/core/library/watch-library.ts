// Keeps the library up to date while files come, change, move and go: reads again what a change is about, and no more.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { isSameStamp, stampOf } from '../../common/file-stamp.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { ScanProgress, WatchedFolder } from '../../contract/library.ts'
import { isHidden } from '../files/hidden-names.ts'
import { isInside, outermostFolders } from '../files/folders.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import { ingestFolders } from './ingest.ts'
import { watchFolder, type FolderWatch } from './watch-folder.ts'

export interface LibraryWatchOptions {
  readonly store: Store
  readonly log: Log
  /** After changes were read: what was found in the folders that were read again. */
  readonly onSeen: (progress: ScanProgress) => void
  /** Photos that came or were changed, and that no model has seen yet. */
  readonly onNewPhotos: (photoIds: readonly PhotoId[]) => void
  readonly scanEveryMs?: number
}

const defaultScanEveryMs = 60_000
/** A program that copies many files announces each; they are read together once it pauses for so long... */
const quietMs = 400
/** ...or has gone on for so long. */
const longestWaitMs = 2000

export function createLibraryWatch(options: LibraryWatchOptions) {
  const { store, log, onSeen, onNewPhotos, scanEveryMs = defaultScanEveryMs } = options
  const watches = new Map<string, FolderWatch>()
  const changed = new Set<string>()
  /** Folders of which anything may have changed. */
  const stale = new Set<string>()
  const closing = new AbortController()
  let waitingSince: number | null = null
  let timer: NodeJS.Timeout | null = null
  let reading: Promise<void> = Promise.resolve()
  let isWhole = false

  const read = async (): Promise<void> => {
    const [paths, whole] = [[...changed], [...stale]]
    changed.clear()
    stale.clear()
    waitingSince = null
    await readChanged({ store, signal: closing.signal, onSeen, onNewPhotos }, paths, whole).catch(
      (error: unknown) => {
        // A folder that was taken out meanwhile, or a drive that was: the next scan tells of it.
        if (!closing.signal.aborted) log('info', `Changes could not be read: ${String(error)}`)
      },
    )
  }
  const readSoon = () => {
    waitingSince ??= performance.now()
    if (timer !== null) clearTimeout(timer)
    const leftMs = longestWaitMs - (performance.now() - waitingSince)
    timer = setTimeout(
      () => {
        reading = reading.then(read)
      },
      Math.max(0, Math.min(quietMs, leftMs)),
    )
  }
  const note = (root: string, paths: readonly string[] | null): Promise<void> | void => {
    if (closing.signal.aborted) return
    if (paths === null) {
      stale.add(root)
      return (reading = reading.then(read))
    }
    const meant = paths.filter((file) => isMeant(store.file, root, file))
    for (const file of meant) changed.add(file)
    if (meant.length > 0) readSoon()
  }
  const watch = async (folders: readonly string[]): Promise<WatchedFolder[]> => {
    const roots = outermostFolders(folders)
    for (const [root, known] of watches) {
      if (roots.includes(root)) continue
      watches.delete(root)
      await known.close()
    }
    for (const root of roots) {
      if (watches.has(root)) continue
      const onChange = (paths: readonly string[] | null) => note(root, paths)
      watches.set(root, await watchFolder(root, { onChange, scanEveryMs }))
    }
    return [...watches].map(([root, { how }]) => ({ path: root, how: how() }))
  }
  const ofLibrary = () => store.folders.list().map((folder) => folder.path)
  return {
    /** Watches these folders and no others; none: all folders of the library, also those that are added later. */
    watch: (folders: readonly string[]): Promise<WatchedFolder[]> => {
      isWhole = folders.length === 0
      return watch(isWhole ? ofLibrary() : folders)
    },
    /** Call it where folders of the library were added or taken out. */
    async refresh(): Promise<void> {
      if (isWhole && !closing.signal.aborted) await watch(ofLibrary())
    },
    async close(): Promise<void> {
      closing.abort()
      if (timer !== null) clearTimeout(timer)
      await Promise.all([...watches.values()].map((each) => each.close()))
      await reading
    },
  }
}

/** What is hidden below the root, or belongs to the library itself, is left alone: reading writes into the library. */
function isMeant(libraryFile: string, root: string, file: string): boolean {
  const names = file.slice(root.length).split('/')
  return !names.some((name) => name !== '' && isHidden(name)) && !file.startsWith(libraryFile)
}

type Reading = Pick<LibraryWatchOptions, 'store' | 'onSeen' | 'onNewPhotos'> & {
  readonly signal: AbortSignal
}

/** Reads the folders that hold the paths, without the folders in them; new folders, and the stale ones, with all below. */
async function readChanged(
  { store, signal, onSeen, onNewPhotos }: Reading,
  paths: readonly string[],
  stale: readonly string[],
): Promise<void> {
  const folders: string[] = [...stale]
  const news: string[] = []
  for (const file of paths) {
    const stats = await stat(file).catch(() => null)
    const known = stats === null || !file.endsWith('.xmp') ? null : store.files.find(file)
    // Labelroom wrote the sidecar itself, and recorded it at once.
    if (stats !== null && known?.missingSinceMs === null && isSameStamp(known, stampOf(stats))) continue
    news.push(file)
    if (stats?.isDirectory() === true) folders.push(file)
    // It may have been a folder. Its files that lie elsewhere now are found there.
    else if (stats === null)
      await store.whenFree(() => {
        store.files.markMissing(file, store.files.beginScan())
      }, signal)
  }
  if (news.length === 0 && stale.length === 0) return
  const whole = outermostFolders(folders)
  // What a folder of the library lies in is not the library's.
  const roots = new Set(store.folders.list().map((folder) => folder.path))
  const parents = new Set(news.filter((file) => !roots.has(file)).map((file) => path.posix.dirname(file)))
  const single = [...parents].filter(
    (folder) => !whole.some((other) => other === folder || isInside(folder, other)),
  )
  const seen = { files: 0, photos: 0, skipped: 0, failed: 0 }
  const photoIds = new Set<PhotoId>()
  for (const [list, isDeep] of [
    [whole, true],
    [single, false],
  ] as const)
    for (const folder of list) {
      // Taken away since; its files were marked above, or are when the folder that held it is read.
      if ((await stat(folder).catch(() => null)) === null) continue
      for await (const file of ingestFolders(store, [folder], signal, {
        isDeep,
        isAdded: false,
      })) {
        seen.files++
        seen[file.problem === null ? 'photos' : file.problem.kind]++
        if (file.problem === null && file.isRead) photoIds.add(file.photoId)
      }
    }
  onSeen(seen)
  const fresh = store.photos.unseen([...photoIds])
  if (fresh.length > 0) onNewPhotos(fresh)
}
