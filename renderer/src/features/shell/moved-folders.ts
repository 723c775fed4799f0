// Asks once about each folder that is missing where the same photos lie elsewhere, as on a drive with another letter.
import { t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { useMovedFolder } from '../library/moved-folders.ts'

export async function tellOfMovedFolders(app: AppState): Promise<void> {
  const moved = await app.attempt(() => app.api.library.moved({ place: null }))
  for (const { from, to } of moved ?? [])
    app.toasts.notice(() => t('library.movedFolder', { from, to }), {
      label: () => t('library.useMoved'),
      run: () => void useMovedFolder(app, from, to),
    })
}
