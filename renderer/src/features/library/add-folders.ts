// Adds folders to the library: asks for one where none is named, reads it, says what was found.
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { scansOf } from './scans.svelte.ts'

/** Without `paths` the person chooses: in a dialog of the system, or in one of the app where the host has none. */
export async function addFolders(app: AppState, paths?: readonly string[]): Promise<void> {
  if (paths === undefined) {
    if (app.info.host === 'browser') {
      app.openDialog('add-folder')
      return
    }
    const picked = await app.attempt(() => app.api.shell.pickFolder({ title: t('library.addFolder') }))
    if (picked?.path == null) return
    await addFolders(app, [picked.path])
    return
  }
  app.screen = 'library'
  await app.attempt(() => readFolders(app, paths))
}

/** Reads folders and says what was found; throws where one cannot be read. */
export async function readFolders(app: AppState, paths: readonly string[]): Promise<void> {
  const result = await scansOf(app).during(() => app.api.library.scan({ folders: [...paths] }))
  app.toasts.done(t('library.scanned', { count: result.photos, shown: formatCount(result.photos) }))
}
