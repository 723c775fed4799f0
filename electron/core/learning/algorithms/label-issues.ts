// Label issues, that is labels that are likely wrong: confident learning (Northcutt et al. 2021) on out-of-fold predictions.
import type { Targets } from './logistic-regression.ts'

export interface RankedIssue {
  readonly row: number
  readonly given: number
  /** Null where no other class is likely. */
  readonly likely: number | null
  /** Out-of-fold probability of the given and of the likely class. */
  readonly givenScore: number
  readonly likelyScore: number
  /** What photos with the given label get on average. */
  readonly usual: number
}

/**
 * The rows in the order of how likely their label is wrong. A row that is alone in its class is left out: a head that has
 * not seen it cannot know the class, right or wrong.
 * @param probabilities [rows, classes], out of fold
 * @param given the class that the user gave each row
 */
export function rankLabelIssues(
  probabilities: Float32Array,
  given: readonly number[],
  classes: number,
): RankedIssue[] {
  const sums = new Float64Array(classes)
  const counts = new Float64Array(classes)
  for (const [row, c] of given.entries()) {
    sums[c] = (sums[c] ?? 0) + (probabilities[row * classes + c] ?? 0)
    counts[c] = (counts[c] ?? 0) + 1
  }
  const usual = sums.map((sum, c) => sum / Math.max(1, counts[c] ?? 0))
  const errors = given.flatMap((truth, row): RankedIssue[] => {
    if (counts[truth] === 1) return []
    let likely = truth === 0 ? Math.min(1, classes - 1) : 0
    for (let c = 0; c < classes; c++) {
      const isMore = (probabilities[row * classes + c] ?? 0) > (probabilities[row * classes + likely] ?? 0)
      if (c !== truth && isMore) likely = c
    }
    const likelyScore = probabilities[row * classes + likely] ?? 0
    const givenScore = probabilities[row * classes + truth] ?? 0
    return [{ row, given: truth, likely, givenScore, likelyScore, usual: usual[truth] ?? 0 }]
  })
  return errors.sort((a, b) => a.givenScore - a.likelyScore - (b.givenScore - b.likelyScore))
}

/**
 * Where photos have several labels: the given ones that a head which had not seen them would not give, the least likely
 * first; singleton classes are left out here too. `likely` is the best class that nobody gave, where the head would
 * give it.
 * @param probabilities [rows, classes], out of fold
 */
export function rankFalsePositives(probabilities: Float32Array, { classes, values }: Targets): RankedIssue[] {
  const sums = new Float64Array(classes)
  const counts = new Float64Array(classes)
  for (const [i, value] of values.entries()) {
    if (value !== 1) continue
    sums[i % classes] = (sums[i % classes] ?? 0) + (probabilities[i] ?? 0)
    counts[i % classes] = (counts[i % classes] ?? 0) + 1
  }
  const usual = sums.map((sum, c) => sum / Math.max(1, counts[c] ?? 0))
  const errors = [...values.keys()].flatMap((i): RankedIssue[] => {
    const givenScore = probabilities[i] ?? 0
    if (values[i] !== 1 || givenScore >= 0.5 || counts[i % classes] === 1) return []
    const [row, given] = [Math.floor(i / classes), i % classes]
    let likely: number | null = null
    for (let c = 0; c < classes; c++) {
      const score = probabilities[row * classes + c] ?? 0
      const isBetter = likely === null || score > (probabilities[row * classes + likely] ?? 0)
      if (values[row * classes + c] !== 1 && score >= 0.5 && isBetter) likely = c
    }
    const likelyScore = likely === null ? 0 : (probabilities[row * classes + likely] ?? 0)
    return [{ row, given, likely, givenScore, likelyScore, usual: usual[given] ?? 0 }]
  })
  return errors.sort((a, b) => a.givenScore - b.givenScore || a.row - b.row)
}
