// Labels that are likely wrong: confident learning (Northcutt et al. 2021) on predictions by heads that had not seen them.
export interface LabelError {
  readonly row: number
  readonly given: number
  readonly likely: number
  /** Out-of-fold probability of the given and of the likely class. */
  readonly givenScore: number
  readonly likelyScore: number
  /** Whether the likely class is as probable as it usually is for photos that truly have it. */
  readonly isConfident: boolean
}

/**
 * Every row in the order of how likely its label is wrong.
 * @param probabilities [rows, classes], out of fold
 * @param given the class that a person gave each row
 */
export function rankLabelErrors(
  probabilities: Float32Array,
  given: readonly number[],
  classes: number,
): LabelError[] {
  const sums = new Float64Array(classes)
  const counts = new Float64Array(classes)
  for (const [row, c] of given.entries()) {
    sums[c] = (sums[c] ?? 0) + (probabilities[row * classes + c] ?? 0)
    counts[c] = (counts[c] ?? 0) + 1
  }
  const usual = sums.map((sum, c) => sum / Math.max(1, counts[c] ?? 0))
  const errors = given.map((truth, row): LabelError => {
    let likely = truth === 0 ? Math.min(1, classes - 1) : 0
    for (let c = 0; c < classes; c++) {
      const isMore = (probabilities[row * classes + c] ?? 0) > (probabilities[row * classes + likely] ?? 0)
      if (c !== truth && isMore) likely = c
    }
    const likelyScore = probabilities[row * classes + likely] ?? 0
    const isConfident = likelyScore >= (usual[likely] ?? 1)
    const givenScore = probabilities[row * classes + truth] ?? 0
    return { row, given: truth, likely, givenScore, likelyScore, isConfident }
  })
  return errors.sort((a, b) => a.givenScore - a.likelyScore - (b.givenScore - b.likelyScore))
}
