// What can be done with a label that models suggest: it is accepted on all photos of a list, or renamed, merged or hidden by rules.
import { isAtOrBelow, nameAfter } from '../../../electron/common/label-renames.ts'
import type { PhotoFilter } from '../../../electron/contract/browse.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import { isSameLabel, labelText } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'
import { LabelActions } from './label-actions.ts'
import { quoted, renamesOf, type LabelChange } from './label-changes.ts'

/** Confirms suggested labels, each on the photos that have it and pass the filter. One step. */
export async function acceptSuggested(
  app: AppState,
  names: readonly string[],
  filter: PhotoFilter,
): Promise<void> {
  const labels = await app.attempt(() => Promise.all(names.map((name) => withPhotos(app, name, filter))))
  const found = labels?.filter(({ photoIds }) => photoIds.length > 0)
  if (found === undefined) return
  const [first, ...others] = found
  if (first === undefined) app.toasts.done(() => t('library.suggested.none', { name: quoted(names) }))
  else if (others.length === 0) await new LabelActions(app).confirm(first.photoIds, first.name)
  else {
    const done = await app.edit(() => app.api.labels.confirmEach({ labels: found }))
    if (done === null) return
    const accepted = quoted(found.map(({ name }) => name))
    // Where nothing has changed there is no step to undo.
    if (done.photos > 0)
      app.announceStep(() =>
        t('library.suggested.accepted', {
          names: accepted,
          count: done.photos,
          shown: formatCount(done.photos),
        }),
      )
  }
}

async function withPhotos({ api }: AppState, name: string, filter: PhotoFilter) {
  // Where photos must have all labels, the filter asks for the others, too.
  const ofName = filter.needsAllLabels ? filter : { ...filter, suggestedLabels: [name] }
  const { viewId, total } = await api.browse.open({ filter: ofName, sort: {} })
  const { photoIds } = await api.browse.ids({ viewId, from: 0, to: total })
  return { name, photoIds: [...new Set(photoIds.flatMap((id) => id ?? []))] }
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
  // No step is made, and none is to be undone.
  if (change.names.every((name) => after(name) === name)) return true
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
