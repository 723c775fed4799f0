// The photos under review: a list that stays as it was opened, while their labels are always the newest.
import { SvelteMap } from 'svelte/reactivity'
import type { PhotoCard, PhotoFilter, PhotoSort } from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { SuspectLabel } from '../../../../electron/contract/learning.ts'
import { ApiError, type Api } from '../../api.ts'

/** What to open: photos that pass a filter, or named ones in their order. */
export interface ReviewQuery {
  readonly filter: Partial<PhotoFilter>
  readonly sort: Partial<PhotoSort>
  /** For confirmed labels that are likely wrong: why. */
  readonly suspects: readonly SuspectLabel[]
}

const pageSize = 40

export class ReviewList {
  readonly #api: Api
  readonly #cards = new SvelteMap<number, PhotoCard>()
  readonly #loading = new SvelteMap<number, Promise<void>>()
  #viewId = ''
  // Kept to open the same list again, should the core let the view go.
  #photoIds: readonly (PhotoId | null)[] = []
  #suspects = $state.raw<ReadonlyMap<PhotoId, SuspectLabel>>(new SvelteMap())
  total = $state(0)

  constructor(api: Api) {
    this.#api = api
  }

  async open({ filter, sort, suspects }: ReviewQuery): Promise<void> {
    const { viewId, total } = await this.#api.browse.open({ filter, sort })
    const { photoIds } = await this.#api.browse.ids({ viewId, from: 0, to: total })
    this.#viewId = viewId
    this.#photoIds = photoIds
    this.#cards.clear()
    this.#loading.clear()
    this.#suspects = new SvelteMap(suspects.map((suspect) => [suspect.photoId, suspect]))
    this.total = total
    await this.load(0)
  }

  card = (index: number): PhotoCard | null => this.#cards.get(index) ?? null

  /** Why the label of this photo is likely wrong, where that is what is reviewed. */
  suspect = (photoId: PhotoId): SuspectLabel | null => this.#suspects.get(photoId) ?? null

  /** Makes sure that the card and its neighbours are there. */
  async load(index: number): Promise<void> {
    const pages = [index - pageSize / 2, index, index + pageSize / 2].map((at) => Math.floor(at / pageSize))
    const wanted = pages.filter((page) => page >= 0 && page * pageSize < this.total)
    await Promise.all(wanted.map((page) => this.#loadPage(page)))
  }

  /** Reads again what may have changed: all that is near, since that is what shows. */
  async refresh(index: number): Promise<void> {
    const from = Math.max(0, index - pageSize / 2)
    await this.#read(from, pageSize)
  }

  /** Reads one card again. */
  readonly refreshOne = (index: number): Promise<void> => this.#read(index, 1)

  /** The first index from `from` on whose photo no person has judged; null when there is none. */
  async nextOpen(from: number): Promise<number | null> {
    for (let index = from; index < this.total; index++) {
      if (this.card(index) === null) await this.load(index)
      const state = this.card(index)?.state
      if (state === 'suggested' || state === 'unlabelled') return index
    }
    return null
  }

  #loadPage(page: number): Promise<void> {
    const known = this.#loading.get(page)
    if (known !== undefined) return known
    const loaded = this.#read(page * pageSize, pageSize).catch((error: unknown) => {
      this.#loading.delete(page)
      throw error
    })
    this.#loading.set(page, loaded)
    return loaded
  }

  async #read(offset: number, limit: number): Promise<void> {
    const cards = await this.#window(offset, limit)
    cards.forEach((card, at) => this.#cards.set(offset + at, card))
  }

  async #window(offset: number, limit: number): Promise<PhotoCard[]> {
    try {
      return await this.#api.browse.window({ viewId: this.#viewId, offset, limit })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not-found') throw error
      const photoIds = this.#photoIds.filter((id) => id !== null)
      const { viewId } = await this.#api.browse.open({ filter: { photoIds }, sort: { by: 'given' } })
      this.#viewId = viewId
      return this.#api.browse.window({ viewId, offset, limit })
    }
  }
}
