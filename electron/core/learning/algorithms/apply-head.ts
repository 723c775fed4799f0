// Applies a head to a matrix of embeddings: probabilities, and the best classes of each row.
import { blockRows, createLinearLayer, type Matrix } from './linear-layer.ts'
import type { HeadMode, LinearHead } from './logistic-regression.ts'
import { neighbourLogits, type NeighbourHead } from './nearest-neighbours.ts'
import { noReport } from './report.ts'

/** What turns embeddings into probabilities. */
export interface CalibratedHead {
  readonly head: LinearHead | NeighbourHead
  readonly mode: HeadMode
  /** Logits are divided by this before softmax or sigmoid. */
  readonly temperature: number
}

/** Probabilities [rows, classes]; rows sum to 1 in single mode. */
export function predict(
  { head, mode, temperature }: CalibratedHead,
  matrix: Matrix,
  report = noReport,
): Float32Array {
  const { classes } = head
  const probabilities = scoreRows(head, matrix, report)
  for (let at = 0; at < probabilities.length; at += classes)
    toProbabilities(probabilities, at, classes, mode, temperature)
  return probabilities
}

/** Logits of a head of any kind, [rows, classes]. */
export function scoreRows(head: LinearHead | NeighbourHead, matrix: Matrix, report = noReport): Float32Array {
  return 'neighbours' in head ? neighbourLogits(head, matrix, report) : computeLogits(head, matrix, report)
}

/** Of a linear head, [rows, classes]. */
export function computeLogits(head: LinearHead, matrix: Matrix, report = noReport): Float32Array {
  const { classes, dim } = head
  const pass = createLinearLayer(dim, classes)
  pass.setWeights(head.weights, head.bias)
  const logits = new Float32Array(matrix.rows * classes)
  for (let from = 0; from < matrix.rows; from += blockRows) {
    const rows = Math.min(blockRows, matrix.rows - from)
    if (from % (64 * blockRows) === 0) report('predicting', from / matrix.rows)
    pass.forward(matrix, from, rows)
    for (let r = 0; r < rows; r++)
      logits.set(pass.logits.subarray(r * pass.stride, r * pass.stride + classes), (from + r) * classes)
  }
  return logits
}

/** Replaces one row of logits by probabilities. */
export function toProbabilities(
  values: Float32Array,
  at: number,
  classes: number,
  mode: HeadMode,
  temperature: number,
): void {
  if (mode === 'multi') {
    for (let i = at; i < at + classes; i++) values[i] = 1 / (1 + Math.exp(-(values[i] ?? 0) / temperature))
    return
  }
  let max = -Infinity
  for (let i = at; i < at + classes; i++) max = Math.max(max, values[i] ?? 0)
  let sum = 0
  for (let i = at; i < at + classes; i++) {
    const value = Math.exp(((values[i] ?? 0) - max) / temperature)
    values[i] = value
    sum += value
  }
  for (let i = at; i < at + classes; i++) values[i] = (values[i] ?? 0) / sum
}

/** The k best classes of one row of probabilities, best first; ties go to the lower class index. */
export function bestClasses(
  probabilities: Float32Array,
  at: number,
  classes: number,
  k: number,
): { readonly classIndex: number; readonly score: number }[] {
  const best: { classIndex: number; score: number }[] = []
  for (let classIndex = 0; classIndex < classes; classIndex++) {
    const score = probabilities[at + classIndex] ?? 0
    if (best.length === k && score <= (best[k - 1]?.score ?? 0)) continue
    let position = best.length
    while (position > 0 && score > (best[position - 1]?.score ?? 0)) position--
    best.splice(position, 0, { classIndex, score })
    if (best.length > k) best.pop()
  }
  return best
}
