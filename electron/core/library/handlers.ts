// Answers the calls about the folders of the library.
import { createThrottle } from '../../common/throttle.ts'
import type { CoreContract } from '../../contract/core.ts'
import type { ScanProgress } from '../../contract/library.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import { folderTree } from '../browse/folder-tree.ts'
import type { LibraryIndex } from '../browse/library-index.ts'
import type { EventHub } from '../events.ts'
import { isInside } from '../files/folders.ts'
import type { Store } from '../store/db.ts'
import { createCancellableTasks } from '../tasks/cancellable-tasks.ts'
import { libraryPath } from '../../common/library-path.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { Log } from '../log.ts'
import { createLibraryWatch } from './watch-library.ts'
import { scanLibrary } from './ingest.ts'
import { findMovedFolders, moveFolder } from './moved-folders.ts'
import { removeFolder } from './remove-folder.ts'

export interface LibraryHandlersOptions {
  readonly store: Store
  readonly index: LibraryIndex
  readonly events: EventHub
  readonly log: Log
  /** Labels photos that came while folders are watched; `isAsked`: whatever the settings say. */
  readonly labelNew: (photoIds: readonly PhotoId[], isAsked: boolean) => void
  /** Returns the folders that a running job reads. */
  readonly readByJob: () => readonly string[]
}

const scanStopped = msg('Reading was stopped. What was found so far stays in the library.')

type ScanCounts = Awaited<ReturnType<typeof scanLibrary>>

/** A second request for the same folders, as from a page that reloads, gets the same reply. */
interface Scan {
  readonly folders: readonly string[]
  readonly counts: Promise<ScanCounts>
}

export function createLibraryHandlers({
  store,
  index,
  events,
  log,
  labelNew,
  readByJob,
}: LibraryHandlersOptions): { handlers: Handlers<CoreContract>['library']; close: () => Promise<void> } {
  const scans = new Map<string, Scan>()
  const tasks = createCancellableTasks()

  let isNewLabelled = false
  const watch = createLibraryWatch({
    store,
    log,
    onSeen: (progress) => {
      events.emit('scan.progress', progress)
    },
    onNewPhotos: (photoIds) => {
      labelNew(photoIds, isNewLabelled)
    },
  })

  const scan = async (folders: readonly string[], signal: AbortSignal): Promise<ScanCounts> => {
    const throttle = createThrottle()
    const onProgress = (progress: ScanProgress) => {
      if (throttle.tryEmit()) events.emit('scan.progress', progress)
    }
    const counts = await scanLibrary(store, folders, onProgress, signal)
    await watch.refresh()
    const { files, photos, skipped, failed } = counts
    events.emit('scan.progress', { files, photos, skipped, failed })
    return counts
  }

  /** The job or scan that reads it would bring its files back. */
  const assertNotRead = (folder: string): void => {
    const isRead = [...readByJob(), ...[...scans.values()].flatMap(({ folders }) => folders)].some(
      (read) => read === folder || isInside(read, folder) || isInside(folder, read),
    )
    if (isRead)
      throw new AppError(
        'bad-request',
        msg(
          "'{{folder}}' is being read now. Cancel the job, or wait until the scan is done, and take it out then.",
          { folder },
        ),
      )
  }

  const handlers: Handlers<CoreContract>['library'] = {
    async watch({ folders, isNewLabelled: isAsked }) {
      if (store.isReadonly) return []
      isNewLabelled = isAsked
      return watch.watch(folders.map(libraryPath))
    },
    summary: () => ({
      file: store.file,
      ...store.files.counts(),
      shownOfPair: store.companions.shown(),
      sqlite: store.settings.sqliteVersion(),
    }),
    async showOfPair({ shown }) {
      await store.whenFree(() => {
        store.companions.setShown(shown)
      })
      return {}
    },
    folders: () => store.folders.list(),
    async tree() {
      const { files } = await index.filesReady()
      return folderTree(
        files,
        store.folders.list().map(({ path }) => path),
      )
    },
    scan({ folders }) {
      const reading = folders.map(libraryPath)
      const key = scanKey(folders)
      const known = scans.get(key)
      if (known !== undefined) return known.counts
      const counts = tasks
        .run(key, scanStopped, (signal) => scan(folders, signal))
        .finally(() => scans.delete(key))
      scans.set(key, { folders: reading, counts })
      return counts
    },
    cancelScan({ folders }) {
      tasks.cancel(scanKey(folders))
      return {}
    },
    moved: ({ place }) => findMovedFolders(store, place === null ? null : libraryPath(place)),
    async moveFolder({ from, to }) {
      assertNotRead(libraryPath(from))
      const moved = await moveFolder(store, libraryPath(from), libraryPath(to))
      await watch.refresh()
      return moved
    },
    async removeFolder({ path }) {
      const folder = libraryPath(path)
      assertNotRead(folder)
      await removeFolder(store, folder)
      await watch.refresh()
      return {}
    },
  }
  return {
    handlers,
    async close() {
      await Promise.all([tasks.close(), watch.close()])
    },
  }
}

const scanKey = (folders: readonly string[]): string => JSON.stringify(folders.map(libraryPath).toSorted())
