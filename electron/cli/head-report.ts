// The metrics of a head as lines of text.
import type { HeadMetrics } from '../contract/learning.ts'

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const cell = (share: number | null): string => (share === null ? '-' : share.toFixed(3)).padStart(10)

/** Totals, a table of classes, and the pairs of classes that are confused most. */
export function describeMetrics(metrics: HeadMetrics, evaluation: string): string[] {
  const { photos, accuracy, top5, calibrationError, perClass, confusion } = metrics
  const width = Math.max(5, ...perClass.map(({ name }) => name.length))
  const confused = confusion
    .flatMap((row, truth) => row.map((count, predicted) => ({ count, truth, predicted })))
    .filter(({ count, truth, predicted }) => truth !== predicted && count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 5)
  const nameOf = (c: number) => perClass[c]?.name ?? ''
  return [
    `${photos} photos (${evaluation}): accuracy ${percent(accuracy)}, top-5 ${percent(top5)}, calibration error ${percent(calibrationError)}`,
    `${'class'.padEnd(width)}${['photos', 'precision', 'recall', 'F1'].map((title) => title.padStart(10)).join('')}`,
    ...perClass.map(
      ({ name, examples, precision, recall, f1 }) =>
        name.padEnd(width) + String(examples).padStart(10) + cell(precision) + cell(recall) + cell(f1),
    ),
    ...confused.map(
      ({ count, truth, predicted }) => `${count} of ${nameOf(truth)} taken for ${nameOf(predicted)}`,
    ),
  ]
}
