// The pairs of classes that a head confuses most.

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
