// A long list, page by page: what is on screen is loaded first, what was scrolled past quickly is not loaded at all.
import { SvelteMap } from 'svelte/reactivity'
import { painted } from './painted.ts'

/** More would let pages that were scrolled past delay the one that is looked at. */
const maxRequests = 2

export interface PageCacheOptions<T> {
  readonly total: number
  readonly pageSize: number
  /** Pages beyond that are dropped, the oldest first. */
  readonly maxPages: number
  /** Loads part of the list; null where it is gone. Where it throws, `preload` does too; for `show` it must not. */
  readonly load: (offset: number, limit: number) => Promise<readonly T[] | null>
}

export class PageCache<T> {
  readonly #options: PageCacheOptions<T>
  readonly #pages = new SvelteMap<number, readonly T[]>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- what is on screen does not depend on what is being loaded
  readonly #inFlight = new Map<number, Promise<void>>()
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nor on what is loaded again
  readonly #stale = new Set<number>()
  /** How often everything was invalidated. */
  #generation = 0
  #wanted: readonly number[] = []

  /** @param first what is loaded already: the items from the start, in whole pages. */
  constructor(options: PageCacheOptions<T>, first: readonly T[] = []) {
    this.#options = options
    const { pageSize } = options
    for (let at = 0; at < first.length; at += pageSize)
      this.#pages.set(at / pageSize, first.slice(at, at + pageSize))
  }

  /** The item at this index, or undefined while it is not loaded. */
  item(index: number): T | undefined {
    const { pageSize } = this.#options
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** Whether the item is loaded, and was so after the last `invalidate`. */
  isFresh(index: number): boolean {
    return this.#isFresh(Math.floor(index / this.#options.pageSize))
  }

  /** Names the items on screen; loads what is missing, and a page ahead and behind when there is time. */
  show(from: number, end: number): void {
    const { pageSize, total } = this.#options
    const pages = this.#pagesOf(from, end)
    const [first = 0] = pages
    const last = pages.at(-1) ?? 0
    const around = [last + 1, first - 1].filter((page) => page >= 0 && page * pageSize < total)
    this.#wanted = pages
    this.#loadNext()
    void this.#showAround(pages, around)
  }

  /** Once what is on screen was painted, unless the user has gone on. */
  async #showAround(pages: readonly number[], around: readonly number[]): Promise<void> {
    if (around.every((page) => this.#isFresh(page))) return
    await painted()
    if (this.#wanted !== pages) return
    this.#wanted = [...pages, ...around]
    this.#loadNext()
  }

  /** Loads a range and waits for it, so that it can be shown without a gap. */
  async preload(from: number, end: number): Promise<void> {
    const pages = this.#pagesOf(from, end)
    this.#wanted = pages
    await Promise.all(
      pages
        .filter((page) => !this.#isFresh(page))
        .map((page) => this.#inFlight.get(page) ?? this.#fetch(page)),
    )
  }

  /** Has every page loaded again when it is wanted next; until then the old items show. */
  invalidate(): void {
    this.#generation++
    this.#inFlight.clear()
    for (const page of this.#pages.keys()) this.#stale.add(page)
  }

  /** Replaces one item where its page is loaded. */
  set(index: number, item: T): void {
    const { pageSize } = this.#options
    const page = Math.floor(index / pageSize)
    const items = this.#pages.get(page)
    if (items !== undefined) this.#pages.set(page, items.with(index % pageSize, item))
  }

  #isFresh(page: number): boolean {
    return this.#pages.has(page) && !this.#stale.has(page)
  }

  #pagesOf(from: number, end: number): number[] {
    const { pageSize, total } = this.#options
    const first = Math.floor(Math.max(0, from) / pageSize)
    const afterLast = Math.ceil(Math.min(end, total) / pageSize)
    return Array.from({ length: Math.max(0, afterLast - first) }, (_, index) => first + index)
  }

  #loadNext(): void {
    for (const page of this.#wanted) {
      if (this.#inFlight.size >= maxRequests) return
      if (!this.#isFresh(page) && !this.#inFlight.has(page)) void this.#fetch(page)
    }
  }

  #fetch(page: number): Promise<void> {
    const fetching = this.#load(page)
      .finally(() => {
        if (this.#inFlight.get(page) === fetching) this.#inFlight.delete(page)
      })
      .then((isThere) => {
        if (isThere) this.#loadNext()
      })
    this.#inFlight.set(page, fetching)
    return fetching
  }

  /** Returns whether the list is still there. */
  async #load(page: number): Promise<boolean> {
    const { pageSize, maxPages, load } = this.#options
    const generation = this.#generation
    const items = await load(page * pageSize, pageSize)
    if (items === null) return false
    this.#pages.set(page, items)
    if (generation === this.#generation) this.#stale.delete(page)
    else this.#stale.add(page)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= maxPages) break
      if (!this.#wanted.includes(oldest)) this.#pages.delete(oldest)
    }
    return true
  }
}
