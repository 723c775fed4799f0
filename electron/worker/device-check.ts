// Whether a device computes what the CPU does: some return other numbers without an error.
import type { Precision } from '../contract/domain.ts'

/**
 * How far the logits of one picture may lie from the CPU's, as a share of the CPU's range. Sums in another order differ by
 * less in each precision; a wrong operator or a lost scale by far more.
 */
const tolerances: Readonly<Record<Precision, number>> = { fp32: 0.01, fp16: 0.03, int8: 0.1 }

/** The largest difference as a share of the CPU's range; infinite where a value is no number or the lengths differ. */
export function deviationOf(logits: Float32Array, onCpu: Float32Array): number {
  if (logits.length !== onCpu.length) return Infinity
  let [least, most, largest] = [Infinity, -Infinity, 0]
  for (const [index, expected] of onCpu.entries()) {
    least = Math.min(least, expected)
    most = Math.max(most, expected)
    const difference = Math.abs((logits[index] ?? NaN) - expected)
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  // A single class has no range of its own.
  return largest / Math.max(most - least, Math.abs(most), 1e-6)
}

/** Whether numbers that lie so far from the CPU's are others. */
export const isDeviating = (deviation: number, precision: Precision): boolean =>
  !(deviation <= tolerances[precision])
