// Tries again to read or label files that could not be.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { FolderNode } from '../../../../electron/contract/library.ts'
import type { GridSelection } from '../../grid/grid-selection.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { addFolders } from './add-folders.ts'

export const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** The same for what is selected. */
export function retrySelected(
  app: AppState,
  folders: readonly FolderNode[],
  { photoIds, unread }: GridSelection,
): Promise<void> {
  // Of files that are no photos the selection knows no path, so all folders are read again.
  return retryFiles(app, folders, photoIds, unread > 0 ? folders.map(({ path }) => `${path}/`) : [])
}

/** Photos are labelled again; what could not even be read as a photo is read again with its folder. */
export async function retryFiles(
  app: AppState,
  folders: readonly FolderNode[],
  photoIds: readonly PhotoId[],
  unreadPaths: readonly string[],
): Promise<void> {
  const roots = folders
    .filter(({ depth, path }) => depth === 0 && unreadPaths.some((unread) => isBelow(unread, path)))
    .map(({ path }) => path)
  if (roots.length > 0) await addFolders(app, roots)
  if (photoIds.length === 0) return
  await app.attempt(() => app.api.jobs.start({ photoIds: [...photoIds], model: null }))
}
