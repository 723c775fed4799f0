// From logits to the best classes.

export interface TopClass {
  readonly classIndex: number
  /** Softmax probability over all classes, 0..1. */
  readonly score: number
}

/**
 * Softmax over one row of logits and its k largest, best first; ties go to the lower class index.
 * @param logits [N, classes] row-major
 * @param row which of the N rows
 */
export function topK(logits: Float32Array, row: number, classes: number, k: number): TopClass[] {
  const offset = row * classes
  const best: number[] = []
  let max = -Infinity
  for (let c = 0; c < classes; c++) max = Math.max(max, at(logits, offset + c))
  let sum = 0
  for (let c = 0; c < classes; c++) {
    const logit = at(logits, offset + c)
    sum += Math.exp(logit - max)
    if (best.length === k && logit <= at(logits, offset + (best[k - 1] ?? 0))) continue
    let place = best.length
    while (place > 0 && logit > at(logits, offset + (best[place - 1] ?? 0))) place--
    best.splice(place, 0, c)
    if (best.length > k) best.pop()
  }
  return best.map((classIndex) => ({
    classIndex,
    score: Math.exp(at(logits, offset + classIndex) - max) / sum,
  }))
}

/** NaN would compare false with everything and hide; -Infinity sorts last. */
function at(logits: Float32Array, index: number): number {
  const value = logits[index]
  return value === undefined || Number.isNaN(value) ? -Infinity : value
}
