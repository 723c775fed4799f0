// Postprocessing: from logits to the best labels with their scores.
import type { Activation, ModelScores } from '../../models/config/scores.ts'

/** How a row of outputs becomes scores. */
export type ScoringRule = Pick<ModelScores, 'temperature'> &
  Partial<Pick<ModelScores, 'isProbability' | 'thresholds'>> & { readonly activation: Activation }

export interface TopClass {
  /** Of several classes with one name the first. */
  readonly classIndex: number
  /** Probability 0..1: over all classes (softmax), or of this class alone (sigmoid); of classes with one name their sum. */
  readonly score: number
}

/** Returns for each class the first one that has its name: of a model with fine classes several may share one. */
export function firstOfName(names: readonly string[]): Int32Array {
  const first = new Map<string, number>()
  return Int32Array.from(names, (name, index) => {
    const known = first.get(name)
    if (known === undefined) first.set(name, index)
    return known ?? index
  })
}

/** How many labels of one photo are kept at most, where thresholds and not a number decide. */
const maxFound = 100

/**
 * The k best of one row of logits as probabilities, or all that reach their threshold, best first; ties go to the lower class index. Classes with one name
 * are added before the best are chosen, so that a name counts in full, however many classes share it.
 * @param logits [N, classes] row-major
 * @param row which of the N rows
 * @param firsts for each class the first one of its name, as firstOfName returns it
 */
export function topK(
  logits: Float32Array,
  row: number,
  firsts: Int32Array,
  k: number,
  rule: ScoringRule,
): TopClass[] {
  const scores = scoresOf(logits, row * firsts.length, firsts, rule)
  const thresholds = rule.thresholds ?? null
  const most = thresholds === null ? k : maxFound
  const best: TopClass[] = []
  for (let classIndex = 0; classIndex < scores.length; classIndex++) {
    if (firsts[classIndex] !== classIndex) continue
    const score = scores[classIndex] ?? 0
    if (thresholds !== null && score < (thresholds[classIndex] ?? 0)) continue
    if (best.length === most && !(score > (best.at(-1)?.score ?? 0))) continue
    let rank = best.length
    while (rank > 0 && score > (best[rank - 1]?.score ?? 0)) rank--
    best.splice(rank, 0, { classIndex, score })
    if (best.length > most) best.pop()
  }
  return best
}

/** The probability of each name at the place of its first class. Where no logit is a number, no score is one either. */
function scoresOf(
  logits: Float32Array,
  offset: number,
  firsts: Int32Array,
  { activation, temperature, isProbability = false }: ScoringRule,
): Float64Array {
  const scores = new Float64Array(firsts.length)
  if (isProbability) {
    for (let c = 0; c < firsts.length; c++) {
      const first = firsts[c] ?? c
      scores[first] = (scores[first] ?? 0) + (logits[offset + c] ?? 0)
    }
    return scores.map((score) => Math.min(1, score))
  }
  let max = -Infinity
  for (let c = 0; c < firsts.length; c++) max = Math.max(max, at(logits, offset + c))
  let sum = 0
  const isShared = activation === 'softmax' || max === -Infinity
  for (let c = 0; c < firsts.length; c++) {
    const logit = at(logits, offset + c)
    const power = Math.exp((logit - max) / temperature)
    sum += power
    const first = firsts[c] ?? c
    scores[first] = (scores[first] ?? 0) + (isShared ? power : 1 / (1 + Math.exp(-logit / temperature)))
  }
  // Sums of rounded or independent probabilities may come out above one.
  return scores.map((score) => Math.min(1, isShared ? score / sum : score))
}

/** NaN would compare false with everything and hide; -Infinity sorts last. */
function at(logits: Float32Array, index: number): number {
  const value = logits[index]
  return value === undefined || Number.isNaN(value) ? -Infinity : value
}
