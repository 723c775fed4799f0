// Tells of a newer version, where the user allows the app to ask for one.
import { t } from '../i18n/i18n.svelte.ts'
import type { AppState } from './app.svelte.ts'

/** @param isAsked the user wants to hear that there is none, too. */
export async function lookForUpdate(app: AppState, isAsked = false): Promise<void> {
  if (app.info.updateSite === null || !app.settings.isUpdateCheckAllowed) return
  const found = await app.attempt(() => app.api.shell.checkForUpdate({}))
  if (found === null) return
  if (found.state === 'newer') {
    const { version, url } = found
    app.toasts.notice(() => t('settings.newVersion', { version }), {
      label: () => t('settings.openPage'),
      run: () => void app.attempt(() => app.api.shell.openExternal({ url })),
    })
  } else if (isAsked) {
    const text = found.state === 'current' ? 'settings.isNewest' : 'settings.updateFailed'
    app.toasts.done(() => t(text))
  }
}
