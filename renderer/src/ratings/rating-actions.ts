// Gives stars and flags to photos, each as one step that can be undone, and says what came of it.
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { CommandHandlers } from '../commands/registry.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'
import { ratingText, type RatingChange } from '../state/rating-text.ts'

/** Sets stars or a flag; announces it with a way back. */
export async function rate(app: AppState, photoIds: readonly PhotoId[], change: RatingChange): Promise<void> {
  if (photoIds.length === 0) return
  const done = await app.edit(() => app.api.ratings.set({ photoIds: [...photoIds], ...change }))
  if (done === null) return
  const count = done.photos === 0 ? photoIds.length : done.photos
  const values = () => ({ count, shown: formatCount(count), what: ratingText(change) })
  if (done.photos === 0) app.toasts.done(() => t('common.rating.same', values()))
  else app.announceStep(() => t('common.rating.set', values()))
}

/** The commands that set flags. */
export const flagCommands = (set: (change: RatingChange) => void): CommandHandlers => ({
  'grid.pick': () => set({ flag: 'pick' }),
  'grid.flagReject': () => set({ flag: 'reject' }),
  'grid.unflag': () => set({ flag: 'none' }),
})

/** The commands that give stars. */
export const starCommands = (set: (change: RatingChange) => void): CommandHandlers =>
  Object.fromEntries([0, 1, 2, 3, 4, 5].map((stars) => [`grid.stars${stars}`, () => set({ stars })]))

/** The stars that a key gives, with or without Shift before the digit; null for other keys. */
export function starsOfKey(name: string, isShifted: boolean): number | null {
  const [, digit] = (isShifted ? /^Shift\+([0-5])$/ : /^([0-5])$/).exec(name) ?? []
  return digit === undefined ? null : Number(digit)
}
