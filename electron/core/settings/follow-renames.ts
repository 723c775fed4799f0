// Lets pins, colours and saved searches follow the names of labels, and tells those who ask for labels by their names.
import {
  isAtOrBelow,
  nameAfter,
  namesBefore,
  namesIn,
  withAncestors,
  type Rename,
} from '../../common/label-renames.ts'
import { maxPinnedLabels } from '../../common/pinned-labels.ts'
import type { CoreContract } from '../../contract/core.ts'
import type { LabelRenames, Renamed } from '../../contract/renames.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { conceptOf } from '../domain/label-concept.ts'
import type { EventHub } from '../events.ts'
import { NamedSettings, type StoredRename } from '../store/history/rename-steps.ts'

const isSame = (one: string, other: string): boolean => conceptOf(one) === conceptOf(other)
const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export interface RenameFollower {
  /** What goes along with a rename of these labels. `inUse`: all labels of the user, which it may change. */
  plan(renames: readonly Rename[], inUse: readonly string[]): Promise<StoredRename>
  /** What goes along with rules that let suggestions show under other names. */
  planSuggested(suggested: Renamed): Promise<StoredRename>
  /** Says what labels are called from now on. Belongs right after the change, before the page hears of new photos. */
  tell(renames: LabelRenames): void
  /** Gives the settings the names after a step, or after its undo or redo; `suggested` as the rules have it then. */
  follow(change: StoredRename, side: 'do' | 'undo' | 'redo', suggested?: Renamed): Promise<void>
}

export function createRenameFollower(
  settings: Pick<Handlers<CoreContract>['settings'], 'get' | 'set'>,
  events: EventHub,
): RenameFollower {
  const read = async (): Promise<NamedSettings> => NamedSettings.parse(await settings.get({}))
  return {
    async plan(renames, inUse) {
      const before = await read()
      const after = renamed(before, (name) => [nameAfter(renames, name, isSame)], namesOfEach([]))
      return { ...namesOf(renames, inUse), ...changeOf(before, after) }
    },
    async planSuggested(suggested) {
      const before = await read()
      return {
        forward: [],
        back: [],
        ...changeOf(before, renamed(before, namesOfEach([]), namesOfEach(suggested))),
      }
    },
    tell(renames) {
      if (renames.confirmed.length + renames.suggested.length > 0) events.emit('labels.renamed', renames)
    },
    async follow({ forward, back, before, after }, side, suggested = []) {
      const [from, to, names] = side === 'undo' ? [after, before, back] : [before, after, forward]
      const now = await read()
      // Of what was changed since, the names follow; the rest is again exactly what it was: the colours of merged labels
      // cannot be derived from that of the new one.
      const others = renamed(now, namesOfEach(names), namesOfEach(suggested))
      const wanted = keysOf(now).map((key) => [key, isEqual(now[key], from[key]) ? to[key] : others[key]])
      const changes = Object.fromEntries(wanted) as NamedSettings
      if (!isEqual(changes, now)) await settings.set(changes)
    },
  }
}

const keysOf = (named: NamedSettings) => Object.keys(named) as (keyof NamedSettings)[]

/** What differs, as it was and as it became. */
function changeOf(before: NamedSettings, after: NamedSettings): Pick<StoredRename, 'before' | 'after'> {
  const changed = keysOf(before).filter((key) => !isEqual(before[key], after[key]))
  const pick = (from: NamedSettings) =>
    Object.fromEntries(changed.map((key) => [key, from[key]])) as Partial<NamedSettings>
  return { before: pick(before), after: pick(after) }
}

/** All names that a label has from now on. */
type NamesOf = (name: string) => readonly string[]

const namesOfEach =
  (list: Renamed): NamesOf =>
  (name) =>
    namesIn(list, name, isSame)

/** The settings with other names: of labels of the user, and of suggested ones. */
const renamed = (
  { pinnedLabels, labelColors, savedSearches }: NamedSettings,
  names: NamesOf,
  suggestedNames: NamesOf,
): NamedSettings => ({
  pinnedLabels: [...new Set(pinnedLabels.flatMap(names))].slice(0, maxPinnedLabels),
  labelColors: Object.fromEntries(
    Object.entries(labelColors).flatMap(([name, color]) => names(name).map((other) => [other, color])),
  ),
  savedSearches: savedSearches.map(({ name, filter }) => ({
    name,
    filter: {
      ...filter,
      confirmedLabels: [...new Set(filter.confirmedLabels.flatMap(names))],
      suggestedLabels: [...new Set(filter.suggestedLabels.flatMap(suggestedNames))],
    },
  })),
})

/** Which of the labels in use, and of those above them, are called otherwise after the step, and after its undo. */
function namesOf(renames: readonly Rename[], inUse: readonly string[]): { forward: Renamed; back: Renamed } {
  const known = withAncestors(inUse)
  const keys = new Set(known.map(conceptOf))
  const all = known.map((name) => ({ name, names: [nameAfter(renames, name, isSame)] }))
  const afterwards = withAncestors(all.flatMap(({ names }) => names)).filter((name) =>
    renames.some(({ to }) => isAtOrBelow(name, to, isSame)),
  )
  const existed = (name: string) => keys.has(conceptOf(name))
  const isOther = ({ name, names }: Renamed[number]) => !isEqual(names, [name])
  return {
    forward: all.filter(isOther),
    back: afterwards
      .map((name) => ({ name, names: namesBefore(renames, name, existed, isSame) }))
      .filter(isOther),
  }
}
