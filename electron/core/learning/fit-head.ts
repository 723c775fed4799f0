// Fits a head to labelled embeddings: of which kind and with which penalty by cross-validation, then a temperature.
import type { CalibratedHead } from './apply-head.ts'
import { crossValidate, type TrialOptions } from './cross-validation.ts'
import { knn, linear, nearestMean, type HeadChoice } from './head-choice.ts'
import type { Matrix } from './linear-pass.ts'
import { fitLogistic, type LinearHead, type Targets } from './logistic-regression.ts'
import { fitNearestMean } from './nearest-mean.ts'
import { fitNeighbours, type NeighbourHead } from './nearest-neighbours.ts'
import { createRandom, shuffle } from './random.ts'
import { noReport } from './report.ts'
import { foldScaling, measureScaling, scale } from './scaling.ts'
import { strataOf, takeRows, takeTargets } from './split.ts'

export interface FittedHead extends CalibratedHead {
  readonly choice: HeadChoice
  /** Logits [rows, classes] of each row by a head that had not seen it; null with too few rows for folds. */
  readonly outOfFold: Float32Array | null
}

/** From strong to weak, so that each fit starts near its end; for embeddings with a mean squared norm of `dim`. */
const l2Grid = [1, 0.3, 0.1, 0.03, 0.01]
const strongestL2 = 1
/** Examples for each class, on average, from which on cross-validation says something. */
const minPerClass = 2
/** Examples for each class, on average, up to which neighbours are asked; beyond, they would be slow to apply. */
const maxNeighboursPerClass = 5
/** Enough examples to tell penalties apart; more would only cost time. */
const maxSelectionRows = 2000

/**
 * Fits the head with the least calibrated loss in cross-validation; `matrix` holds raw embeddings. Loss tells heads apart
 * where accuracy cannot: of 100 photos, one more that is right by luck would decide.
 */
export function fitHead(matrix: Matrix, targets: Targets, options: TrialOptions): FittedHead {
  const { seed, isBalanced = true, report = noReport } = options
  const { mode, classes } = targets
  const rows = shuffle([...strataOf(targets).keys()], createRandom(seed)).slice(0, maxSelectionRows)
  const fit = (choice: HeadChoice) => fitChoice(matrix, targets, choice, isBalanced, report)
  if (rows.length < minPerClass * classes) {
    // Too few to choose by.
    const choice = mode === 'single' ? nearestMean : linear(strongestL2)
    return { choice, head: fit(choice), mode, temperature: 1, outOfFold: null }
  }
  const selection = { matrix: takeRows(matrix, rows), targets: takeTargets(targets, rows) }
  const trials = crossValidate(selection.matrix, selection.targets, choicesFor(targets, matrix.rows), options)
  // Ties go to the earlier: the simpler head, the stronger penalty.
  const best = trials.reduce((a, b) => (b.loss < a.loss ? b : a))
  const outOfFold = new Float32Array(matrix.rows * classes)
  for (const [at, row] of rows.entries())
    outOfFold.set(best.logits.subarray(at * classes, (at + 1) * classes), row * classes)
  return {
    choice: best.choice,
    head: fit(best.choice),
    mode,
    temperature: best.temperature,
    outOfFold: rows.length === matrix.rows ? outOfFold : null,
  }
}

/** A head of this kind, in terms of raw embeddings. */
export function fitChoice(
  matrix: Matrix,
  targets: Targets,
  choice: HeadChoice,
  isBalanced: boolean,
  report = noReport,
): LinearHead | NeighbourHead {
  if (choice.kind === 'knn') return fitNeighbours(matrix, targets, choice.neighbours)
  const scaling = measureScaling(matrix)
  const scaled = scale(matrix, scaling)
  const parameters =
    choice.kind === 'linear'
      ? fitLogistic(scaled, targets, { l2: choice.l2, isBalanced, report }).parameters
      : fitNearestMean(scaled, targets)
  return foldScaling(parameters, targets.classes, scaling)
}

/** From simple to elaborate. Means and neighbours know no "none of these", which one-vs-rest needs. */
function choicesFor({ mode, classes }: Targets, rows: number): HeadChoice[] {
  const penalties = l2Grid.map(linear)
  if (mode === 'multi') return penalties
  const neighbours = rows <= maxNeighboursPerClass * classes ? [knn(1), knn(5)] : []
  return [nearestMean, ...neighbours, ...penalties]
}
