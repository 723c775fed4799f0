// The rules on predictions: renames, merges, hides. Pure; the one place that decides which suggestions show.
import type { Rules } from '../../contract/rules.ts'
import { leastShownScore, type DecisionRule } from './decision-rule.ts'
import { conceptOf } from './label-concept.ts'
import type { LabelNames } from './label-names.ts'

/** As many as a job may ask for. */
const maxTopK = 100
/** Instead of the number of a label. */
const hidden = -1
const itself = -2

/**
 * The suggestions of one photo under their own labels, best first. Reused from photo to photo, so that
 * 100,000 of them leave no garbage.
 */
export interface Merged {
  count: number
  readonly labels: Int32Array
  readonly scores: Float64Array
  /** Whether a suggestion shows: it passes its minimum, would not show as 0 %, and the user has not annotated it. */
  readonly isVisible: Uint8Array
  /** Whether the user has not annotated it. */
  readonly isOpen: Uint8Array
  /** Whether a suggestion does not count as one: it is not the best, or too unsure. Known after `weigh`. */
  readonly isWeak: Uint8Array
}

export const createMerged = (): Merged => ({
  count: 0,
  labels: new Int32Array(maxTopK),
  scores: new Float64Array(maxTopK),
  isVisible: new Uint8Array(maxTopK),
  isOpen: new Uint8Array(maxTopK),
  isWeak: new Uint8Array(maxTopK),
})

export interface RuleSet {
  /**
   * Applies the rules to the stored suggestions `from` up to `from + count`. Scores of classes that lead to one label, or
   * share a name as ImageNet's two cranes do, are added. An annotated label does not show, nor does one all of whose
   * classes are annotated.
   */
  merge(
    merged: Merged,
    classes: ArrayLike<number>,
    scores: ArrayLike<number>,
    from: number,
    count: number,
    annotated: ReadonlySet<number> | null,
  ): void
  /**
   * Tells the merged suggestions that count from those that are merely possible. A minimum that the user set goes before
   * that of the model. What the user confirmed settles a photo of one label.
   */
  weigh(merged: Merged, decision: DecisionRule, isConfirmed: boolean): void
}

/** @param leastScore what scores less does not show, whatever the rules say. */
export function createRuleSet(rules: Rules, names: LabelNames, leastScore = leastShownScore): RuleSet {
  const { targets, minScores, ownMinimums } = compile(rules, names)

  /** Adds a score to its label, or puts the label at the end. */
  const add = (merged: Merged, label: number, score: number, isOpen: boolean): void => {
    const { labels, scores } = merged
    let at = merged.count
    for (let i = 0; i < merged.count; i++) if (labels[i] === label) at = i
    if (at === merged.count) {
      merged.count++
      scores[at] = 0
      merged.isOpen[at] = 0
    }
    labels[at] = label
    // Sums of rounded probabilities may come out above one.
    scores[at] = Math.min(1, (scores[at] ?? 0) + score)
    if (isOpen) merged.isOpen[at] = 1
  }

  return {
    merge(merged, classes, scores, from, count, annotated) {
      merged.count = 0
      for (let i = from; i < from + count; i++) {
        const own = classes[i] ?? 0
        const target = targets[own] ?? own
        const label = target === itself ? own : target
        if (label !== hidden) add(merged, label, scores[i] ?? 0, annotated?.has(own) !== true)
      }
      sortByScore(merged)
      for (let i = 0; i < merged.count; i++) {
        const label = merged.labels[i] ?? 0
        if (annotated?.has(label) === true) merged.isOpen[i] = 0
        const minScore = Math.max(leastScore, minScores[label] ?? rules.minScore)
        merged.isVisible[i] = merged.isOpen[i] === 1 && (merged.scores[i] ?? 0) >= minScore ? 1 : 0
      }
    },
    weigh(merged, decision, isConfirmed) {
      const standard = rules.minScore > 0 ? rules.minScore : decision.minScore
      let isSettled = isConfirmed && !decision.isMultiLabel
      for (let i = 0; i < merged.count; i++) {
        const minScore = ownMinimums.get(merged.labels[i] ?? 0) ?? standard
        merged.isWeak[i] = isSettled || (merged.scores[i] ?? 0) < minScore ? 1 : 0
        if (merged.isVisible[i] === 1 && !decision.isMultiLabel) isSettled = true
      }
    },
  }
}

/** Returns the classes that these rules show under this label, each by one of its names. */
export function classesOf({ mapping }: Rules, name: string): string[] {
  const concept = conceptOf(name)
  const targets = new Map<string, string | null>(mapping.map(({ from, to }) => [conceptOf(from), to]))
  const renamed = mapping.flatMap(({ from, to }) => (to !== null && conceptOf(to) === concept ? [from] : []))
  return targets.has(concept) ? renamed : [name, ...renamed]
}

/** By the number of the label; labels that came later are not in the rules. Empty where there are no such rules. */
function compile(rules: Rules, names: LabelNames) {
  const mapping = rules.mapping.map(({ from, to }) => [
    names.idOf(from),
    to === null ? hidden : names.idOf(to),
  ])
  const perLabel = rules.perLabel.map(({ name, minScore }) => [names.idOf(name), minScore] as const)
  const targets = new Int32Array(mapping.length === 0 ? 0 : names.size).fill(itself)
  for (const [from = 0, to = 0] of mapping) targets[from] = to
  const minScores = new Float64Array(perLabel.length === 0 ? 0 : names.size).fill(rules.minScore)
  for (const [label, minScore] of perLabel) minScores[label] = minScore
  return { targets, minScores, ownMinimums: new Map(perLabel) }
}

/** Stable insertion sort: nearly always sorted already, and mostly five long. */
function sortByScore({ count, labels, scores, isOpen }: Merged): void {
  for (let i = 1; i < count; i++) {
    const label = labels[i] ?? 0
    const score = scores[i] ?? 0
    const open = isOpen[i] ?? 0
    let at = i
    for (; at > 0 && (scores[at - 1] ?? 0) < score; at--) {
      labels[at] = labels[at - 1] ?? 0
      scores[at] = scores[at - 1] ?? 0
      isOpen[at] = isOpen[at - 1] ?? 0
    }
    labels[at] = label
    scores[at] = score
    isOpen[at] = open
  }
}
