// Labels that the user gave a digit key of their own.
import { maxPinnedLabels } from '../../../electron/common/pinned-labels.ts'
import { t } from '../i18n/i18n.svelte.ts'
import { isSameLabel } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'

export const isPinned = (app: AppState, name: string): boolean =>
  app.settings.pinnedLabels.some((other) => isSameLabel(other, name))

/** Pins those of the labels that are not pinned yet; where all are, unpins them. */
export async function togglePins(app: AppState, names: readonly string[]): Promise<void> {
  const { pinnedLabels } = app.settings
  const added = names.filter((name) => !isPinned(app, name))
  const isMeant = (pin: string) => names.some((name) => isSameLabel(pin, name))
  if (pinnedLabels.length + added.length > maxPinnedLabels) app.toasts.done(() => t('review.pinsFull'))
  else
    await app.changeSettings({
      pinnedLabels:
        added.length === 0 ? pinnedLabels.filter((pin) => !isMeant(pin)) : [...pinnedLabels, ...added],
    })
}
