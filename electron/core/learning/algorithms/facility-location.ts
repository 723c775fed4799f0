// Facility location: each photo taken adds most similarity to photos that nothing labelled or taken is similar to yet.
import { computeLogits } from './apply-head.ts'
import type { Matrix } from './linear-layer.ts'
import type { AcquisitionFunction } from './acquisition-function.ts'
import { takeRows } from './split.ts'

/** Similarity is the cosine; what the head is certain of needs no cover and gives none. */
export const facilityLocation: AcquisitionFunction = ({ reduced, pool, labelled, uncertainty, count }) => {
  const { length } = pool
  const rows = takeRows(reduced, pool)
  const covered = new Float32Array(length).fill(-1)
  const known = cosinesBetween(rows, takeRows(reduced, labelled))
  for (const [i, cosine] of known.entries()) {
    const at = Math.floor(i / labelled.length)
    covered[at] = Math.max(covered[at] ?? -1, cosine)
  }
  const cosines = cosinesBetween(rows, rows)
  const picked: number[] = []
  const isPicked = new Uint8Array(length)
  while (picked.length < count) {
    let [best, bestGain] = [-1, -1]
    for (let j = 0; j < length; j++) {
      if (isPicked[j] === 1) continue
      const gain =
        (uncertainty[j] ?? 0) *
        coverGain(cosines.subarray(j * length, (j + 1) * length), covered, uncertainty)
      if (gain > bestGain) [best, bestGain] = [j, gain]
    }
    isPicked[best] = 1
    picked.push(best)
    for (let i = 0; i < length; i++) covered[i] = Math.max(covered[i] ?? -1, cosines[best * length + i] ?? -1)
  }
  return picked
}

function coverGain(cosines: Float32Array, covered: Float32Array, uncertainty: Float32Array): number {
  let gain = 0
  for (let i = 0; i < cosines.length; i++) {
    const more = (cosines[i] ?? 0) - (covered[i] ?? 0)
    if (more > 0) gain += more * (uncertainty[i] ?? 0)
  }
  return gain
}

/** [a.rows, b.rows] of rows that have length 1. */
function cosinesBetween(a: Matrix, b: Matrix): Float32Array {
  return computeLogits({ classes: b.rows, dim: b.dim, weights: b.values, bias: new Float32Array(b.rows) }, a)
}
