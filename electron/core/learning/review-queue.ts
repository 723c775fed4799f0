// Which photos to label next: those the head is unsure of, spread over the library so that no two ask the same.
import type { Matrix } from './linear-pass.ts'

export interface Uncertainty {
  /** Difference between the two best probabilities: 0 is undecided. */
  readonly margin: number
  /** In nats. */
  readonly entropy: number
}

export function uncertaintyOf(probabilities: Float32Array, at: number, classes: number): Uncertainty {
  let [first, second, entropy] = [0, 0, 0]
  for (let i = at; i < at + classes; i++) {
    const p = probabilities[i] ?? 0
    if (p > first) [first, second] = [p, first]
    else if (p > second) second = p
    if (p > 0) entropy -= p * Math.log(p)
  }
  return { margin: first - second, entropy }
}

/** The most uncertain this many times the wanted number are spread out. */
const poolFactor = 4

/**
 * Rows of `matrix` to label next, in order: the pool are the rows with the smallest margin, and from it the row is
 * taken that lies farthest from everything labelled or taken (greedy k-center, Sener & Savarese 2018).
 * @param margins one for each row
 * @param labelled rows that have a label; they are not taken
 */
export function pickQueue(
  matrix: Matrix,
  margins: ArrayLike<number>,
  labelled: ReadonlySet<number>,
  count: number,
): number[] {
  const open = Array.from({ length: matrix.rows }, (_, row) => row).filter((row) => !labelled.has(row))
  open.sort((a, b) => (margins[a] ?? 0) - (margins[b] ?? 0))
  const pool = open.slice(0, poolFactor * count)
  const distances = pool.map((row) => {
    let nearest = Infinity
    for (const other of labelled) nearest = Math.min(nearest, squaredDistance(matrix, row, other))
    return nearest
  })
  const picked: number[] = []
  while (picked.length < Math.min(count, pool.length)) {
    const farthest = distances.reduce((best, value, i) => (value > (distances[best] ?? 0) ? i : best), 0)
    const row = pool[farthest]
    if (row === undefined) break
    picked.push(row)
    for (const [i, other] of pool.entries())
      distances[i] = i === farthest ? -1 : Math.min(distances[i] ?? 0, squaredDistance(matrix, other, row))
  }
  return picked
}

function squaredDistance({ dim, values }: Matrix, a: number, b: number): number {
  let sum = 0
  for (let d = 0; d < dim; d++) sum += ((values[a * dim + d] ?? 0) - (values[b * dim + d] ?? 0)) ** 2
  return sum
}
