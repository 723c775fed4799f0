// Lets the user save what went wrong as a text: it is sent nowhere.
import { saveText } from '../transport/transfers.ts'
import type { AppState } from './app.svelte.ts'

export async function saveReport(app: AppState): Promise<void> {
  const report = await app.attempt(() => app.api.shell.report({}))
  if (report !== null) saveText(report.text, `labelroom-report-${app.info.version}.txt`)
}
