// Divides photos into train, val and test: stratified by label, reproducible by seed, groups never divided.
import type { DatasetSplit, SplitName } from '../../contract/exports.ts'
import { createRandom, shuffle } from '../learning/algorithms/random.ts'

export const splitNames: readonly SplitName[] = ['train', 'val', 'test']

/** Files that belong in one split. */
export interface SplitUnit {
  /** The label to stratify by. */
  readonly stratum: string
  readonly files: number
}

/**
 * Returns the split of each unit. Every stratum is divided by the wanted shares as exactly as its units allow; the
 * remainder of one stratum is carried over to the next, so that the whole has these shares too.
 */
export function divide(units: readonly SplitUnit[], split: DatasetSplit, seed: number): SplitName[] {
  const random = createRandom(seed)
  const sides = units.map((): SplitName => 'train')
  const byStratum = Map.groupBy(units.keys(), (unit) => units[unit]?.stratum ?? '')
  // What each split lacks of its share so far.
  const lack = splitNames.map(() => 0)
  for (const stratum of [...byStratum.keys()].sort()) {
    const sizeOf = (unit: number) => units[unit]?.files ?? 0
    // Large groups first, while every split has room.
    const shuffled = shuffle(byStratum.get(stratum) ?? [], random).toSorted((a, b) => sizeOf(b) - sizeOf(a))
    const files = shuffled.reduce((sum, unit) => sum + sizeOf(unit), 0)
    const wanted = splitNames.map((side) => (files * split[side]) / 100)
    const room = roundToSum(wanted, lack, files)
    for (const unit of shuffled) {
      const side = room.indexOf(Math.max(...room))
      sides[unit] = splitNames[side] ?? 'train'
      room[side] = (room[side] ?? 0) - sizeOf(unit)
      lack[side] = (lack[side] ?? 0) - sizeOf(unit)
    }
    for (const [side, share] of wanted.entries()) lack[side] = (lack[side] ?? 0) + share
  }
  return sides
}

/** Returns integers that add up to `sum`: each share rounded down, and the rest to those that lack most. */
function roundToSum(wanted: readonly number[], lack: readonly number[], sum: number): number[] {
  const rounded = wanted.map(Math.floor)
  const lacking = (side: number) => (lack[side] ?? 0) + (wanted[side] ?? 0) - (rounded[side] ?? 0)
  for (let rest = sum - rounded.reduce((a, b) => a + b, 0); rest > 0; rest--) {
    const [most = 0] = [...wanted.keys()]
      .filter((side) => (wanted[side] ?? 0) > 0)
      .sort((a, b) => lacking(b) - lacking(a))
    rounded[most] = (rounded[most] ?? 0) + 1
  }
  return rounded
}
