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
 * mean negative log-likelihood + l2 / 2 |W|^2. Gives [classes][dim + 1], the bias last.
 */
export function solveSoftmax(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
  l2: number,
  options: { steps: number; rate: number },
): number[][] {
  const width = (rows[0]?.length ?? 0) + 1
  const inputs = rows.map((row) => [...row, 1])
  let weights = Array.from({ length: classes }, () => new Array<number>(width).fill(0))
  let ahead = weights
  for (let step = 1; step <= options.steps; step++) {
    const gradient = ahead.map((row) => row.map((value, d) => (d === width - 1 ? 0 : l2 * value)))
    for (const [i, input] of inputs.entries()) {
      const logits = ahead.map((row) => row.reduce((sum, value, d) => sum + value * (input[d] ?? 0), 0))
      const max = Math.max(...logits)
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0)
      for (const [c, logit] of logits.entries()) {
        const residual = (Math.exp(logit - max) / total - (labels[i] === c ? 1 : 0)) / inputs.length
        const target = gradient[c] ?? []
        for (let d = 0; d < width; d++) target[d] = (target[d] ?? 0) + residual * (input[d] ?? 0)
      }
    }
    const next = ahead.map((row, c) => row.map((value, d) => value - options.rate * (gradient[c]?.[d] ?? 0)))
    const momentum = (step - 1) / (step + 2)
    const before = weights
    ahead = next.map((row, c) => row.map((value, d) => value + momentum * (value - (before[c]?.[d] ?? 0))))
    weights = next
  }
  return weights
}
