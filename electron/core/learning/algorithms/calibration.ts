// Calibration: one temperature that makes probabilities mean what they say (Guo et al. 2017), and the error that is left.
import type { Targets } from './logistic-regression.ts'
import { toProbabilities } from './apply-head.ts'

const [lowest, highest] = [Math.log(0.02), Math.log(50)]
const golden = (Math.sqrt(5) - 1) / 2

export interface Calibration {
  readonly temperature: number
  /** Mean negative log-likelihood of a row, in nats, at this temperature. */
  readonly loss: number
}

/** The temperature with the least loss; logits [rows, classes] of photos not trained on. */
export function calibrate(logits: Float32Array, targets: Targets): Calibration {
  const lossAt = (logTemperature: number) => meanLoss(logits, targets, Math.exp(logTemperature))
  let [low, high] = [lowest, highest]
  // The loss has one minimum in the temperature, so golden-section search finds it.
  while (high - low > 1e-3) {
    const [left, right] = [high - golden * (high - low), low + golden * (high - low)]
    if (lossAt(left) < lossAt(right)) high = right
    else low = left
  }
  const logTemperature = (low + high) / 2
  return { temperature: Math.exp(logTemperature), loss: lossAt(logTemperature) }
}

function meanLoss(logits: Float32Array, { mode, classes, values }: Targets, temperature: number): number {
  const row = new Float32Array(classes)
  let loss = 0
  for (let at = 0; at < logits.length; at += classes) {
    row.set(logits.subarray(at, at + classes))
    toProbabilities(row, 0, classes, mode, temperature)
    for (let c = 0; c < classes; c++) {
      const [probability, target] = [row[c] ?? 0, values[at + c]]
      if (target === 1) loss -= Math.log(Math.max(probability, 1e-30))
      if (target === 0 && mode === 'multi') loss -= Math.log(Math.max(1 - probability, 1e-30))
    }
  }
  return (loss * classes) / logits.length
}

const maxBins = 15
/** Bins of fewer would show luck: 60 photos in 15 bins have an error above 10 % however well a head is calibrated. */
const minPerBin = 20

/**
 * Expected calibration error with 15 bins of equal width, or fewer for few photos, 0..1: how far confidence and accuracy
 * lie apart. In multi mode over every class that somebody judged.
 */
export function expectedCalibrationError(probabilities: Float32Array, targets: Targets): number {
  const { mode, classes, values } = targets
  const judged =
    mode === 'single'
      ? values.length / classes
      : values.reduce((count, value) => count + (value === -1 ? 0 : 1), 0)
  const length = Math.max(1, Math.min(maxBins, Math.floor(judged / minPerBin)))
  const bins = Array.from({ length }, () => ({ confidence: 0, hits: 0 }))
  const note = (confidence: number, isHit: boolean) => {
    const bin = bins[Math.min(length - 1, Math.floor(confidence * length))]
    if (bin === undefined) return
    bin.confidence += confidence
    bin.hits += isHit ? 1 : 0
  }
  for (let at = 0; at < probabilities.length; at += classes) {
    if (mode === 'single') {
      const row = probabilities.subarray(at, at + classes)
      const confidence = row.reduce((max, value) => Math.max(max, value), 0)
      note(confidence, values[at + row.indexOf(confidence)] === 1)
    } else {
      for (let i = at; i < at + classes; i++)
        if (values[i] !== -1) note(probabilities[i] ?? 0, values[i] === 1)
    }
  }
  return (
    bins.reduce((sum, { confidence, hits }) => sum + Math.abs(confidence - hits), 0) / Math.max(1, judged)
  )
}
