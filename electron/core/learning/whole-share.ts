// How much of a task with several steps is done, so that its bar runs once from 0 to 1 and tells how long the rest takes.
import type { Step } from './algorithms/report.ts'
import type { LearningCallName } from './tasks/index.ts'

/** A step, and how long it takes beside the others. */
type Weighted = readonly [step: Step, weight: number]

const promoting: readonly Weighted[] = [
  ['reading the library', 1],
  ['suggesting labels', 7],
  ['saving suggestions', 3],
]

/**
 * In their order, with tenths of a second for 100,000 photos as weights. Tasks without steps here report how much of the whole
 * is done.
 */
const stepsOf: Partial<Record<LearningCallName, readonly Weighted[]>> = {
  preview: promoting.slice(0, 2),
  promote: promoting,
  rollback: promoting,
  groups: [
    ['reading the library', 1],
    ['reading labels', 4],
    ['finding the main directions', 18],
    ['reading embeddings', 17],
    ['grouping photos', 33],
    ['comparing groups with your labels', 15],
  ],
  nearDuplicates: [
    ['reading the library', 1],
    ['reading embeddings', 6],
    ['finding the main directions', 14],
    ['reading embeddings', 7],
    ['sorting photos', 1],
    ['comparing photos', 13],
  ],
  map: [
    ['reading the library', 1],
    ['finding the main directions', 15],
    ['reading embeddings', 23],
    ['drawing the map', 48],
    ['placing the other photos', 32],
    ['reading labels', 3],
  ],
}

/** Returns a function of a step and its share, 0..1, to the share of the whole. Steps that are left out count as done. */
export function createWholeShare(call: LearningCallName): (step: Step, share: number) => number {
  const steps = stepsOf[call]
  if (steps === undefined) return (_, share) => share
  const total = steps.reduce((sum, [, weight]) => sum + weight, 0)
  let at = 0
  return (step, share) => {
    // A step that comes twice is the second one once another was between.
    const next = steps.findIndex(([name], index) => index >= at && name === step)
    if (next !== -1) at = next
    const before = steps.slice(0, at).reduce((sum, [, weight]) => sum + weight, 0)
    const own = steps[at]?.[0] === step ? share * (steps[at]?.[1] ?? 0) : 0
    return (before + own) / total
  }
}
