// Photos in memory, by columns: what models and people said, and what of it shows. A photo's number is its row.
import type { PhotoState } from '../../contract/browse.ts'
import type { PhotoColumns, TopColumns } from '../store/columns.ts'
import { stateOf } from './photo-state.ts'
import { createMerged, type RuleSet } from './rule-set.ts'
import { SuggestionPool } from './suggestion-pool.ts'
import { grown } from './typed-arrays.ts'

/** What people said of one photo, as numbers of labels. */
export interface Judged {
  readonly all: ReadonlySet<number>
  readonly confirmed: readonly number[]
  readonly rejected: readonly number[]
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
/** Of a photo for which nothing shows. */
export const noScore = -1

export class PhotoTable {
  /** One more than the highest number; no photo has number 0, which stands for none. */
  size = 1
  readonly pool = new SuggestionPool()
  readonly judged = new Map<number, Judged>()
  /** NaN where it is not known. */
  takenAtMs = Float64Array.of(Number.NaN)
  /** The state, problems of its files left aside. */
  state = new Uint8Array(1)
  /** Of the best suggestion that shows, or `noScore`. */
  bestScore = Float64Array.of(noScore)
  /** Between the best suggestion that shows and the next one that nobody judged, or `noScore`. */
  margin = Float64Array.of(noScore)
  /** By model: 1 for each photo that it has looked at, whatever came of it. */
  readonly #seen = new Map<number, Uint8Array>()
  #outcome = new Uint8Array(1)
  #variant = new Int32Array(1)
  #outcomeAtMs = new Float64Array(1)
  readonly #merged = createMerged()

  grow(size: number): void {
    if (size <= this.size) return
    this.size = size
    this.pool.grow(size)
    this.takenAtMs = grown(this.takenAtMs, size, Number.NaN)
    this.state = grown(this.state, size)
    this.bestScore = grown(this.bestScore, size, noScore)
    this.margin = grown(this.margin, size, noScore)
    this.#outcome = grown(this.#outcome, size)
    this.#variant = grown(this.#variant, size)
    this.#outcomeAtMs = grown(this.#outcomeAtMs, size)
  }

  /** Takes over all that is known of the photos `from` up to and with `to`. `labelOf` turns numbers of the store into ours. */
  put(from: number, to: number, columns: PhotoColumns, labelOf: (labelId: number) => number): void {
    this.grow(to + 1)
    this.#outcome.fill(outcome.none, from, to + 1)
    this.#variant.fill(0, from, to + 1)
    this.takenAtMs.fill(Number.NaN, from, to + 1)
    for (let id = from; id <= to; id++) {
      this.pool.clear(id)
      if (this.judged.size > 0) this.judged.delete(id)
    }
    const { dated } = columns
    for (let i = 0; i < dated.photoIds.length; i++)
      this.takenAtMs[dated.photoIds[i] ?? 0] = dated.takenAtMs[i] ?? Number.NaN
    this.#putOutcomes(from, to, columns)
    // The model steps back for every photo that the head has seen.
    for (const { variantId, model, head } of columns.variants) {
      this.#putTop(variantId, model, labelOf)
      this.#putTop(variantId, head, labelOf)
    }
    this.#putJudged(columns.judged, labelOf)
  }

  /** The variant that labelled a photo last speaks for it; only where none did, a failure counts. */
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
    labelOf: (labelId: number) => number,
  ): void {
    for (let end, start = 0; start < photoIds.length; start = end) {
      const id = photoIds[start] ?? 0
      for (end = start + 1; photoIds[end] === id; end++);
      if (this.#variant[id] !== variantId || this.#outcome[id] !== outcome.labelled) continue
      this.pool.put(id, labelIds, scores, start, end, labelOf)
    }
  }

  #putJudged(
    { photoIds, labelIds, isConfirmed }: PhotoColumns['judged'],
    labelOf: (labelId: number) => number,
  ): void {
    for (const [i, id] of photoIds.entries()) {
      const label = labelOf(labelIds[i] ?? 0)
      const { confirmed, rejected } = this.judged.get(id) ?? { confirmed: [], rejected: [] }
      const said =
        isConfirmed[i] === 1
          ? { confirmed: [...confirmed, label], rejected }
          : { confirmed, rejected: [...rejected, label] }
      this.judged.set(id, { ...said, all: new Set([...said.confirmed, ...said.rejected]) })
    }
  }

  /** Works out again what shows of the photos `from` up to and with `to`. */
  evaluate(from: number, to: number, rules: RuleSet): void {
    for (let id = from; id <= to; id++) {
      const judged = this.judged.get(id) ?? null
      const { pool } = this
      const merged = this.#merged
      rules.merge(merged, pool.classes, pool.scores, pool.startOf(id), pool.countOf(id), judged?.all ?? null)
      pool.show(id, merged)
      let best = noScore
      let next = 0
      for (let i = 0; i < merged.count; i++) {
        const score = merged.scores[i] ?? 0
        if (best === noScore) {
          if (merged.isVisible[i] === 1) best = score
        } else if (merged.isOpen[i] === 1) {
          next = score
          break
        }
      }
      this.bestScore[id] = best
      this.margin[id] = best === noScore ? noScore : best - next
      const state = stateOf(null, {
        isConfirmed: judged !== null && judged.confirmed.length > 0,
        hasSuggestion: best !== noScore,
        isRejected: judged !== null && judged.rejected.length > 0,
        isFailed: this.#outcome[id] === outcome.failed,
      })
      this.state[id] = stateCode[state]
    }
  }

  /** The variant that speaks for the photo, by its number; 0: none has looked at it. */
  variantOf(id: number): number {
    return this.#variant[id] ?? 0
  }

  /** 1 for each photo that the model has looked at. */
  seenBy(modelId: number): Uint8Array {
    return this.#seen.get(modelId) ?? new Uint8Array(0)
  }

  /** Whether a label that passes `test` shows for the photo: confirmed or suggested. */
  hasLabel(id: number, isWanted: Uint8Array): boolean {
    const confirmed = this.judged.get(id)?.confirmed
    if (confirmed?.some((label) => isWanted[label] === 1) === true) return true
    const { pool } = this
    const end = pool.startOf(id) + pool.visibleCountOf(id)
    for (let i = pool.startOf(id); i < end; i++) if (isWanted[pool.visible[i] ?? 0] === 1) return true
    return false
  }
}
