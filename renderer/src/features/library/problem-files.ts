// What can be done about files that could not be labelled: try again, and look at them in their folder.
import type { PhotoCard } from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { addFolders } from './add-folders.ts'
import type { Library } from './library.svelte.ts'

export const revealFile = (app: AppState, path: string): Promise<unknown> =>
  app.attempt(() => app.api.shell.revealInFolder({ path }))

export const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** Photos are labelled again; what could not even be read as a photo is read again with its folder. */
export async function retryFiles(
  app: AppState,
  library: Library,
  photoIds: readonly PhotoId[],
  unreadPaths: readonly string[],
): Promise<void> {
  const roots = library.facets.folders
    .filter(({ depth, path }) => depth === 0 && unreadPaths.some((unread) => isBelow(unread, path)))
    .map(({ path }) => path)
  if (roots.length > 0) await addFolders(app, roots)
  if (photoIds.length === 0) return
  await app.attempt(() => app.api.jobs.start({ photoIds: [...photoIds], model: null }))
}

export const retryFile = (app: AppState, library: Library, { photoId, path }: PhotoCard): Promise<void> =>
  photoId === null ? retryFiles(app, library, [], [path]) : retryFiles(app, library, [photoId], [])

/** Of files that are no photos the selection knows no path, so all folders are read again. */
export function retrySelected(app: AppState, library: Library): Promise<void> {
  const { selection, facets } = library
  const paths = selection.hasUnread ? facets.folders.map(({ path }) => `${path}/`) : []
  return retryFiles(app, library, selection.photoIds, paths)
}
