// Answers the calls about the folders of the library.
import type { CoreContract } from '../../contract/core.ts'
import type { ScanProgress } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import type { EventHub } from '../events.ts'
import { isInside } from '../folders.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'
import { scanLibrary } from './ingest.ts'
import { removeFolder } from './remove-folder.ts'

export interface LibraryHandlersOptions {
  readonly store: Store
  readonly events: EventHub
  /** Folders that a running job reads. */
  readonly readByJob: () => readonly string[]
}

type ScanCounts = Awaited<ReturnType<typeof scanLibrary>>

/** Whoever asks for the same folders meanwhile, as a page that is opened again does, gets the same answer. */
interface Scan {
  readonly folders: readonly string[]
  readonly counts: Promise<ScanCounts>
}

/** Progress is told at most this often. */
const progressIntervalMs = 100

/** Every call but `library.tree`, which belongs to browsing. */
export function createLibraryHandlers({
  store,
  events,
  readByJob,
}: LibraryHandlersOptions): Omit<Handlers<CoreContract>['library'], 'tree'> {
  const scans = new Map<string, Scan>()

  const scan = async (folders: readonly string[]): Promise<ScanCounts> => {
    let toldAtMs = 0
    const tell = (progress: ScanProgress) => {
      if (performance.now() - toldAtMs < progressIntervalMs) return
      toldAtMs = performance.now()
      events.emit('scan.progress', progress)
    }
    const counts = await scanLibrary(store, folders, tell)
    const { files, photos, skipped, failed } = counts
    events.emit('scan.progress', { files, photos, skipped, failed })
    return counts
  }

  return {
    summary: () => ({ file: store.file, ...store.files.counts() }),
    folders: () => store.folders.list(),
    scan({ folders }) {
      const reading = folders.map(libraryPath)
      const key = JSON.stringify(reading.toSorted())
      const known = scans.get(key)
      if (known !== undefined) return known.counts
      const counts = scan(folders).finally(() => scans.delete(key))
      scans.set(key, { folders: reading, counts })
      return counts
    },
    async removeFolder({ path }) {
      const folder = libraryPath(path)
      // What reads it would bring its files back.
      const isRead = [...readByJob(), ...[...scans.values()].flatMap(({ folders }) => folders)].some(
        (read) => read === folder || isInside(read, folder) || isInside(folder, read),
      )
      if (isRead)
        throw new AppError(
          'bad-request',
          `'${folder}' is being read now. Cancel the job, or wait until the scan is done, and take it out then.`,
        )
      await removeFolder(store, folder)
      return {}
    },
  }
}
