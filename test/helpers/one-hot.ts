// Class indices as the targets that a head is fitted to.
import type { Targets } from '../../electron/core/learning/algorithms/logistic-regression.ts'

/** Targets of rows that each have one class. */
export function oneHot(classIndices: readonly number[], classes: number): Targets {
  const values = new Int8Array(classIndices.length * classes)
  for (const [row, classIndex] of classIndices.entries()) values[row * classes + classIndex] = 1
  return { mode: 'single', classes, values }
}
