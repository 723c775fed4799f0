// Where months and years are along the scrubber. Pure arithmetic.
import type { MonthRun } from '../../../electron/contract/browse.ts'

/** A year that begins nearer to the one before has no room. */
const markPx = 16

export interface YearMark {
  readonly year: number
  readonly topPx: number
}

/** The last month that begins at or before this share of the content; the places rise. */
export function monthAt(places: readonly number[], share: number): number {
  let [low, high] = [0, Math.max(0, places.length - 1)]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((places[middle] ?? 0) <= share) low = middle
    else high = middle - 1
  }
  return low
}

/** The years that have room beside a scrubber of this height, from the top. */
export function yearMarks(
  months: readonly MonthRun[],
  places: readonly number[],
  heightPx: number,
): YearMark[] {
  const marks: YearMark[] = []
  for (const [index, { year }] of months.entries()) {
    if (index > 0 && months[index - 1]?.year === year) continue
    const topPx = Math.min((places[index] ?? 0) * heightPx, heightPx - markPx)
    const last = marks.at(-1)
    if (topPx >= 0 && (last === undefined || topPx - last.topPx >= markPx)) marks.push({ year, topPx })
  }
  return marks
}
