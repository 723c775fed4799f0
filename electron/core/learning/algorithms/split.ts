// Stratified folds and subsets of examples; the same for the same seed.
import { createRandom, shuffle } from './random.ts'
import type { Targets } from './logistic-regression.ts'
import type { Matrix } from './linear-layer.ts'

/** The class that a row is stratified by: the first that it has; -1 for none. */
export function strataOf({ classes, values }: Targets): number[] {
  return Array.from({ length: values.length / classes }, (_, row) => {
    return values.subarray(row * classes, (row + 1) * classes).indexOf(1)
  })
}

/** The fold of each row, 0..folds-1; the examples of each class are spread evenly. */
export function stratifiedFolds(strata: readonly number[], folds: number, seed: number): number[] {
  const random = createRandom(seed)
  const fold = strata.map(() => 0)
  // Goes on counting from class to class, so that folds are even also where classes are small.
  let next = 0
  for (const stratum of [...new Set(strata)].sort((a, b) => a - b)) {
    const rows = strata.flatMap((value, row) => (value === stratum ? [row] : []))
    for (const row of shuffle(rows, random)) fold[row] = next++ % folds
  }
  return fold
}

export function takeRows({ dim, values }: Matrix, rows: readonly number[]): Matrix {
  const taken = new Float32Array(rows.length * dim)
  for (const [at, row] of rows.entries()) taken.set(values.subarray(row * dim, (row + 1) * dim), at * dim)
  return { rows: rows.length, dim, values: taken }
}

export function takeTargets({ mode, classes, values }: Targets, rows: readonly number[]): Targets {
  const taken = new Int8Array(rows.length * classes)
  for (const [at, row] of rows.entries())
    taken.set(values.subarray(row * classes, (row + 1) * classes), at * classes)
  return { mode, classes, values: taken }
}
