// Fits a head to labelled embeddings: kind and penalty by cross-validation, then a temperature.
import type { CalibratedHead } from './apply-head.ts'
import { crossValidate, penaltyOf, type TrialOptions } from './cross-validation.ts'
import { knn, linear, nearestMean, words, type HeadConfig } from './head-config.ts'
import type { Matrix } from './linear-layer.ts'
import { fitLogistic, type HeadMode, type LinearHead, type Targets } from './logistic-regression.ts'
import { fitNearestMean } from './nearest-mean.ts'
import { fitNeighbours, type NeighbourHead } from './nearest-neighbours.ts'
import { createRandom, shuffle } from './random.ts'
import { noReport } from './report.ts'
import { foldScaling, measureScaling, scale } from './scaling.ts'
import { strataOf, takeRows, takeTargets } from './split.ts'
import { headOfWords, type WordsPrior } from './words-head.ts'

/** What cross-validation says of the heads that fit the examples. */
export interface ChosenHead {
  readonly config: HeadConfig
  readonly temperature: number
  /** Logits [rows, classes] of each row by a head that had not seen it; null with too few rows for folds, or over 2,000. */
  readonly outOfFold: Float32Array | null
}

export type FittedHead = CalibratedHead & ChosenHead

interface FitHeadOptions extends TrialOptions {
  readonly prior?: WordsPrior | null
}

/** From strong to weak, so that each fit starts near its end; for embeddings with a mean squared norm of `dim`. */
const l2Grid = [1, 0.3, 0.1, 0.03, 0.01]
const strongestL2 = 1
/** The same for heads of words, whose penalty is on the distance from them. */
const wordsL2Grid = [1, 0.3, 0.1, 0.03, 0.01, 0.003]
/** For one or two examples a class: the words still decide where these say nothing. Not tuned on any data. */
const firmWordsL2 = 0.1
/** Examples for each class, on average, from which on cross-validation is informative. */
const minPerClass = 2
/** Examples for each class, on average, up to which neighbours are asked; beyond, they would be slow to apply. */
const maxNeighboursPerClass = 5
/** Enough examples to tell penalties apart; more would only cost time. */
const maxSelectionRows = 2000

/**
 * Fits the head with the least calibrated loss in cross-validation; `matrix` holds raw embeddings. With `prior` the head is
 * one of words, which the examples move as far as that helps.
 */
export function fitHead(matrix: Matrix, targets: Targets, options: FitHeadOptions): FittedHead {
  const chosen = chooseHead(matrix, targets, options)
  const { isBalanced = true, report = noReport } = options
  const head = fitConfig(matrix, targets, chosen.config, isBalanced, report)
  return { ...chosen, head, mode: targets.mode }
}

/**
 * The same without fitting the head, for which not everyone has a use. Loss distinguishes heads where accuracy cannot: of 100 photos, one
 * more that is right by luck would decide.
 */
export function chooseHead(
  matrix: Matrix,
  targets: Targets,
  { prior = null, ...options }: FitHeadOptions,
): ChosenHead {
  const { mode, classes } = targets
  const rows = shuffle([...strataOf(targets).keys()], createRandom(options.seed)).slice(0, maxSelectionRows)
  // Too few to choose by.
  if (rows.length < minPerClass * classes)
    return { config: configForFew(mode, prior, rows.length), temperature: 1, outOfFold: null }
  const selection = { matrix: takeRows(matrix, rows), targets: takeTargets(targets, rows) }
  const trials = crossValidate(
    selection.matrix,
    selection.targets,
    configsFor(targets, matrix.rows, prior),
    options,
  )
  // Ties go to the earlier: the simpler head, the stronger penalty.
  const { config, temperature, logits } = trials.reduce((a, b) => (b.loss < a.loss ? b : a))
  if (rows.length < matrix.rows) return { config, temperature, outOfFold: null }
  const outOfFold = new Float32Array(matrix.rows * classes)
  for (const [at, row] of rows.entries())
    outOfFold.set(logits.subarray(at * classes, (at + 1) * classes), row * classes)
  return { config, temperature, outOfFold }
}

/** A head of this kind, in terms of raw embeddings. */
export function fitConfig(
  matrix: Matrix,
  targets: Targets,
  config: HeadConfig,
  isBalanced: boolean,
  report = noReport,
): LinearHead | NeighbourHead {
  if (config.kind === 'knn') return fitNeighbours(matrix, targets, config.neighbours)
  if (config.kind === 'words' && config.l2 === null) return headOfWords(config.prior)
  const scaling = measureScaling(matrix)
  const scaled = scale(matrix, scaling)
  const parameters =
    config.kind === 'nearest-mean'
      ? fitNearestMean(scaled, targets)
      : fitLogistic(scaled, targets, { ...penaltyOf(config, scaling), isBalanced, report }).parameters
  return foldScaling(parameters, targets.classes, scaling)
}

/** Where there is too little to choose by. */
function configForFew(mode: HeadMode, prior: WordsPrior | null, rows: number): HeadConfig {
  if (prior !== null) return words(prior, rows === 0 ? null : firmWordsL2)
  return mode === 'single' ? nearestMean : linear(strongestL2)
}

/** From simple to elaborate. Means and neighbours know no "none of these", which one-vs-rest needs. */
function configsFor({ mode, classes }: Targets, rows: number, prior: WordsPrior | null): HeadConfig[] {
  if (prior !== null) return [null, ...wordsL2Grid].map((l2) => words(prior, l2))
  const penalties = l2Grid.map(linear)
  if (mode === 'multi') return penalties
  const neighbours = rows <= maxNeighboursPerClass * classes ? [knn(1), knn(5)] : []
  return [nearestMean, ...neighbours, ...penalties]
}
