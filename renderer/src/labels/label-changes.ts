// Renames, merges, moves and removes labels of the user, on every photo that has them; each is one step.
import type { PhotoFilter } from '../../../electron/contract/browse.ts'
import { formatCount, t } from '../i18n/i18n.svelte.ts'
import { isSameLabel, labelText } from '../i18n/label-texts.svelte.ts'
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

const levelsOf = (name: string): number => name.split('/').length

const leafOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** The label above; empty: none is. */
export const parentOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')))

/** The new name of each label. `wanted` is the name, or for `move` the label above; empty: none is above. */
export function renamesOf({ operation, names }: LabelChange, wanted: string): { from: string; to: string }[] {
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

/** Whether a label is this one or lies below it, however both are spelled. */
export const isAtOrBelow = (name: string, ancestor: string): boolean =>
  isSameLabel(name.split('/').slice(0, levelsOf(ancestor)).join('/'), ancestor)

/**
 * What a label is called afterwards, also one below a label with another name. Where a label becomes one below itself,
 * that one and those below it stay what they are.
 */
export function nameAfter(renames: readonly { from: string; to: string }[], name: string): string {
  const levels = name.split('/')
  for (const { from, to } of renames) {
    if (levelsOf(to) > levelsOf(from) && isAtOrBelow(name, to)) return name
    if (isAtOrBelow(name, from)) return [to, ...levels.slice(levelsOf(from))].join('/')
  }
  return name
}

/**
 * What a label was called before: all that became it, and itself where `existed` says that it was there. The opposite of
 * `nameAfter`.
 */
function namesBefore(
  renames: readonly { from: string; to: string }[],
  name: string,
  existed: (name: string) => boolean,
): string[] {
  const levels = name.split('/')
  const sources = renames.flatMap(({ from, to }) => {
    if (!isAtOrBelow(name, to)) return []
    return [[from, ...levels.slice(levelsOf(to))].join('/')]
  })
  if (sources.length === 0) return [name]
  const names = [name, ...sources].filter(existed)
  return names.length > 0 ? [...new Set(names)] : sources
}

/** All names that a label has from now on. */
type NamesOf = (name: string) => readonly string[]

/** What a filter asks for once labels of the user are called otherwise; nothing where it asks for none of them. */
export function renamedFilter(
  { confirmedLabels = [] }: Partial<PhotoFilter>,
  namesOf: NamesOf,
): Partial<PhotoFilter> {
  const names = [...new Set(confirmedLabels.flatMap(namesOf))]
  return JSON.stringify(names) === JSON.stringify(confirmedLabels) ? {} : { confirmedLabels: names }
}

/** What the settings know of labels. */
const kept = ({ pinnedLabels, labelColors, savedSearches }: AppState['settings']) => ({
  pinnedLabels,
  labelColors,
  savedSearches,
})

type Kept = ReturnType<typeof kept>

/** The same with other names. */
const renamedKept = ({ pinnedLabels, labelColors, savedSearches }: Kept, namesOf: NamesOf): Kept => ({
  pinnedLabels: [...new Set(pinnedLabels.flatMap(namesOf))],
  labelColors: Object.fromEntries(
    Object.entries(labelColors).flatMap(([name, color]) => namesOf(name).map((other) => [other, color])),
  ),
  savedSearches: savedSearches.map(({ name, filter }) => ({
    name,
    filter: { ...filter, ...renamedFilter(filter, namesOf) },
  })),
})

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

interface KeptChange {
  readonly before: Kept
  readonly after: Kept
}

/**
 * Lets filters and settings ask for labels by their other names. Returns the settings before and after. Of `undone` what
 * was not changed since is again exactly what it was: the colours of merged labels cannot be derived from that of the new one.
 */
async function followNames(
  app: AppState,
  namesOf: NamesOf,
  undone: KeptChange | null = null,
): Promise<KeptChange> {
  app.renames.emit('renamed', namesOf)
  const before = kept(app.settings)
  const renamed = renamedKept(before, namesOf)
  const pick = <K extends keyof Kept>(key: K): Kept[K] =>
    undone !== null && isSame(before[key], undone.after[key]) ? undone.before[key] : renamed[key]
  const after = {
    pinnedLabels: pick('pinnedLabels'),
    labelColors: pick('labelColors'),
    savedSearches: pick('savedSearches'),
  }
  if (!isSame(after, before)) await app.changeSettings(after)
  return { before, after }
}

/** Returns whether it was done. */
export async function applyLabelChange(app: AppState, change: LabelChange, wanted: string): Promise<boolean> {
  const renames = renamesOf(change, wanted)
  const done = await app.edit(async () => {
    const labels = await app.api.labels.list({})
    const renamed = await app.api.labels.rename({ renames })
    return { labels, photos: renamed.photos, step: (await app.api.history.state({})).undo }
  })
  if (done === null) return false
  const existed = (name: string) =>
    done.labels.some((one) => one.confirmed > 0 && isAtOrBelow(one.name, name))
  const after = (name: string) => [nameAfter(renames, name)]
  const before = (name: string) => namesBefore(renames, name, existed)
  const followed = await followNames(app, after)
  if (done.photos > 0 && done.step !== null)
    app.followStep(done.step.atMs, (side) => {
      void (side === 'undo' ? followNames(app, before, followed) : followNames(app, after))
    })
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
