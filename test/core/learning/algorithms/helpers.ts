// Made-up embeddings, and a plain solver that shares no code with the one under test.
import type { Matrix } from '../../../../electron/core/learning/algorithms/linear-layer.ts'
import { createRandom } from '../../../../electron/core/learning/algorithms/random.ts'

/** Roughly normal numbers with mean 0 and variance 1 (Irwin-Hall). */
export function createNoise(seed: number): () => number {
  const random = createRandom(seed)
  return () => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6)
}

/** `rows` points around one centre for each class; row r belongs to class r % classes. */
export function makeClusters(
  options: { rows: number; dim: number; classes: number; spread: number },
  seed = 1,
): { matrix: Matrix; labels: number[] } {
  const { rows, dim, classes, spread } = options
  const noise = createNoise(seed)
  const centres = Array.from({ length: classes }, () => Array.from({ length: dim }, noise))
  const labels = Array.from({ length: rows }, (_, row) => row % classes)
  const values = Float32Array.from(
    labels.flatMap((c) => (centres[c] ?? []).map((value) => value + spread * noise())),
  )
  return { matrix: { rows, dim, values }, labels }
}

/**
 * Multinomial logistic regression by Nesterov's accelerated gradient descent in float64, straight from the formula:
 * mean negative log-likelihood + l2 / 2 |W|^2. Returns [classes][dim + 1], the bias last.
 */
export function solveSoftmax(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
  l2: number,
  options: { steps: number; rate: number },
): Float64Array[] {
  const inputs = rows.map((row) => Float64Array.of(...row, 1))
  const bias = (inputs[0]?.length ?? 1) - 1
  let weights: Float64Array[] = Array.from({ length: classes }, () => new Float64Array(bias + 1))
  let ahead = weights
  for (let step = 1; step <= options.steps; step++) {
    const gradient = ahead.map((row) => row.map((value, d) => (d === bias ? 0 : l2 * value)))
    for (const [i, input] of inputs.entries()) {
      const logits = ahead.map((row) => dot(row, input))
      const max = Math.max(...logits)
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0)
      for (const [c, target] of gradient.entries()) {
        const probability = Math.exp((logits[c] ?? 0) - max) / total
        addScaled(target, (probability - (labels[i] === c ? 1 : 0)) / inputs.length, input)
      }
    }
    const before = weights
    weights = ahead.map((row, c) => addScaled(row.slice(), -options.rate, gradient[c] ?? row))
    const momentum = (step - 1) / (step + 2)
    ahead = weights.map((row, c) => row.map((value, d) => value + momentum * (value - (before[c]?.[d] ?? 0))))
  }
  return weights
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d] ?? 0) * (b[d] ?? 0)
  return sum
}

/** target + factor * values, in place. */
function addScaled(target: Float64Array, factor: number, values: Float64Array): Float64Array {
  for (let d = 0; d < target.length; d++) target[d] = (target[d] ?? 0) + factor * (values[d] ?? 0)
  return target
}
