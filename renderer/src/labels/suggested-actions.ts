// What can be done with a label that models suggest: it is accepted on all photos of a list, or hidden by a rule.
import type { PhotoFilter } from '../../../electron/contract/browse.ts'
import { t } from '../i18n/i18n.svelte.ts'
import { isSameLabel, labelText } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'
import { LabelActions } from './label-actions.ts'

/** Confirms a suggested label on all photos that pass the filter. One step. */
export async function acceptSuggested(app: AppState, name: string, filter: PhotoFilter): Promise<void> {
  const photoIds = await app.attempt(async () => {
    const { viewId, total } = await app.api.browse.open({ filter, sort: {} })
    const found = await app.api.browse.ids({ viewId, from: 0, to: total })
    return [...new Set(found.photoIds.flatMap((id) => id ?? []))]
  })
  if (photoIds === null) return
  if (photoIds.length === 0) app.toasts.done(() => t('library.suggested.none', { name: labelText(name) }))
  else await new LabelActions(app).confirm(photoIds, name)
}

/** Suggestions of this label do not show any more, whatever class of a model has its name. One step. */
export async function hideSuggested(app: AppState, name: string): Promise<void> {
  const done = await app.edit(async () => {
    const rules = await app.api.rules.get({})
    const isMeant = (to: string | null) => to !== null && isSameLabel(to, name)
    const mapping = rules.mapping
      .filter(({ from }) => from !== name)
      .map((rule) => (isMeant(rule.to) ? { ...rule, to: null } : rule))
    return app.api.rules.set({ rules: { ...rules, mapping: [...mapping, { from: name, to: null }] } })
  })
  if (done !== null) app.announceStep(() => t('library.suggested.hidden', { name: labelText(name) }))
}
