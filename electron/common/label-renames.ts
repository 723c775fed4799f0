// What labels are called once some of them were renamed, merged or moved, and were called before. Pure; who asks says which
// names stand for one label.

/** What labels are called otherwise, as the core tells it. */
type Renamed = readonly { readonly name: string; readonly names: readonly string[] }[]

export interface Rename {
  readonly from: string
  readonly to: string
}

export type IsSame = (one: string, other: string) => boolean

/** How many levels a name has: 2 for `animal/cat`. */
export const levelsOf = (name: string): number => name.split('/').length

/** The first levels of a name. */
const upTo = (levels: number, name: string): string => name.split('/').slice(0, levels).join('/')

/** Whether a label is this one or lies below it. */
export const isAtOrBelow = (name: string, ancestor: string, isSame: IsSame): boolean =>
  isSame(upTo(levelsOf(ancestor), name), ancestor)

/** The labels and all that they lie below. */
export const withAncestors = (names: readonly string[]): string[] => [
  ...new Set(names.flatMap((name) => name.split('/').map((_, level) => upTo(level + 1, name)))),
]

/** A name with `to` instead of its first levels, which are those of `from`. */
export const moved = (name: string, from: string, to: string): string =>
  [to, ...name.split('/').slice(levelsOf(from))].join('/')

/**
 * What a label is called afterwards, also one below a label with another name. Where a label becomes one below itself,
 * that one and those below it stay what they are.
 */
export function nameAfter(renames: readonly Rename[], name: string, isSame: IsSame): string {
  for (const { from, to } of renames) {
    if (levelsOf(to) > levelsOf(from) && isAtOrBelow(name, to, isSame)) return name
    if (isAtOrBelow(name, from, isSame)) return moved(name, from, to)
  }
  return name
}

/**
 * What a label was called before: all that became it, and itself where `existed` says that it was there. The opposite of
 * `nameAfter`.
 */
export function namesBefore(
  renames: readonly Rename[],
  name: string,
  existed: (name: string) => boolean,
  isSame: IsSame,
): string[] {
  const sources = renames.flatMap(({ from, to }) =>
    isAtOrBelow(name, to, isSame) ? [moved(name, to, from)] : [],
  )
  if (sources.length === 0) return [name]
  const names = [...new Set([name, ...sources])].filter(existed)
  return names.length > 0 ? names : sources
}

/** All names that a label has from now on. */
export const namesIn = (renamed: Renamed, name: string, isSame: IsSame): readonly string[] =>
  renamed.find((one) => isSame(one.name, name))?.names ?? [name]
