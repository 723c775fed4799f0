// The photos of an open view, page by page: what is on screen is loaded first, what was flung past is not loaded at all.
import { SvelteMap } from 'svelte/reactivity'
import type { PhotoCard } from '../../../electron/contract/browse.ts'

/** Small enough that the first screen is not kept waiting for photos that are far below it. */
export const pageSize = 50
/** At most this many pages stay in memory: enough for several screens of the smallest tiles. */
const maxPages = 60
/** More would let pages that were flung past delay the one that is looked at. */
const maxRequests = 2

/** Null where the view is gone. */
type LoadPage = (offset: number, limit: number) => Promise<readonly PhotoCard[] | null>

export class PageCache {
  readonly #load: LoadPage
  readonly #total: number
  readonly #pages = new SvelteMap<number, readonly PhotoCard[]>()
  #loading: readonly number[] = []
  #wanted: readonly number[] = []

  /** @param first what is loaded already: the photos from the start, in whole pages. */
  constructor(total: number, first: readonly PhotoCard[], load: LoadPage) {
    this.#total = total
    this.#load = load
    for (let at = 0; at < first.length; at += pageSize)
      this.#pages.set(at / pageSize, first.slice(at, at + pageSize))
  }

  /** The photo at this place, or undefined while it is not loaded. */
  card(index: number): PhotoCard | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** Says which photos are on screen; loads what is missing, and a page ahead and behind when there is time. */
  show(from: number, end: number): void {
    const pages = this.#pagesOf(from, end)
    const [first = 0] = pages
    const last = pages.at(-1) ?? 0
    const around = [last + 1, first - 1].filter((page) => page >= 0 && page * pageSize < this.#total)
    this.#wanted = [...pages, ...around]
    this.#loadNext()
  }

  /** Loads a stretch and waits for it, so that it can be shown without a gap. */
  async preload(from: number, end: number): Promise<void> {
    const pages = this.#pagesOf(from, end)
    this.#wanted = pages
    await Promise.all(pages.filter((page) => !this.#pages.has(page)).map((page) => this.#fetch(page)))
  }

  #pagesOf(from: number, end: number): number[] {
    const first = Math.floor(Math.max(0, from) / pageSize)
    const afterLast = Math.ceil(Math.min(end, this.#total) / pageSize)
    return Array.from({ length: Math.max(0, afterLast - first) }, (_, index) => first + index)
  }

  #loadNext(): void {
    for (const page of this.#wanted) {
      if (this.#loading.length >= maxRequests) return
      if (!this.#pages.has(page) && !this.#loading.includes(page)) void this.#fetch(page)
    }
  }

  async #fetch(page: number): Promise<void> {
    this.#loading = [...this.#loading, page]
    const cards = await this.#load(page * pageSize, pageSize)
    this.#loading = this.#loading.filter((other) => other !== page)
    if (cards === null) return
    this.#pages.set(page, cards)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= maxPages) break
      if (!this.#wanted.includes(oldest)) this.#pages.delete(oldest)
    }
    this.#loadNext()
  }
}
