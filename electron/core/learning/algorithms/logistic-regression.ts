// Logistic regression on embeddings: multinomial for one label a photo, one-vs-rest for several, with an L2 penalty.
import { minimize, type LbfgsResult } from './lbfgs.ts'
import { blockRows, createLinearLayer, type Matrix } from './linear-layer.ts'
import type { Report } from './report.ts'

/** A linear head: logit of class c = weights[c] . embedding + bias[c]. Heads of every kind end up in this form. */
export interface LinearHead {
  readonly classes: number
  readonly dim: number
  /** [classes, dim] row-major. */
  readonly weights: Float32Array
  readonly bias: Float32Array
}

/** `single`: softmax, each photo has one class. `multi`: a sigmoid for each class. */
export type HeadMode = 'single' | 'multi'

/** For each row and class [rows, classes]: 1 has it, 0 does not, -1 unknown. */
export interface Targets {
  readonly mode: HeadMode
  readonly classes: number
  readonly values: Int8Array
}

export interface FitOptions {
  /** Weight of |W|^2 / 2 beside the mean loss; the bias is free. With a prior, of |P - prior|^2 / 2, biases and all. */
  readonly l2: number
  /** Weights all classes equally in the loss, however few examples it has. */
  readonly isBalanced: boolean
  readonly maxIterations?: number
  readonly gradientTolerance?: number
  /** Parameters to start from, for example of a neighbouring `l2`. */
  readonly start?: Float64Array
  /** Parameters that the penalty holds the fit to, in place of zero. */
  readonly prior?: Float64Array
  readonly report?: Report
}

export interface Fit {
  /** [classes * dim weights, classes biases]. */
  readonly parameters: Float64Array
  readonly iterations: number
  readonly gradientMax: number
  readonly isConverged: boolean
}

/** Minimises the mean loss plus the penalty; the minimum is unique for l2 > 0 up to a shift of all biases. */
export function fitLogistic(matrix: Matrix, targets: Targets, options: FitOptions): Fit {
  const { rows, dim } = matrix
  const { classes, mode, values } = targets
  // The gradient of the mean loss shrinks with the number of classes, and so must what counts as none.
  const { l2, isBalanced, prior, maxIterations = 300, gradientTolerance = 1e-3 / classes, report } = options
  let passes = 0
  const size = classes * dim
  const pass = createLinearLayer(dim, classes)
  const weigh = createWeights(targets, rows, isBalanced)
  const residuals = mode === 'single' ? softmaxResiduals : sigmoidResiduals

  const objective = (x: Float64Array, gradient: Float64Array): number => {
    report?.('training', Math.min(1, passes++ / maxIterations))
    pass.setWeights(x.subarray(0, size), x.subarray(size))
    gradient.fill(0)
    let loss = 0
    for (let from = 0; from < rows; from += blockRows) {
      const count = Math.min(blockRows, rows - from)
      pass.forward(matrix, from, count)
      for (let r = 0; r < count; r++) {
        const at = r * pass.stride
        loss += residuals(pass.logits, at, values, (from + r) * classes, classes, weigh)
        for (let c = 0; c < classes; c++)
          gradient[size + c] = (gradient[size + c] ?? 0) + (pass.logits[at + c] ?? 0)
      }
      pass.backward(gradient)
    }
    let penalty = 0
    const penalised = prior === undefined ? size : gradient.length
    for (let i = 0; i < penalised; i++) {
      const weight = (x[i] ?? 0) - (prior?.[i] ?? 0)
      penalty += weight * weight
      gradient[i] = (gradient[i] ?? 0) / rows + l2 * weight
    }
    for (let i = penalised; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) / rows
    return loss / rows + (l2 * penalty) / 2
  }
  const start = options.start ?? prior ?? new Float64Array(size + classes)
  const found: LbfgsResult = minimize(objective, start, { maxIterations, gradientTolerance })
  const { x: parameters, iterations, gradientMax, isConverged } = found
  return { parameters, iterations, gradientMax, isConverged }
}

/** Weight of a positive (1) or negative (0) example of a class. */
type Weigh = (classIndex: number, target: number) => number

function createWeights({ mode, classes, values }: Targets, rows: number, isBalanced: boolean): Weigh {
  if (!isBalanced) return () => 1
  const positives = new Float64Array(classes)
  const negatives = new Float64Array(classes)
  for (let i = 0; i < values.length; i++) {
    const counts = values[i] === 1 ? positives : negatives
    if (values[i] !== -1) counts[i % classes] = (counts[i % classes] ?? 0) + 1
  }
  if (mode === 'single') return (c) => rows / (classes * (positives[c] ?? 1))
  return (c, target) => {
    const [here = 0, there = 0] = target === 1 ? [positives[c], negatives[c]] : [negatives[c], positives[c]]
    return there === 0 ? 1 : (here + there) / (2 * here)
  }
}

/** Loss of one row; its logits become the gradient of the loss by the logits. */
type Residuals = (
  logits: Float32Array,
  at: number,
  targets: Int8Array,
  targetsAt: number,
  classes: number,
  weigh: Weigh,
) => number

const softmaxResiduals: Residuals = (logits, at, targets, targetsAt, classes, weigh) => {
  let max = -Infinity
  let truth = 0
  for (let c = 0; c < classes; c++) {
    max = Math.max(max, logits[at + c] ?? 0)
    if (targets[targetsAt + c] === 1) truth = c
  }
  let sum = 0
  for (let c = 0; c < classes; c++) sum += Math.exp((logits[at + c] ?? 0) - max)
  const weight = weigh(truth, 1)
  const loss = weight * (Math.log(sum) + max - (logits[at + truth] ?? 0))
  for (let c = 0; c < classes; c++)
    logits[at + c] = weight * (Math.exp((logits[at + c] ?? 0) - max) / sum - (c === truth ? 1 : 0))
  return loss
}

const sigmoidResiduals: Residuals = (logits, at, targets, targetsAt, classes, weigh) => {
  let loss = 0
  for (let c = 0; c < classes; c++) {
    const logit = logits[at + c] ?? 0
    const target = targets[targetsAt + c] ?? -1
    const weight = target === -1 ? 0 : weigh(c, target)
    // log(1 + e^z) - y z without overflow.
    loss +=
      weight * (Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - Math.max(target, 0) * logit)
    logits[at + c] = weight * (1 / (1 + Math.exp(-logit)) - target)
  }
  return loss
}
