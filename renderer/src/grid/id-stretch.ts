// Numbers of the files at places of a list, fetched as a stretch that grows with what is asked for.
import type { FileId } from '../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'

export interface Ids {
  readonly fileIds: readonly FileId[]
  readonly photoIds: readonly (PhotoId | null)[]
}

interface Wish {
  /** Rising. */
  readonly places: readonly number[]
  readonly give: (ids: Ids) => void
}

export class IdStretch {
  /** Up to `to`, exclusive; null where the list is gone. */
  readonly #load: (from: number, to: number) => Promise<Ids | null>
  #from = 0
  #fileIds: readonly FileId[] = []
  #photoIds: readonly (PhotoId | null)[] = []
  #wish: Wish | null = null
  #isLoading = false
  #working: Promise<void> = Promise.resolve()
  #isOpen = true

  constructor(load: (from: number, to: number) => Promise<Ids | null>) {
    this.#load = load
  }

  /** Gives the files at these places when they are known; a newer wish takes the place of one that still waits. */
  want(places: readonly number[], give: (ids: Ids) => void): void {
    this.#wish = { places, give }
    if (!this.#isLoading) this.#working = this.#work()
  }

  /** When nothing is waited for any more. */
  settled(): Promise<void> {
    return this.#working
  }

  /** Nothing is given any more. */
  close(): void {
    this.#isOpen = false
    this.#wish = null
  }

  async #work(): Promise<void> {
    this.#isLoading = true
    for (let wish = this.#take(); wish !== null; wish = this.#take()) {
      const { places, give } = wish
      const isThere = places.length === 0 || (await this.#cover(places[0] ?? 0, (places.at(-1) ?? 0) + 1))
      if (!isThere) this.close()
      if (this.#isOpen) give(this.#at(places))
    }
    this.#isLoading = false
  }

  #take(): Wish | null {
    const wish = this.#wish
    this.#wish = null
    return wish
  }

  #at(places: readonly number[]): Ids {
    const pairs = places.flatMap((place) => {
      const fileId = this.#fileIds[place - this.#from]
      return fileId === undefined ? [] : [{ fileId, photoId: this.#photoIds[place - this.#from] ?? null }]
    })
    return { fileIds: pairs.map(({ fileId }) => fileId), photoIds: pairs.map(({ photoId }) => photoId) }
  }

  /** Whether all of the stretch is there now. */
  async #cover(from: number, to: number): Promise<boolean> {
    if (this.#fileIds.length === 0) this.#from = from
    const end = this.#from + this.#fileIds.length
    const before = from < this.#from ? await this.#load(from, this.#from) : none
    const after = to > end ? await this.#load(end, to) : none
    if (before === null || after === null) return false
    this.#from = Math.min(from, this.#from)
    this.#fileIds = [...before.fileIds, ...this.#fileIds, ...after.fileIds]
    this.#photoIds = [...before.photoIds, ...this.#photoIds, ...after.photoIds]
    return true
  }
}

const none: Ids = { fileIds: [], photoIds: [] }
