// Ids of the files at indexes of a view, loaded as one range that grows with what is asked for.
import type { FileId, PhotoId } from '../../../electron/contract/domain.ts'

export interface Ids {
  readonly fileIds: readonly FileId[]
  readonly photoIds: readonly (PhotoId | null)[]
}

interface IdRequest {
  /** Rising. */
  readonly indexes: readonly number[]
  readonly onIds: (ids: Ids) => void
}

export class IdRangeLoader {
  /** Up to `to`, exclusive; null where the view is gone. */
  readonly #load: (from: number, to: number) => Promise<Ids | null>
  #from = 0
  #fileIds: readonly FileId[] = []
  #photoIds: readonly (PhotoId | null)[] = []
  #pending: IdRequest | null = null
  #isLoading = false
  #working: Promise<void> = Promise.resolve()
  #isOpen = true

  constructor(load: (from: number, to: number) => Promise<Ids | null>) {
    this.#load = load
  }

  /** Calls `onIds` once the files at these indexes are known; a newer request replaces one that still waits. */
  request(indexes: readonly number[], onIds: (ids: Ids) => void): void {
    this.#pending = { indexes, onIds }
    if (!this.#isLoading) this.#working = this.#work()
  }

  /** When no request waits any more. */
  settled(): Promise<void> {
    return this.#working
  }

  /** No request is answered any more. */
  close(): void {
    this.#isOpen = false
    this.#pending = null
  }

  async #work(): Promise<void> {
    this.#isLoading = true
    for (let next = this.#take(); next !== null; next = this.#take()) {
      const { indexes, onIds } = next
      const isThere = indexes.length === 0 || (await this.#cover(indexes[0] ?? 0, (indexes.at(-1) ?? 0) + 1))
      if (!isThere) this.close()
      if (this.#isOpen) onIds(this.#at(indexes))
    }
    this.#isLoading = false
  }

  #take(): IdRequest | null {
    const pending = this.#pending
    this.#pending = null
    return pending
  }

  #at(indexes: readonly number[]): Ids {
    const pairs = indexes.flatMap((index) => {
      const fileId = this.#fileIds[index - this.#from]
      return fileId === undefined ? [] : [{ fileId, photoId: this.#photoIds[index - this.#from] ?? null }]
    })
    return { fileIds: pairs.map(({ fileId }) => fileId), photoIds: pairs.map(({ photoId }) => photoId) }
  }

  /** Loads what the range lacks. Returns whether all of it is there now. */
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
