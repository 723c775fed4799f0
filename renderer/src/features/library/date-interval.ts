// Names a day, a month or a year in the user's language.
import { language } from '../../i18n/i18n.svelte.ts'

const dayMs = 24 * 60 * 60 * 1000

/** From the start of a day, month or year to its end; summer time makes days an hour longer or shorter. */
export function formatInterval(fromMs: number, toMs: number): string {
  const days = (toMs - fromMs) / dayMs
  const parts: Intl.DateTimeFormatOptions =
    days < 2 ? { dateStyle: 'medium' } : days < 32 ? { year: 'numeric', month: 'short' } : { year: 'numeric' }
  return new Intl.DateTimeFormat(language(), parts).format(fromMs)
}
