// Tries heads on rows that they have not seen: five folds, stratified, the same for the same seed.
import { computeLogits } from './apply-head.ts'
import { calibrate, type Calibration } from './calibration.ts'
import type { HeadChoice } from './head-choice.ts'
import type { Matrix } from './linear-pass.ts'
import { fitLogistic, type Targets } from './logistic-regression.ts'
import { fitNearestMean } from './nearest-mean.ts'
import { fitNeighbours, neighbourLogits } from './nearest-neighbours.ts'
import { noReport, type Report } from './report.ts'
import { foldScaling, measureScaling, scale, type Scaling } from './scaling.ts'
import { strataOf, stratifiedFolds, takeRows, takeTargets } from './split.ts'

export interface Trial extends Calibration {
  readonly choice: HeadChoice
  /** [rows, classes], each row by a head that was fitted without the row's fold. */
  readonly logits: Float32Array
}

export interface TrialOptions {
  readonly seed: number
  /** Gives rare classes the same weight as frequent ones. */
  readonly isBalanced?: boolean
  readonly report?: Report
}

const folds = 5
/** A weaker penalty with so many times the least loss ends the search: the rest would only take longer. */
const clearlyWorse = 1.01

/** What is kept of one fold: the rows to fit, raw and scaled, and the rows to try. */
interface Part {
  readonly raw: Matrix
  readonly scaled: Matrix
  readonly scaling: Scaling
  readonly targets: Targets
  readonly outside: readonly number[]
  readonly test: Matrix
  /** Where the fit before ended, and the next one starts. */
  start: Float64Array | null
}

export function crossValidate(
  matrix: Matrix,
  targets: Targets,
  choices: readonly HeadChoice[],
  { seed, isBalanced = true, report = noReport }: TrialOptions,
): Trial[] {
  const { classes } = targets
  const parts = makeParts(matrix, targets, seed)
  const foreseeable = withoutLoners(targets)
  const trials: Trial[] = []
  let leastLoss = Infinity
  for (const [at, choice] of choices.entries()) {
    const logits = new Float32Array(matrix.rows * classes)
    for (const [fold, part] of parts.entries()) {
      report('choosing the head', (at + fold / folds) / choices.length)
      const found = tryPart(part, choice, isBalanced)
      for (const [i, row] of part.outside.entries())
        logits.set(found.subarray(i * classes, (i + 1) * classes), row * classes)
    }
    const calibration = calibrate(logits, foreseeable)
    trials.push({ choice, logits, ...calibration })
    if (choice.kind !== 'linear') continue
    if (calibration.loss > leastLoss * clearlyWorse) break
    leastLoss = Math.min(leastLoss, calibration.loss)
  }
  return trials
}

/** Logits [rows, classes] of each row by a head of this kind that was fitted without the row's fold. */
export function predictOutOfFold(
  matrix: Matrix,
  targets: Targets,
  choice: HeadChoice,
  options: TrialOptions,
): Float32Array {
  const [trial] = crossValidate(matrix, targets, [choice], options)
  return trial?.logits ?? new Float32Array()
}

/** Nothing is said of photos that are alone in their class: a head that has not seen them cannot know it. */
function withoutLoners({ mode, classes, values }: Targets): Targets {
  const examples = new Uint32Array(classes)
  for (const [at, value] of values.entries())
    if (value === 1) examples[at % classes] = (examples[at % classes] ?? 0) + 1
  return {
    mode,
    classes,
    values: values.map((value, at) => (value === 1 && examples[at % classes] === 1 ? -1 : value)),
  }
}

function makeParts(matrix: Matrix, targets: Targets, seed: number): Part[] {
  const foldOf = stratifiedFolds(strataOf(targets), folds, seed)
  return Array.from({ length: folds }, (_, fold) => {
    const inside = [...foldOf.keys()].filter((row) => foldOf[row] !== fold)
    const outside = [...foldOf.keys()].filter((row) => foldOf[row] === fold)
    const raw = takeRows(matrix, inside)
    const scaling = measureScaling(raw)
    return {
      ...{ raw, scaling, scaled: scale(raw, scaling), targets: takeTargets(targets, inside) },
      ...{ outside, test: takeRows(matrix, outside), start: null },
    }
  })
}

function tryPart(part: Part, choice: HeadChoice, isBalanced: boolean): Float32Array {
  const { targets, scaled, scaling, test } = part
  if (choice.kind === 'knn') return neighbourLogits(fitNeighbours(part.raw, targets, choice.neighbours), test)
  let parameters: Float64Array
  if (choice.kind === 'linear') {
    const gradientTolerance = 1e-2 / targets.classes
    const start = part.start === null ? {} : { start: part.start }
    parameters = fitLogistic(scaled, targets, {
      ...start,
      l2: choice.l2,
      isBalanced,
      gradientTolerance,
    }).parameters
    part.start = parameters
  } else parameters = fitNearestMean(scaled, targets)
  return computeLogits(foldScaling(parameters, targets.classes, scaling), test)
}

/** Share of rows whose best class is right; in multi mode of judged labels that are. */
export function shareRight(logits: Float32Array, { mode, classes, values }: Targets): number {
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
