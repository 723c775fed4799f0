// Tells once of what the inference runtime had queued for Microsoft under earlier versions, with the way to its files.
import { t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'

export async function tellOfTelemetry(app: AppState): Promise<void> {
  const told = await app.attempt(() => app.api.shell.takeTelemetryNotice({}))
  if (told === null || told.files === 0) return
  app.toasts.notice(() => t('settings.telemetryNotice'), {
    label: () => t('settings.telemetryShow'),
    run: () => {
      app.navigation.open('settings')
    },
  })
}
