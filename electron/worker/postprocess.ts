// From logits to the best classes.
import type { ScoreRule } from '../../models/model-config.ts'

export interface TopClass {
  readonly classIndex: number
  /** Probability 0..1, over all classes or of each by itself, as the model's rule says. */
  readonly score: number
}

/**
 * The k largest of one row of logits as probabilities, best first; ties go to the lower class index.
 * @param logits [N, classes] row-major
 * @param row which of the N rows
 */
export function topK(
  logits: Float32Array,
  row: number,
  classes: number,
  k: number,
  { activation, temperature }: ScoreRule,
): TopClass[] {
  const offset = row * classes
  const best: number[] = []
  let max = -Infinity
  for (let c = 0; c < classes; c++) max = Math.max(max, at(logits, offset + c))
  let sum = 0
  for (let c = 0; c < classes; c++) {
    const logit = at(logits, offset + c)
    sum += Math.exp((logit - max) / temperature)
    if (best.length === k && logit <= at(logits, offset + (best[k - 1] ?? 0))) continue
    let place = best.length
    while (place > 0 && logit > at(logits, offset + (best[place - 1] ?? 0))) place--
    best.splice(place, 0, c)
    if (best.length > k) best.pop()
  }
  return best.map((classIndex) => {
    const logit = at(logits, offset + classIndex)
    // Where no logit is a number, no score is one either, with both.
    const score =
      activation === 'softmax' || max === -Infinity
        ? Math.exp((logit - max) / temperature) / sum
        : 1 / (1 + Math.exp(-logit / temperature))
    return { classIndex, score }
  })
}

/** NaN would compare false with everything and hide; -Infinity sorts last. */
function at(logits: Float32Array, index: number): number {
  const value = logits[index]
  return value === undefined || Number.isNaN(value) ? -Infinity : value
}
