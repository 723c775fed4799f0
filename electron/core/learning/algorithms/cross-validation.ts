// Stratified five-fold cross-validation of head configurations; the folds are the same for the same seed.
import { computeLogits } from './apply-head.ts'
import { calibrate, type Calibration } from './calibration.ts'
import type { HeadConfig } from './head-config.ts'
import type { Matrix } from './linear-layer.ts'
import { fitLogistic, type Targets } from './logistic-regression.ts'
import { fitNearestMean } from './nearest-mean.ts'
import { fitNeighbours, neighbourLogits } from './nearest-neighbours.ts'
import { noReport, type Report } from './report.ts'
import { foldScaling, measureScaling, scale, type Scaling } from './scaling.ts'
import { strataOf, stratifiedFolds, takeRows, takeTargets } from './split.ts'
import { headOfWords, parametersOfWords } from './words-head.ts'

export interface Trial extends Calibration {
  readonly config: HeadConfig
  /** [rows, classes], out of fold: each row by a head that was fitted without the row's fold. */
  readonly logits: Float32Array
}

export interface TrialOptions {
  readonly seed: number
  /** Weights rare classes as frequent ones. */
  readonly isBalanced?: boolean
  readonly report?: Report
}

const foldCount = 5
/** A weaker penalty with so many times the least loss ends the search: the rest would only take longer. */
const clearlyWorse = 1.01

/** One fold: the training rows, raw and scaled, and the held-out rows. */
interface Fold {
  readonly raw: Matrix
  readonly scaled: Matrix
  readonly scaling: Scaling
  readonly targets: Targets
  readonly heldOut: readonly number[]
  readonly test: Matrix
  /** Parameters of the previous fit, from which the next one starts. */
  start: Float64Array | null
}

export function crossValidate(
  matrix: Matrix,
  targets: Targets,
  configs: readonly HeadConfig[],
  { seed, isBalanced = true, report = noReport }: TrialOptions,
): Trial[] {
  const { classes } = targets
  const folds = makeFolds(matrix, targets, seed)
  const scored = withoutSingletonClasses(targets)
  const trials: Trial[] = []
  let leastLoss = Infinity
  for (const [at, config] of configs.entries()) {
    const logits = new Float32Array(matrix.rows * classes)
    for (const [index, fold] of folds.entries()) {
      report('choosing the head', (at + index / foldCount) / configs.length)
      const found = evaluateFold(fold, config, isBalanced)
      for (const [i, row] of fold.heldOut.entries())
        logits.set(found.subarray(i * classes, (i + 1) * classes), row * classes)
    }
    const calibration = calibrate(logits, scored)
    trials.push({ config, logits, ...calibration })
    if (config.l2 === null) continue
    if (calibration.loss > leastLoss * clearlyWorse) break
    leastLoss = Math.min(leastLoss, calibration.loss)
  }
  return trials
}

/** Out-of-fold logits [rows, classes]: each row by a head of this configuration that was fitted without the row's fold. */
export function predictOutOfFold(
  matrix: Matrix,
  targets: Targets,
  config: HeadConfig,
  options: TrialOptions,
): Float32Array {
  const [trial] = crossValidate(matrix, targets, [config], options)
  return trial?.logits ?? new Float32Array()
}

/** Leaves singleton classes out of the loss: a head that has not seen the only photo of a class cannot predict it. */
function withoutSingletonClasses({ mode, classes, values }: Targets): Targets {
  const examples = new Uint32Array(classes)
  for (const [at, value] of values.entries())
    if (value === 1) examples[at % classes] = (examples[at % classes] ?? 0) + 1
  return {
    mode,
    classes,
    values: values.map((value, at) => (value === 1 && examples[at % classes] === 1 ? -1 : value)),
  }
}

function makeFolds(matrix: Matrix, targets: Targets, seed: number): Fold[] {
  const foldOf = stratifiedFolds(strataOf(targets), foldCount, seed)
  return Array.from({ length: foldCount }, (_, fold) => {
    const training = [...foldOf.keys()].filter((row) => foldOf[row] !== fold)
    const heldOut = [...foldOf.keys()].filter((row) => foldOf[row] === fold)
    const raw = takeRows(matrix, training)
    const scaling = measureScaling(raw)
    return {
      ...{ raw, scaling, scaled: scale(raw, scaling), targets: takeTargets(targets, training) },
      ...{ heldOut, test: takeRows(matrix, heldOut), start: null },
    }
  })
}

/** How a fit of this configuration is held back: towards zero, or towards the words. */
export function penaltyOf(
  config: HeadConfig,
  scaling: Scaling,
): { readonly l2: number; readonly prior?: Float64Array } {
  const l2 = config.l2 ?? 0
  return config.kind === 'words' ? { l2, prior: parametersOfWords(config.prior, scaling) } : { l2 }
}

/** Logits [held-out rows, classes]. */
function evaluateFold(fold: Fold, config: HeadConfig, isBalanced: boolean): Float32Array {
  const { targets, scaled, scaling, test } = fold
  if (config.kind === 'knn') return neighbourLogits(fitNeighbours(fold.raw, targets, config.neighbours), test)
  if (config.kind === 'words' && config.l2 === null) return computeLogits(headOfWords(config.prior), test)
  let parameters: Float64Array
  if (config.kind === 'nearest-mean') parameters = fitNearestMean(scaled, targets)
  else {
    const gradientTolerance = 1e-2 / targets.classes
    const start = fold.start === null ? {} : { start: fold.start }
    parameters = fitLogistic(scaled, targets, {
      ...{ ...start, ...penaltyOf(config, scaling) },
      ...{ isBalanced, gradientTolerance },
    }).parameters
    fold.start = parameters
  }
  return computeLogits(foldScaling(parameters, targets.classes, scaling), test)
}

/** Share of rows whose best class is right; in multi mode, share of annotated labels. */
export function accuracy(logits: Float32Array, { mode, classes, values }: Targets): number {
  let [correct, annotated] = [0, 0]
  for (let at = 0; at < values.length; at += classes) {
    let best = at
    for (let i = at; i < at + classes; i++) {
      if ((logits[i] ?? 0) > (logits[best] ?? 0)) best = i
      if (mode === 'single' || values[i] === -1) continue
      annotated += 1
      if ((logits[i] ?? 0) > 0 === (values[i] === 1)) correct += 1
    }
    if (mode === 'multi') continue
    annotated += 1
    if (values[best] === 1) correct += 1
  }
  return annotated === 0 ? 0 : correct / annotated
}
