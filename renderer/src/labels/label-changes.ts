// Renames, merges, moves and removes labels of the user, on every photo that has them; each is one step.
import { levelsOf, namesIn, type Rename } from '../../../electron/common/label-renames.ts'
import type { PhotoFilter } from '../../../electron/contract/browse.ts'
import type { LabelRenames, Renamed } from '../../../electron/contract/renames.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import { isSameLabel, labelText } from '../i18n/label-texts.svelte.ts'
import { everything } from '../navigation/filters.ts'
import type { PhotoScope } from '../navigation/photo-scope.ts'
import type { AppState } from '../state/app.svelte.ts'

/** What a name is asked for. */
export type LabelOperation = 'rename' | 'merge' | 'move'

export interface LabelChange {
  readonly operation: LabelOperation
  readonly names: readonly string[]
  /** Whether these are not labels of the user but what models suggest, which rules call otherwise. */
  readonly areSuggested?: boolean
}

/** F2 and the main entry of menus: one label gets another name, several get one. */
export const renameOrMerge = (names: readonly string[], areSuggested = false): LabelChange => ({
  operation: names.length === 1 ? 'rename' : 'merge',
  names,
  areSuggested,
})

const leafOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** The label above; empty: none is. */
export const parentOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

/** The new name of each label. `wanted` is the name, or for `move` the label above; empty: none is above. */
export function renamesOf({ operation, names }: LabelChange, wanted: string): Rename[] {
  const name = wanted.trim().replace(/^\/+|\/+$/gu, '')
  // What lies below another one of them moves along with it, and is merged by itself before that one takes it along.
  const moved = names.filter(
    (one) => operation !== 'move' || !names.some((above) => one.startsWith(`${above}/`)),
  )
  return moved
    .toSorted((a, b) => levelsOf(b) - levelsOf(a))
    .map((from) => ({
      from,
      to: operation !== 'move' ? name : name === '' ? leafOf(from) : `${name}/${leafOf(from)}`,
    }))
}

/** Whether the labels would lie below themselves, or have no name. */
export const isPossible = (change: LabelChange, wanted: string): boolean =>
  renamesOf(change, wanted).every(
    ({ from, to }) =>
      to !== '' && (change.operation !== 'move' || !`${to}/`.startsWith(`${from}/`) || to === from),
  )

/** What a filter asks for once labels are called otherwise; nothing where it asks for none of them. */
export function renamedFilter(
  filter: PhotoFilter,
  { confirmed, suggested }: LabelRenames,
): Partial<PhotoFilter> {
  const others = (names: readonly string[], renamed: Renamed) => [
    ...new Set(names.flatMap((name) => namesIn(renamed, name, isSameLabel))),
  ]
  const after = {
    confirmedLabels: others(filter.confirmedLabels, confirmed),
    suggestedLabels: others(filter.suggestedLabels, suggested),
  }
  const { confirmedLabels, suggestedLabels } = filter
  return JSON.stringify(after) === JSON.stringify({ confirmedLabels, suggestedLabels }) ? {} : after
}

/** The same photos, once labels are called otherwise. */
export const renamedScope = (scope: PhotoScope, renames: LabelRenames): PhotoScope => ({
  ...scope,
  filter: { ...scope.filter, ...renamedFilter({ ...everything, ...scope.filter }, renames) },
})

/** Returns whether it was done. */
export async function applyLabelChange(app: AppState, change: LabelChange, wanted: string): Promise<boolean> {
  const renames = renamesOf(change, wanted)
  const done = await app.edit(() => app.api.labels.rename({ renames }))
  if (done === null) return false
  app.renames.emit('renamed', done.renamed)
  // A name that stays as it was is no step, and "Undo" would take back another one.
  if (done.photos === 0) return true
  const to = change.operation === 'move' ? parentOf(renames[0]?.to ?? '') : (renames[0]?.to ?? '')
  const what = change.operation !== 'move' ? 'renamed' : to === '' ? 'movedToTop' : 'moved'
  app.announceStep(() =>
    t(`library.manage.${what}`, { from: quoted(change.names), to: labelText(to), ...counted(done.photos) }),
  )
  return true
}

/** From every photo. */
export async function removeLabels(app: AppState, names: readonly string[]): Promise<void> {
  const done = await app.edit(() => app.api.labels.remove({ names: [...names] }))
  if (done === null || done.photos === 0) return
  app.announceStep(() => t('library.manage.removed', { from: quoted(names), ...counted(done.photos) }))
}

/** Up to three names, as messages say them. */
export const quoted = (names: readonly string[]): string =>
  names
    .slice(0, 3)
    .map((name) => `“${labelText(name)}”`)
    .join(t('common.comma')) + (names.length > 3 ? '…' : '')

const counted = (count: number) => ({ count, shown: formatCount(count) })
