// Which files an export includes: folders or the whole library, and of them all photos or some.
import path from 'node:path'
import type { PhotoFile } from '../../contract/photos.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import { commonFolder, isInside, outermostFolders } from '../files/folders.ts'
import type { Store } from '../store/db.ts'

export interface Selection {
  readonly roots: readonly string[]
  /** What file names are relative to; null for folders on several drives. */
  readonly base: string | null
  readonly photoIds: ReadonlySet<PhotoId> | null
}

export interface SelectionRequest {
  /** Empty: every folder of the library. */
  readonly folders: readonly string[]
  /** Null: all photos. */
  readonly photoIds: readonly PhotoId[] | null
}

/** With several folders, names are relative to their common folder. */
export function selectFiles(store: Store, { folders, photoIds }: SelectionRequest): Selection {
  const known = store.folders.list().map((folder) => folder.path)
  const roots = outermostFolders(folders.length === 0 ? known : folders)
  return { roots, base: commonFolder(roots), photoIds: photoIds === null ? null : new Set(photoIds) }
}

/** A folder that was never scanned is more likely a mistake than an empty export. */
export function checkKnown(store: Store, { roots }: Selection): void {
  const known = store.folders.list()
  if (roots.length === 0)
    throw new AppError(
      'not-found',
      msg('There is nothing in this library yet; label or scan a folder first.'),
    )
  for (const root of roots) {
    if (known.some(({ path: folder }) => folder === root || isInside(root, folder) || isInside(folder, root)))
      continue
    throw new AppError(
      'not-found',
      msg("'{{root}}' is not in this library; label or scan it first.", { root }),
    )
  }
}

export function isSelected({ photoIds }: Selection, file: PhotoFile): boolean {
  return photoIds === null || (file.photoId !== null && photoIds.has(file.photoId))
}

/** Returns how many files an export reads: all of the folders, also those not selected or missing. */
export function countFiles(store: Store, { roots }: Selection): number {
  return roots.reduce((sum, root) => sum + store.files.rows(root), 0)
}

/** Returns the name of a file as an export shows it. */
export function relativeName({ base }: Selection, file: string): string {
  return base === null ? file : path.posix.relative(base, file)
}
