// The classes, and pairs of classes, that a head confuses most.

export interface ConfusedPair {
  readonly truth: string
  readonly predicted: string
  readonly count: number
}

/** Off the diagonal, the most frequent first. `counts` is [true class][best class]. */
export function mostConfused(
  names: readonly string[],
  counts: readonly (readonly number[])[],
  limit: number,
): ConfusedPair[] {
  return counts
    .flatMap((row, r) =>
      row.flatMap((count, c) =>
        r === c || count === 0 ? [] : [{ truth: names[r] ?? '', predicted: names[c] ?? '', count }],
      ),
    )
    .toSorted((a, b) => b.count - a.count)
    .slice(0, limit)
}

/** Returns the indices, ascending, of at most `limit` classes: those that are most often taken for others, or others for them. */
export function mostConfusedClasses(counts: readonly (readonly number[])[], limit: number): number[] {
  const errors = counts.map(() => 0)
  counts.forEach((row, r) => {
    row.forEach((count, c) => {
      if (r === c) return
      errors[r] = (errors[r] ?? 0) + count
      errors[c] = (errors[c] ?? 0) + count
    })
  })
  return [...errors.keys()]
    .filter((at) => (errors[at] ?? 0) > 0)
    .toSorted((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0))
    .slice(0, limit)
    .toSorted((a, b) => a - b)
}
