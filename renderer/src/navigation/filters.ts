// The filter of the library as values: the one that lets everything through, and how parts of it are switched.
import type { PhotoFilter, PhotoState, StateCounts } from '../../../electron/contract/browse.ts'

export const everything: PhotoFilter = {
  folder: null,
  states: [],
  labels: [],
  confirmedLabels: [],
  suggestedLabels: [],
  keywords: [],
  needsAllLabels: false,
  isUncertain: false,
  cameras: [],
  lenses: [],
  place: null,
  extensions: [],
  minRating: null,
  flags: [],
  minScore: null,
  maxScore: null,
  isChanged: false,
  failedIn: null,
  modelId: null,
  fromMs: null,
  toMs: null,
  text: '',
  photoIds: null,
}

/** The states in the order in which users work through them. */
export const photoStates: readonly PhotoState[] = [
  'suggested',
  'confirmed',
  'unlabelled',
  'rejected',
  'failed',
  'skipped',
]

/** All states together but `skipped`, which are files and no photos: what the list shows where no state is asked for. */
export const countPhotos = (counts: StateCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.skipped

/** Alone, or with the others where `isAdded`; a second time takes it out again. */
export function switchValue<T>(values: readonly T[], value: T, isAdded: boolean): T[] {
  const isOn = values.includes(value)
  if (!isAdded) return isOn && values.length === 1 ? [] : [value]
  return isOn ? values.filter((other) => other !== value) : [...values, value]
}

export const isEverything = (filter: PhotoFilter): boolean =>
  JSON.stringify(filter) === JSON.stringify(everything)

/** Where a label of the filter must come from. */
export const labelKinds = ['confirmedLabels', 'suggestedLabels', 'keywords', 'labels'] as const
export type LabelKind = (typeof labelKinds)[number]

/** All labels that the filter asks for, wherever they come from. */
export const labelsOf = (filter: PhotoFilter): string[] => labelKinds.flatMap((kind) => filter[kind])

/** These labels of one kind, and no others. */
export const onlyLabels = (kind: LabelKind, names: readonly string[]): Partial<PhotoFilter> => ({
  labels: [],
  confirmedLabels: [],
  suggestedLabels: [],
  keywords: [],
  [kind]: [...names],
})

/** One label alone, or with the others where `isAdded`; a second time takes it out again. */
export function switchLabel(
  filter: PhotoFilter,
  kind: LabelKind,
  name: string,
  isAdded: boolean,
): Partial<PhotoFilter> {
  const isAlone = labelsOf(filter).length === 1 && filter[kind].includes(name)
  if (isAdded) return { [kind]: switchValue(filter[kind], name, true) }
  return onlyLabels(kind, isAlone ? [] : [name])
}

/** `★★★ +`: at least so many. */
export const starsOf = (stars: number): string => `${'★'.repeat(stars)}${stars < 5 ? ' +' : ''}`

/** `2026-11-23` of a date field as the start of that day here; null for an empty or impossible one. */
export function dayStartMs(day: string, daysLater = 0): number | null {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return null
  const ms = new Date(year, month - 1, date + daysLater).getTime()
  return Number.isFinite(ms) ? ms : null
}

/** The other way round, for the value of a date field. */
export function dayOf(ms: number | null, daysLater = 0): string {
  if (ms === null) return ''
  const date = new Date(ms)
  date.setDate(date.getDate() + daysLater)
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0')
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`
}
