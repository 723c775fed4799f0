// The k-nearest-neighbours head: each of the most similar labelled photos votes for its class.
import { blockRows, createLinearLayer, type Matrix } from './linear-layer.ts'
import type { Targets } from './logistic-regression.ts'
import { noReport } from './report.ts'

export interface NeighbourHead {
  readonly classes: number
  readonly dim: number
  /** How many vote. */
  readonly neighbours: number
  /** [dim], taken from each embedding before similarity is measured: all of a model point roughly the same way. */
  readonly mean: Float32Array
  /** [examples, dim], centred and of length 1. */
  readonly examples: Float32Array
  /** The class of each example. */
  readonly labels: Int32Array
}

/** Votes count e^(cosine / width): a neighbour that is 0.1 less similar counts a quarter. */
const width = 0.07
/** What a class without votes has, so that its logarithm is finite. */
const noVotes = 1e-6

/** Keeps the labelled embeddings themselves; one class a row. */
export function fitNeighbours(
  { rows, dim, values }: Matrix,
  { classes, values: targets }: Targets,
  neighbours: number,
): NeighbourHead {
  const mean = new Float32Array(dim)
  for (let i = 0; i < values.length; i++) mean[i % dim] = (mean[i % dim] ?? 0) + (values[i] ?? 0) / rows
  const examples = new Float32Array(rows * dim)
  const labels = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const example = examples.subarray(row * dim, (row + 1) * dim)
    for (let d = 0; d < dim; d++) example[d] = (values[row * dim + d] ?? 0) - (mean[d] ?? 0)
    const length = Math.hypot(...example)
    if (length > 0) for (let d = 0; d < dim; d++) example[d] = (example[d] ?? 0) / length
    labels[row] = Math.max(0, targets.subarray(row * classes, (row + 1) * classes).indexOf(1))
  }
  return { classes, dim, neighbours, mean, examples, labels }
}

/** Logarithms of the votes for each class, [rows, classes]. */
export function neighbourLogits(head: NeighbourHead, matrix: Matrix, report = noReport): Float32Array {
  const { classes, dim, mean, examples } = head
  const count = head.labels.length
  const shifts = Float32Array.from({ length: count }, (_, i) => -dot(examples, i * dim, mean, 0, dim))
  const pass = createLinearLayer(dim, count)
  pass.setWeights(examples, shifts)
  const logits = new Float32Array(matrix.rows * classes)
  for (let from = 0; from < matrix.rows; from += blockRows) {
    const rows = Math.min(blockRows, matrix.rows - from)
    if (from % (64 * blockRows) === 0) report('predicting', from / matrix.rows)
    pass.forward(matrix, from, rows)
    for (let r = 0; r < rows; r++) {
      const length = centredLength(matrix, from + r, mean)
      const products = pass.logits.subarray(r * pass.stride, r * pass.stride + count)
      vote(head, products, length, logits.subarray((from + r) * classes, (from + r + 1) * classes))
    }
  }
  return logits
}

function vote(head: NeighbourHead, products: Float32Array, length: number, votes: Float32Array): void {
  const nearest: number[] = []
  for (let i = 0; i < products.length; i++) {
    const last = nearest[head.neighbours - 1]
    if (last !== undefined && (products[i] ?? 0) <= (products[last] ?? 0)) continue
    let position = nearest.length
    while (position > 0 && (products[i] ?? 0) > (products[nearest[position - 1] ?? 0] ?? 0)) position--
    nearest.splice(position, 0, i)
    if (nearest.length > head.neighbours) nearest.pop()
  }
  votes.fill(noVotes)
  for (const i of nearest) {
    const cosine = length === 0 ? 0 : (products[i] ?? 0) / length
    const c = head.labels[i] ?? 0
    votes[c] = (votes[c] ?? 0) + Math.exp((cosine - 1) / width)
  }
  for (let c = 0; c < votes.length; c++) votes[c] = Math.log(votes[c] ?? 1)
}

function centredLength({ dim, values }: Matrix, row: number, mean: Float32Array): number {
  let square = 0
  for (let d = 0; d < dim; d++) square += ((values[row * dim + d] ?? 0) - (mean[d] ?? 0)) ** 2
  return Math.sqrt(square)
}

function dot(a: Float32Array, aAt: number, b: Float32Array, bAt: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += (a[aAt + i] ?? 0) * (b[bAt + i] ?? 0)
  return sum
}

/** As numbers to be kept: [1] neighbours, [dim] mean, [examples, dim], [examples] classes. */
export function packNeighbours({ neighbours, mean, examples, labels }: NeighbourHead): Float32Array {
  const packed = new Float32Array(1 + mean.length + examples.length + labels.length)
  packed[0] = neighbours
  packed.set(mean, 1)
  packed.set(examples, 1 + mean.length)
  packed.set(labels, 1 + mean.length + examples.length)
  return packed
}

export function unpackNeighbours(packed: Float32Array, classes: number, dim: number): NeighbourHead {
  const count = (packed.length - 1 - dim) / (dim + 1)
  const from = 1 + dim
  return {
    classes,
    dim,
    neighbours: packed[0] ?? 1,
    mean: packed.slice(1, from),
    examples: packed.slice(from, from + count * dim),
    labels: Int32Array.from(packed.subarray(from + count * dim)),
  }
}
