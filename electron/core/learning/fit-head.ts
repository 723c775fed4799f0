// Fits a head to labelled embeddings: nearest mean or linear probe and its L2 by cross-validation, then a temperature.
import { computeLogits, type CalibratedHead } from './apply-head.ts'
import { fitTemperature } from './calibration.ts'
import type { Matrix } from './linear-pass.ts'
import { fitLogistic, type LinearHead, type Targets } from './logistic-regression.ts'
import { fitNearestMean } from './nearest-mean.ts'
import { createRandom, shuffle } from './random.ts'
import { foldScaling, measureScaling, scale } from './scaling.ts'
import { strataOf, stratifiedFolds, takeRows, takeTargets } from './split.ts'

/** What was chosen; `l2` is null for the nearest mean, which has none. */
export type HeadKind = 'linear' | 'nearest-mean'
export interface HeadChoice {
  readonly kind: HeadKind
  readonly l2: number | null
}

export interface FittedHead extends CalibratedHead, HeadChoice {
  /** Logits [rows, classes] of each row by a head that had not seen it; null with too few rows for folds. */
  readonly outOfFold: Float32Array | null
}

export interface FitHeadOptions {
  readonly seed: number
  /** Gives rare classes the same weight as frequent ones. */
  readonly isBalanced?: boolean
}

/** From strong to weak, so that each fit starts near its end; for embeddings with a mean squared norm of `dim`. */
const l2Grid = [1, 0.3, 0.1, 0.03, 0.01]
const strongestL2 = 1
const folds = 5
const clearlyWorse = 0.005
/** Examples for each class, on average, from which on cross-validation says something. */
const minPerClass = 2
/** Enough examples to tell penalties apart; more would only cost time. */
const maxSelectionRows = 2000

/** Fits the head that cross-validation likes best; `matrix` holds raw embeddings. */
export function fitHead(matrix: Matrix, targets: Targets, options: FitHeadOptions): FittedHead {
  const { seed, isBalanced = true } = options
  const strata = strataOf(targets)
  const rows = shuffle([...strata.keys()], createRandom(seed)).slice(0, maxSelectionRows)
  const fit = (choice: HeadChoice) => fitChoice(matrix, targets, choice, isBalanced)
  if (rows.length < minPerClass * targets.classes) {
    // Too few to choose by.
    const choice: HeadChoice =
      targets.mode === 'single' ? { kind: 'nearest-mean', l2: null } : { kind: 'linear', l2: strongestL2 }
    return { ...choice, head: fit(choice), mode: targets.mode, temperature: 1, outOfFold: null }
  }
  const selection = { matrix: takeRows(matrix, rows), targets: takeTargets(targets, rows) }
  const trials = crossValidate(selection.matrix, selection.targets, choicesFor(targets), seed, isBalanced)
  // Ties go to the earlier: the simpler head, the stronger penalty.
  const best = trials.reduce((a, b) => (b.score > a.score ? b : a))
  const { kind, l2 } = best.choice
  const outOfFold = new Float32Array(matrix.rows * targets.classes)
  for (const [at, row] of rows.entries())
    outOfFold.set(
      best.logits.subarray(at * targets.classes, (at + 1) * targets.classes),
      row * targets.classes,
    )
  return {
    kind,
    l2,
    head: fit(best.choice),
    mode: targets.mode,
    temperature: fitTemperature(best.logits, selection.targets),
    outOfFold: rows.length === matrix.rows ? outOfFold : null,
  }
}

/** A head of this kind, in terms of raw embeddings. */
export function fitChoice(
  matrix: Matrix,
  targets: Targets,
  { kind, l2 }: HeadChoice,
  isBalanced: boolean,
): LinearHead {
  const scaling = measureScaling(matrix)
  const scaled = scale(matrix, scaling)
  const parameters =
    kind === 'linear' && l2 !== null
      ? fitLogistic(scaled, targets, { l2, isBalanced }).parameters
      : fitNearestMean(scaled, targets)
  return foldScaling(parameters, targets.classes, scaling)
}

function choicesFor({ mode }: Targets): HeadChoice[] {
  // The nearest mean knows no "none of these", which one-vs-rest needs.
  const means: HeadChoice[] = mode === 'single' ? [{ kind: 'nearest-mean', l2: null }] : []
  return [...means, ...l2Grid.map((l2): HeadChoice => ({ kind: 'linear', l2 }))]
}

/** Logits [rows, classes] of each row by a head of this kind that was fitted without the row's fold. */
export function predictOutOfFold(
  matrix: Matrix,
  targets: Targets,
  choice: HeadChoice,
  { seed, isBalanced = true }: FitHeadOptions,
): Float32Array {
  const [trial] = crossValidate(matrix, targets, [choice], seed, isBalanced)
  return trial?.logits ?? new Float32Array()
}

interface Trial {
  readonly choice: HeadChoice
  /** Share of rows that are right, or of judged labels in multi mode. */
  readonly score: number
  readonly logits: Float32Array
}

/** Stops where a weaker penalty has become clearly worse: the rest would only take longer. */
function crossValidate(
  matrix: Matrix,
  targets: Targets,
  choices: readonly HeadChoice[],
  seed: number,
  isBalanced: boolean,
): Trial[] {
  const { classes } = targets
  const foldOf = stratifiedFolds(strataOf(targets), folds, seed)
  const parts = Array.from({ length: folds }, (_, fold) => {
    const inside = [...foldOf.keys()].filter((row) => foldOf[row] !== fold)
    const outside = [...foldOf.keys()].filter((row) => foldOf[row] === fold)
    const raw = takeRows(matrix, inside)
    const scaling = measureScaling(raw)
    const test = takeRows(matrix, outside)
    return { train: scale(raw, scaling), targets: takeTargets(targets, inside), outside, test, scaling }
  })
  const starts: Float64Array[] = []
  const trials: Trial[] = []
  for (const choice of choices) {
    const { l2 } = choice
    const logits = new Float32Array(matrix.rows * classes)
    for (const [fold, { train, targets: trainTargets, outside, test, scaling }] of parts.entries()) {
      const start = starts[fold]
      const options = { isBalanced, gradientTolerance: 1e-2 / classes, ...(start && { start }) }
      const parameters =
        l2 === null
          ? fitNearestMean(train, trainTargets)
          : fitLogistic(train, trainTargets, { l2, ...options }).parameters
      if (l2 !== null) starts[fold] = parameters
      const found = computeLogits(foldScaling(parameters, classes, scaling), test)
      for (const [at, row] of outside.entries())
        logits.set(found.subarray(at * classes, (at + 1) * classes), row * classes)
    }
    const trial = { choice, logits, score: shareRight(logits, targets) }
    trials.push(trial)
    const best = Math.max(...trials.map(({ score }) => score))
    if (l2 !== null && trial.score < best - clearlyWorse) break
  }
  return trials
}

function shareRight(logits: Float32Array, { mode, classes, values }: Targets): number {
  let [right, judged] = [0, 0]
  for (let at = 0; at < values.length; at += classes) {
    let best = at
    for (let i = at; i < at + classes; i++) {
      if ((logits[i] ?? 0) > (logits[best] ?? 0)) best = i
      if (mode === 'single' || values[i] === -1) continue
      judged += 1
      if ((logits[i] ?? 0) > 0 === (values[i] === 1)) right += 1
    }
    if (mode === 'multi') continue
    judged += 1
    if (values[best] === 1) right += 1
  }
  return judged === 0 ? 0 : right / judged
}
