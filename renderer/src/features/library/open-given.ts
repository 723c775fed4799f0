// Folders and a photo that the system hands to the app: from its command line, or dropped on its icon or window.
import type { ShellEvents } from '../../../../electron/contract/shell.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { addFolders } from './add-folders.ts'
import { libraryOf } from './library.svelte.ts'

/** Adds the folders; shows one that is alone, and the photo in the viewer. */
export async function openGiven(
  app: AppState,
  { folders, photo, otherLibraries, unknown }: ShellEvents['shell.open'],
): Promise<void> {
  tellUnknown(app, unknown)
  tellOtherLibraries(app, otherLibraries)
  if (folders.length === 0 || !(await addFolders(app, folders))) return
  const folder = photo === null ? folders[0] : photo.slice(0, photo.lastIndexOf('/')) || '/'
  if (folder === undefined || (photo === null && folders.length > 1)) return
  const library = libraryOf(app)
  app.navigation.open('library')
  await library.show({ filter: { folder }, photoIds: null })
  if (photo === null || library.view === null) return
  const { viewId } = library.view
  const index = await app.attempt(async () => {
    const { browse } = app.api
    const [fileId] = (await browse.filesAt({ paths: [photo] })).fileIds
    return fileId == null ? null : (await browse.locate({ viewId, fileId })).index
  })
  if (index !== null && library.view.viewId === viewId) library.openViewer(index)
}

/** In one message: a drop of photos may bring hundreds of other files. */
function tellUnknown({ toasts }: AppState, [path, ...others]: readonly string[]): void {
  if (path === undefined) return
  const count = others.length
  toasts.problem(() =>
    count === 0
      ? t('library.cannotOpen', { path })
      : t('library.cannotOpenMore', { path, count, shown: formatCount(count) }),
  )
}

function tellOtherLibraries({ toasts }: AppState, [path, ...others]: readonly string[]): void {
  if (path === undefined) return
  const count = others.length
  toasts.problem(() =>
    count === 0
      ? t('library.oneLibrary', { path })
      : t('library.oneLibraryMore', { path, count, shown: formatCount(count) }),
  )
}
