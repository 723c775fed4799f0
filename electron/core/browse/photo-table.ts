// Photos in memory, by columns: predictions, annotations, and what of them shows. A photo's number is its row.
import type { PhotoState } from '../../contract/browse.ts'
import type { PhotoColumns, TopColumns } from '../store/columns.ts'
import { standardRule, type DecisionRule } from '../domain/decision-rule.ts'
import { stateOf } from '../domain/photo-state.ts'
import { createMerged, type RuleSet } from '../domain/rule-set.ts'
import { SuggestionPool } from './suggestion-pool.ts'
import { grown } from './typed-arrays.ts'

/** The annotations of one photo, as numbers of labels. */
export interface AnnotatedLabels {
  readonly all: ReadonlySet<number>
  readonly confirmed: readonly number[]
  readonly rejected: readonly number[]
  /** Whether the image was edited since one of them was said. */
  readonly isChanged: boolean
}

/** In the order of their codes. */
export const photoStates: readonly PhotoState[] = [
  'unlabelled',
  'suggested',
  'confirmed',
  'rejected',
  'failed',
  'skipped',
]
export const stateCode = Object.fromEntries(photoStates.map((state, code) => [state, code])) as Record<
  PhotoState,
  number
>
const outcome = { none: 0, labelled: 1, failed: 2 } as const
/** Of a photo without a visible suggestion. */
export const noScore = -1

export class PhotoTable {
  /** One more than the highest number; no photo has number 0, which means none. */
  size = 1
  readonly pool = new SuggestionPool()
  readonly #annotated = new Map<number, AnnotatedLabels>()
  /** 1 for each photo in it: at a million photos, asking the map for each takes longer than all else. */
  #isAnnotated = new Uint8Array(1)
  /** NaN where unknown. */
  takenAtMs = Float64Array.of(Number.NaN)
  /** The state, regardless of problems of its files. */
  state = new Uint8Array(1)
  /** Of the best visible suggestion, or `noScore`; so too where what the user confirmed settles the photo. */
  bestScore = Float64Array.of(noScore)
  /** Between the best visible suggestion and the next one that is not annotated, or `noScore`. */
  margin = Float64Array.of(noScore)
  /** 1 where the best visible suggestion is too unsure to count as one. */
  isUncertain = new Uint8Array(1)
  /** What the user said, and one more: 0 where that is nothing. */
  ownStars = new Uint8Array(1)
  /** What the user said, and two more: 0 where that is nothing. */
  ownFlag = new Uint8Array(1)
  /** By variant: from which scores labels count. */
  decisionRules: ReadonlyMap<number, DecisionRule> = new Map()
  /** By model: 1 for each photo that it has labelled or failed on. */
  readonly #seen = new Map<number, Uint8Array>()
  #outcome = new Uint8Array(1)
  #variant = new Int32Array(1)
  #outcomeAtMs = new Float64Array(1)
  /** 1 for photos that show the predictions of a head. */
  #isOfHead = new Uint8Array(1)
  readonly #merged = createMerged()

  grow(size: number): void {
    if (size <= this.size) return
    this.size = size
    this.pool.grow(size)
    this.takenAtMs = grown(this.takenAtMs, size, Number.NaN)
    this.state = grown(this.state, size)
    this.bestScore = grown(this.bestScore, size, noScore)
    this.margin = grown(this.margin, size, noScore)
    this.isUncertain = grown(this.isUncertain, size)
    this.#isAnnotated = grown(this.#isAnnotated, size)
    this.ownStars = grown(this.ownStars, size)
    this.ownFlag = grown(this.ownFlag, size)
    this.#isOfHead = grown(this.#isOfHead, size)
    this.#outcome = grown(this.#outcome, size)
    this.#variant = grown(this.#variant, size)
    this.#outcomeAtMs = grown(this.#outcomeAtMs, size)
  }

  /**
   * Reads the columns of the photos `from` to `to`, both inclusive. `labelOf` maps labels of the store to numbers in
   * memory.
   */
  put(from: number, to: number, columns: PhotoColumns, labelOf: (labelId: number) => number): void {
    this.grow(to + 1)
    this.#outcome.fill(outcome.none, from, to + 1)
    this.#variant.fill(0, from, to + 1)
    this.takenAtMs.fill(Number.NaN, from, to + 1)
    for (let id = from; id <= to; id++) {
      this.pool.clear(id)
      if (this.#isAnnotated[id] === 1) this.#annotated.delete(id)
    }
    this.#isAnnotated.fill(0, from, to + 1)
    this.#putRated(from, to, columns.rated)
    const { dated } = columns
    for (let i = 0; i < dated.photoIds.length; i++)
      this.takenAtMs[dated.photoIds[i] ?? 0] = dated.takenAtMs[i] ?? Number.NaN
    this.#putOutcomes(from, to, columns)
    // The head replaces the model for every photo that it has predictions for.
    for (const { variantId, model, head } of columns.variants) {
      this.#putTop(variantId, model, 0, labelOf)
      this.#putTop(variantId, head, 1, labelOf)
    }
    this.#putAnnotated(columns.annotated, labelOf)
  }

  #putRated(from: number, to: number, { photoIds, stars, flags }: PhotoColumns['rated']): void {
    this.ownStars.fill(0, from, to + 1)
    this.ownFlag.fill(0, from, to + 1)
    for (const [i, id] of photoIds.entries()) {
      const [ofStars, ofFlag] = [stars[i] ?? null, flags[i] ?? null]
      if (ofStars !== null) this.ownStars[id] = ofStars + 1
      if (ofFlag !== null) this.ownFlag[id] = ofFlag + 2
    }
  }

  /** A photo shows the predictions of the variant that labelled it last; a failure counts only where none did. */
  #putOutcomes(from: number, to: number, { variants }: PhotoColumns): void {
    for (const seen of this.#seen.values()) seen.fill(0, from, to + 1)
    for (const { variantId, modelId, photoIds, isLabelled, atMs } of variants) {
      const seen = grown(this.#seen.get(modelId) ?? new Uint8Array(0), this.size)
      this.#seen.set(modelId, seen)
      for (let i = 0; i < photoIds.length; i++) {
        const id = photoIds[i] ?? 0
        seen[id] = 1
        const at = atMs[i] ?? 0
        const code = isLabelled[i] === 1 ? outcome.labelled : outcome.failed
        const known = this.#outcome[id]
        const isBetter =
          known === outcome.none ||
          (code === known ? at >= (this.#outcomeAtMs[id] ?? 0) : code === outcome.labelled)
        if (!isBetter) continue
        this.#outcome[id] = code
        this.#variant[id] = variantId
        this.#outcomeAtMs[id] = at
      }
    }
  }

  #putTop(
    variantId: number,
    { photoIds, labelIds, scores }: TopColumns,
    isOfHead: 0 | 1,
    labelOf: (labelId: number) => number,
  ): void {
    for (let end, start = 0; start < photoIds.length; start = end) {
      const id = photoIds[start] ?? 0
      for (end = start + 1; photoIds[end] === id; end++);
      if (this.#variant[id] !== variantId || this.#outcome[id] !== outcome.labelled) continue
      this.#isOfHead[id] = isOfHead
      this.pool.put(id, labelIds, scores, start, end, labelOf)
    }
  }

  #putAnnotated(
    { photoIds, labelIds, isConfirmed, isChanged }: PhotoColumns['annotated'],
    labelOf: (labelId: number) => number,
  ): void {
    for (const [i, id] of photoIds.entries()) {
      const label = labelOf(labelIds[i] ?? 0)
      const known = this.annotatedOf(id)
      // Two spellings of one label on a photo are one label; confirmed goes before rejected.
      const confirmed = known?.confirmed ?? []
      const rejected = (known?.rejected ?? []).filter((one) => isConfirmed[i] !== 1 || one !== label)
      const isNew = !confirmed.includes(label) && !rejected.includes(label)
      const updated =
        isConfirmed[i] === 1
          ? { confirmed: isNew ? [...confirmed, label] : confirmed, rejected }
          : { confirmed, rejected: isNew ? [...rejected, label] : rejected }
      this.#isAnnotated[id] = 1
      this.#annotated.set(id, {
        ...updated,
        all: new Set([...updated.confirmed, ...updated.rejected]),
        isChanged: isChanged[i] === 1 || known?.isChanged === true,
      })
    }
  }

  /** Applies the rules to the photos `from` to `to`, both inclusive. */
  evaluate(from: number, to: number, rules: RuleSet): void {
    for (let id = from; id <= to; id++) {
      const annotated = this.annotatedOf(id) ?? null
      const { pool } = this
      const merged = this.#merged
      rules.merge(
        merged,
        pool.classes,
        pool.scores,
        pool.startOf(id),
        pool.countOf(id),
        annotated?.all ?? null,
      )
      const isConfirmed = annotated !== null && annotated.confirmed.length > 0
      const decision = this.#decisionOf(id)
      rules.weigh(merged, decision, isConfirmed)
      pool.show(id, merged)
      let best = noScore
      let next = 0
      for (let i = 0; i < merged.count; i++) {
        const score = merged.scores[i] ?? 0
        if (best === noScore) {
          if (merged.isVisible[i] !== 1) continue
          best = score
          this.isUncertain[id] = merged.isWeak[i] ?? 0
        } else if (merged.isOpen[i] === 1) {
          next = score
          break
        }
      }
      const isSettled = best === noScore || (isConfirmed && !decision.isMultiLabel)
      this.bestScore[id] = isSettled ? noScore : best
      this.margin[id] = isSettled ? noScore : best - next
      if (isSettled) this.isUncertain[id] = 0
      const state = stateOf(null, {
        isConfirmed,
        hasSuggestion: best !== noScore,
        isRejected: annotated !== null && annotated.rejected.length > 0,
        isFailed: this.#outcome[id] === outcome.failed,
      })
      this.state[id] = stateCode[state]
    }
  }

  /** What the user said of the photo. */
  annotatedOf(id: number): AnnotatedLabels | undefined {
    return this.#isAnnotated[id] === 1 ? this.#annotated.get(id) : undefined
  }

  /** The variant whose predictions the photo shows, by its number; 0: none. */
  variantOf(id: number): number {
    return this.#variant[id] ?? 0
  }

  /** Returns 1 for each photo that the model has labelled or failed on. */
  seenBy(modelId: number): Uint8Array {
    return this.#seen.get(modelId) ?? new Uint8Array(0)
  }

  #decisionOf(id: number): DecisionRule {
    if (this.#isOfHead[id] === 1) return standardRule
    return this.decisionRules.get(this.#variant[id] ?? 0) ?? standardRule
  }

  isConfirmed(id: number, isWanted: Uint8Array): boolean {
    return this.annotatedOf(id)?.confirmed.some((label) => isWanted[label] === 1) === true
  }

  /** Returns the best score of the wanted labels that count as suggestions of the photo, or `noScore`. */
  suggestedScore(id: number, isWanted: Uint8Array): number {
    const { pool } = this
    const end = pool.startOf(id) + pool.visibleCountOf(id)
    for (let i = pool.startOf(id); i < end; i++)
      if (isWanted[pool.visible[i] ?? 0] === 1 && pool.isWeak[i] === 0)
        return pool.visibleScores[i] ?? noScore
    return noScore
  }

  /** Whether a wanted label is confirmed or suggested. */
  hasLabel(id: number, isWanted: Uint8Array): boolean {
    return this.isConfirmed(id, isWanted) || this.suggestedScore(id, isWanted) !== noScore
  }
}
