// Filters that are one click away: what waits for the user, what is sure, what is not.
import type { PhotoFilter } from '../../../../electron/contract/browse.ts'

export const quickFilters = [
  { name: 'unreviewed', change: { states: ['suggested', 'unlabelled'] }, off: { states: [] } },
  { name: 'sure', change: { minScore: 0.9, isUncertain: false }, off: { minScore: null } },
  { name: 'uncertain', change: { isUncertain: true, minScore: null }, off: { isUncertain: false } },
  { name: 'unlabelled', change: { states: ['unlabelled'] }, off: { states: [] } },
] as const satisfies readonly {
  readonly name: string
  readonly change: { readonly [K in keyof PhotoFilter]?: Readonly<PhotoFilter[K]> }
  readonly off: Partial<PhotoFilter>
}[]

export type QuickFilter = (typeof quickFilters)[number]

export const isOn = (filter: PhotoFilter, { change }: QuickFilter): boolean =>
  Object.entries(change).every(
    ([key, value]) => JSON.stringify(filter[key as keyof PhotoFilter]) === JSON.stringify(value),
  )

/** On, or off again. */
export const switched = (filter: PhotoFilter, quick: QuickFilter): Partial<PhotoFilter> =>
  structuredClone(isOn(filter, quick) ? quick.off : quick.change) as Partial<PhotoFilter>
