// Adds folders to the library: asks for one where none is named, reads it, shows how many photos were found.
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { scansOf } from './scans.svelte.ts'

/** Without `paths` the user chooses one. */
export async function addFolders(app: AppState, paths?: readonly string[]): Promise<void> {
  if (paths === undefined) {
    const picked = await app.attempt(() => app.api.shell.pickFolder({ title: t('library.addFolder') }))
    if (picked?.path == null) return
    await addFolders(app, [picked.path])
    return
  }
  app.navigation.open('library')
  const result = await app.attempt(() =>
    scansOf(app).during(() => app.api.library.scan({ folders: [...paths] })),
  )
  if (result !== null)
    app.toasts.done(t('library.scanned', { count: result.photos, shown: formatCount(result.photos) }))
}
