// What can be done with a label that models suggest: it is accepted on all photos of a list, or renamed, merged or hidden by rules.
import { isAtOrBelow, nameAfter } from '../../../electron/common/label-renames.ts'
import type { PhotoFilter } from '../../../electron/contract/browse.ts'
import { t } from '../i18n/i18n.svelte.ts'
import { isSameLabel, labelText } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'
import { LabelActions } from './label-actions.ts'
import { quoted, renamesOf, type LabelChange } from './label-changes.ts'

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

/** Suggestions of these labels, and of those below them, do not show any more, whatever class has such a name. One step. */
export async function hideSuggested(app: AppState, names: readonly string[]): Promise<void> {
  const done = await changeRules(app, names, () => null)
  if (done)
    app.announceStep(() => t('library.suggested.hidden', { names: quoted(names), count: names.length }))
}

/** Suggestions of these labels show under another name from now on; those below them go along. Returns whether it was done. */
export async function renameSuggested(app: AppState, change: LabelChange, wanted: string): Promise<boolean> {
  const renames = renamesOf(change, wanted)
  const after = (name: string) => nameAfter(renames, name, isSameLabel)
  if (!(await changeRules(app, change.names, after))) return false
  const to = renames[0]?.to ?? ''
  app.announceStep(() => t('library.suggested.renamed', { from: quoted(change.names), to: labelText(to) }))
  return true
}

/** Gives the classes that show under these labels, or below them, the name that `after` says; null hides them. */
async function changeRules(
  app: AppState,
  names: readonly string[],
  after: (name: string) => string | null,
): Promise<boolean> {
  const done = await app.edit(async () => {
    const [rules, labels] = await Promise.all([app.api.rules.get({}), app.api.labels.list({})])
    const isMeant = (shown: string) => names.some((name) => isAtOrBelow(shown, name, isSameLabel))
    const isRuled = (name: string) => rules.mapping.some(({ from }) => isSameLabel(from, name))
    const mapping = rules.mapping.map((rule) =>
      rule.to !== null && isMeant(rule.to) ? { ...rule, to: after(rule.to) } : rule,
    )
    // What shows under such a name because a class has it.
    const shown = labels.filter(({ suggested }) => suggested > 0).map(({ name }) => name)
    const added = [...new Set([...names, ...shown])]
      .filter((name) => isMeant(name) && !isRuled(name) && after(name) !== name)
      .map((from) => ({ from, to: after(from) }))
    return app.api.rules.set({ rules: { ...rules, mapping: [...mapping, ...added] } })
  })
  if (done !== null) app.renames.emit('renamed', done.renamed)
  return done !== null
}
