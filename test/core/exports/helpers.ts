// Photos on disk in a library, for the tests of datasets.
import path from 'node:path'
import { readdirSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { DatasetRequest } from '../../../electron/contract/exports.ts'
import { createEventHub } from '../../../electron/core/events.ts'
import { createNearDuplicateGroups } from '../../../electron/core/exports/near-duplicates.ts'
import { createLearning } from '../../../electron/core/learning/service.ts'
import { writeDataset } from '../../../electron/core/exports/write-dataset.ts'
import { scanLibrary } from '../../../electron/core/library/ingest.ts'
import type { Store } from '../../../electron/core/store/db.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { noopTask } from '../../helpers/noop-task.ts'
import { tempStore } from '../store/helpers.ts'

export interface PhotoLibrary {
  readonly store: Store
  /** Holds `photos` and has room beside it. */
  readonly home: string
  readonly photos: string
  /** The photo with this name relative to `photos`. */
  readonly id: (name: string) => PhotoId
}

/** Photos with these names; equal numbers are equal bytes. */
export async function createPhotoLibrary(numbers: Readonly<Record<string, number>>): Promise<PhotoLibrary> {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  for (const [name, number] of Object.entries(numbers)) await writePhoto(path.join(photos, name), number)
  const store = tempStore()
  await scanLibrary(store, [photos])
  const id = (name: string) => {
    const photoId = store.files.find(path.join(photos, name))?.photoId ?? null
    if (photoId === null) throw new Error(`${name} is not in the library`)
    return photoId
  }
  return { store, home, photos, id }
}

/** Writes a dataset as a call of the core would, into a new folder in `home`. */
export async function exportDataset(
  { store, home }: PhotoLibrary,
  request: Partial<DatasetRequest> & Pick<DatasetRequest, 'format'>,
  folder = path.join(home, 'dataset'),
) {
  return writeDataset(store, DatasetRequest.parse(request), folder, planOptions(store))
}

/** With real learning threads, and nobody who watches. */
export function planOptions(store: Store) {
  const learning = createLearning(
    { libraryFile: store.file, isReadonly: false, sqliteBinding: undefined },
    createEventHub(),
  )
  onTestFinished(() => learning.close())
  return { nearDuplicates: createNearDuplicateGroups(store, learning), ...noopTask() }
}

/** All files below a folder, relative to it, in order. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
}
