// How long the rest will take at the user's own pace.

/** A longer pause does not count: the user was away. */
const longestMs = 60_000
/** The pace of the last photos counts, so that a slow start is forgotten. */
const remembered = 30
const fewest = 8

export interface Pace {
  readonly lastAtMs: number | null
  readonly gapsMs: readonly number[]
}

export const newPace: Pace = { lastAtMs: null, gapsMs: [] }

/** The pace after another photo was reviewed. */
export function paced({ lastAtMs, gapsMs }: Pace, atMs: number): Pace {
  const gapMs = lastAtMs === null ? null : atMs - lastAtMs
  const isWork = gapMs !== null && gapMs >= 0 && gapMs <= longestMs
  return { lastAtMs: atMs, gapsMs: isWork ? [...gapsMs, gapMs].slice(-remembered) : gapsMs }
}

/** Null until there are enough photos to estimate from. The median does not mind a few photos that needed thought. */
export function etaMs({ gapsMs }: Pace, photosLeft: number): number | null {
  if (gapsMs.length < fewest || photosLeft <= 0) return null
  const sorted = gapsMs.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
  return median * photosLeft
}
