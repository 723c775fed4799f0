// The photos under review: a list that stays as it was opened, while their labels are always the newest.
import { SvelteMap } from 'svelte/reactivity'
import type { FileId, PhotoId } from '../../../../electron/contract/domain.ts'
import type { PhotoCard, PhotoFilter, PhotoSort, PhotoState } from '../../../../electron/contract/browse.ts'
import type { LabelIssue } from '../../../../electron/contract/review.ts'
import { PageCache } from '../../lists/page-cache.svelte.ts'
import type { Api } from '../../transport/api.ts'

/** What to open: photos that pass a filter, or named ones in their order. */
export interface ReviewQuery {
  readonly filter: Partial<PhotoFilter>
  readonly sort: Partial<PhotoSort>
  /** For confirmed labels that are likely wrong: why. */
  readonly labelIssues: readonly LabelIssue[]
}

const pageSize = 40
/** What waits for the user. */
export const openStates: PhotoState[] = ['suggested', 'unlabelled']

export class ReviewList {
  readonly #api: Api
  // Not the core's view: that may be let go while the user is busy here.
  #fileIds: readonly FileId[] = []
  #pages: PageCache<PhotoCard>
  #labelIssues = $state.raw<ReadonlyMap<PhotoId, LabelIssue>>(new SvelteMap())
  total = $state(0)

  constructor(api: Api) {
    this.#api = api
    this.#pages = $state.raw(this.#emptyPages())
  }

  async open({ filter, sort, labelIssues }: ReviewQuery): Promise<void> {
    this.#fileIds = await this.#filesOf(filter, sort)
    this.#pages = this.#emptyPages()
    this.#labelIssues = new SvelteMap(labelIssues.map((labelIssue) => [labelIssue.photoId, labelIssue]))
    this.total = this.#fileIds.length
    await this.load(0)
  }

  /** Null where the file is not under review. */
  indexOf(fileId: FileId): number | null {
    const index = this.#fileIds.indexOf(fileId)
    return index === -1 ? null : index
  }

  /** The index of the first file that comes after this one in the library, where it is not under review itself; else the last. */
  async indexAfter(fileId: FileId, filter: Partial<PhotoFilter>, sort: Partial<PhotoSort>): Promise<number> {
    const all = await this.#filesOf(filter, sort)
    const isLater: boolean[] = []
    for (const later of all.slice(Math.max(0, all.indexOf(fileId)))) isLater[later] = true
    const index = this.#fileIds.findIndex((id) => isLater[id])
    return index === -1 ? Math.max(0, this.total - 1) : index
  }

  card = (index: number): PhotoCard | null => this.#pages.item(index) ?? null

  /** Why the label of this photo is likely wrong, where that is what is reviewed. */
  labelIssue = (photoId: PhotoId): LabelIssue | null => this.#labelIssues.get(photoId) ?? null

  /** Makes sure that the card and its neighbours are there. */
  load(index: number): Promise<void> {
    return this.#pages.preload(index - pageSize / 2, index + pageSize / 2 + 1)
  }

  /** Reads again what may have changed: now what is near, since that shows, and all else when it is wanted. */
  async refresh(index: number): Promise<void> {
    this.#pages.invalidate()
    await this.load(index)
  }

  /** Reads one card again. */
  async refreshOne(index: number): Promise<void> {
    const [card] = await this.#cardsAt(index, 1)
    if (card !== undefined) this.#pages.set(index, card)
  }

  /** The first index from `from` on whose photo the user has not reviewed; null when there is none. */
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
    return this.#pages.isFresh(index) ? this.card(index) : null
  }

  async #filesOf(filter: Partial<PhotoFilter>, sort: Partial<PhotoSort>): Promise<readonly FileId[]> {
    const { viewId, total } = await this.#api.browse.open({ filter, sort })
    const { fileIds } = await this.#api.browse.ids({ viewId, from: 0, to: total })
    return fileIds
  }

  #emptyPages(): PageCache<PhotoCard> {
    return new PageCache({
      total: this.#fileIds.length,
      pageSize,
      // What was reviewed is counted by its cards.
      maxPages: Infinity,
      load: (offset, limit) => this.#cardsAt(offset, limit),
    })
  }

  async #cardsAt(offset: number, limit: number): Promise<readonly PhotoCard[]> {
    const fileIds = this.#fileIds.slice(offset, offset + limit)
    return fileIds.length === 0 ? [] : await this.#api.browse.cards({ fileIds })
  }
}
