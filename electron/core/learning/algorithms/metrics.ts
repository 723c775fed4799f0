// How good predictions are: accuracy, top-5, per-class precision, recall and F1, confusion matrix, calibration.
import type { HeadMetrics } from '../../../contract/heads.ts'
import { bestClasses } from './apply-head.ts'
import { expectedCalibrationError } from './calibration.ts'
import type { Targets } from './logistic-regression.ts'

/** A class counts as predicted in multi mode from this probability on. */
const threshold = 0.5

/** Metrics of probabilities [rows, classes]. In multi mode `accuracy` is the share of judged labels that are right. */
export function computeMetrics(
  probabilities: Float32Array,
  targets: Targets,
  classNames: readonly string[],
): HeadMetrics {
  const { classes, mode, values } = targets
  const photos = values.length / classes
  const confusion = classNames.map(() => new Array<number>(classes).fill(0))
  const counts = classNames.map((name) => ({ name, examples: 0, predicted: 0, hits: 0 }))
  let [right, judged, rightInFive] = [0, 0, 0]
  for (let at = 0; at < values.length; at += classes) {
    const best = bestClasses(probabilities, at, classes, 5)
    const first = best[0]?.classIndex ?? 0
    for (let c = 0; c < classes; c++) {
      const [target, count] = [values[at + c], counts[c]]
      if (target === -1 || target === undefined || count === undefined) continue
      const isPredicted = mode === 'single' ? c === first : (probabilities[at + c] ?? 0) >= threshold
      if (isPredicted) count.predicted += 1
      if (target === 1) {
        count.examples += 1
        if (isPredicted) count.hits += 1
        if (best.some(({ classIndex }) => classIndex === c)) rightInFive += 1
        const row = confusion[c]
        if (row !== undefined) row[first] = (row[first] ?? 0) + 1
      }
      if (mode === 'multi' || target === 1) {
        judged += 1
        if (isPredicted === (target === 1)) right += 1
      }
    }
  }
  const examples = counts.reduce((sum, count) => sum + count.examples, 0)
  return {
    photos,
    accuracy: ratio(right, judged),
    top5: ratio(rightInFive, examples),
    calibrationError: expectedCalibrationError(probabilities, targets),
    perClass: counts.map(({ name, examples: truth, predicted, hits }) => ({
      name,
      examples: truth,
      precision: predicted === 0 ? null : hits / predicted,
      recall: truth === 0 ? null : hits / truth,
      f1: truth + predicted === 0 ? null : (2 * hits) / (truth + predicted),
    })),
    confusion,
  }
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
