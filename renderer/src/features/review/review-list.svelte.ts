// The photos under review: a list that stays as it was opened, while their labels are always the newest.
import { SvelteMap } from 'svelte/reactivity'
import type {
  FileId,
  PhotoCard,
  PhotoFilter,
  PhotoSort,
  PhotoState,
} from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { SuspectLabel } from '../../../../electron/contract/learning.ts'
import type { Api } from '../../api.ts'

/** What to open: photos that pass a filter, or named ones in their order. */
export interface ReviewQuery {
  readonly filter: Partial<PhotoFilter>
  readonly sort: Partial<PhotoSort>
  /** For confirmed labels that are likely wrong: why. */
  readonly suspects: readonly SuspectLabel[]
}

const pageSize = 40
/** What waits for a person. */
export const openStates: PhotoState[] = ['suggested', 'unlabelled']

export class ReviewList {
  readonly #api: Api
  readonly #cards = new SvelteMap<number, PhotoCard>()
  readonly #loading = new SvelteMap<number, Promise<void>>()
  // Not the core's list: that may be let go while a person is busy here.
  #fileIds: readonly FileId[] = []
  #suspects = $state.raw<ReadonlyMap<PhotoId, SuspectLabel>>(new SvelteMap())
  total = $state(0)

  constructor(api: Api) {
    this.#api = api
  }

  async open({ filter, sort, suspects }: ReviewQuery): Promise<void> {
    this.#fileIds = await this.#filesOf(filter, sort)
    this.#cards.clear()
    this.#loading.clear()
    this.#suspects = new SvelteMap(suspects.map((suspect) => [suspect.photoId, suspect]))
    this.total = this.#fileIds.length
    await this.load(0)
  }

  card = (index: number): PhotoCard | null => this.#cards.get(index) ?? null

  /** Why the label of this photo is likely wrong, where that is what is reviewed. */
  suspect = (photoId: PhotoId): SuspectLabel | null => this.#suspects.get(photoId) ?? null

  /** Makes sure that the card and its neighbours are there. */
  async load(index: number): Promise<void> {
    const pages = [index - pageSize / 2, index, index + pageSize / 2].map(pageOf)
    const wanted = pages.filter((page) => page >= 0 && page * pageSize < this.total)
    await Promise.all(wanted.map((page) => this.#loadPage(page)))
  }

  /** Reads again what may have changed: now what is near, since that shows, and all else when it is wanted. */
  async refresh(index: number): Promise<void> {
    this.#loading.clear()
    await this.load(index)
  }

  /** Reads one card again. */
  readonly refreshOne = (index: number): Promise<void> => this.#read(index, 1)

  /** The first index from `from` on whose photo no person has judged; null when there is none. */
  async nextOpen(from: number): Promise<number | null> {
    let index = from
    for (let card = this.#newest(index); card !== null; card = this.#newest(++index))
      if (openStates.includes(card.state)) return index
    if (index >= this.total) return null
    // Beyond what was loaded: the core knows which are open, and the list which of them are meant.
    const isOpen: boolean[] = []
    for (const fileId of await this.#filesOf({ states: openStates }, { by: 'name' })) isOpen[fileId] = true
    const found = this.#fileIds.findIndex((fileId, at) => at >= index && isOpen[fileId])
    return found === -1 ? null : found
  }

  /** The card, where nothing has changed since it was read. */
  #newest(index: number): PhotoCard | null {
    return this.#loading.has(pageOf(index)) ? this.card(index) : null
  }

  async #filesOf(filter: Partial<PhotoFilter>, sort: Partial<PhotoSort>): Promise<readonly FileId[]> {
    const { viewId, total } = await this.#api.browse.open({ filter, sort })
    const { fileIds } = await this.#api.browse.ids({ viewId, from: 0, to: total })
    return fileIds
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
    const fileIds = this.#fileIds.slice(offset, offset + limit)
    if (fileIds.length === 0) return
    const cards = await this.#api.browse.cards({ fileIds })
    cards.forEach((card, at) => this.#cards.set(offset + at, card))
  }
}

const pageOf = (index: number): number => Math.floor(index / pageSize)
