// Which photos are selected, and where the keyboard stands.
import type { FileId } from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import {
  nothing,
  onlyFile,
  photosOf,
  withFiles,
  within,
  withSwitched,
  type Chosen,
  type File,
} from './chosen.ts'

export class Selection {
  // One map that is replaced: only the few tiles on screen ask, and a hundred thousand are added at once.
  #chosen = $state.raw(nothing)
  /** Where the keyboard stands in the list. */
  cursor = $state(0)
  /** Where a range starts. */
  anchor = 0
  /** How often a person chose something whose photos were known at once. */
  changes = 0

  readonly count = $derived(this.#chosen.size)
  readonly photoIds: readonly PhotoId[] = $derived(photosOf(this.#chosen))

  /** Whether a file is selected that could not be read as a photo. */
  get hasUnread(): boolean {
    return [...this.#chosen.values()].includes(null)
  }

  /** All of it as a value, which stays as it is. */
  get chosen(): Chosen {
    return this.#chosen
  }

  replace(chosen: Chosen): void {
    this.changes++
    this.#chosen = chosen
  }

  has(fileId: FileId): boolean {
    return this.#chosen.has(fileId)
  }

  clear(): void {
    this.replace(nothing)
  }

  choose(file: File): void {
    this.replace(onlyFile(file))
  }

  toggle(file: File): void {
    this.replace(withSwitched(this.#chosen, file))
  }

  /** A stretch of the list; `isAdded` keeps what was selected before. */
  chooseAll(fileIds: readonly FileId[], photoIds: readonly (PhotoId | null)[], isAdded: boolean): void {
    this.#chosen = withFiles(isAdded ? this.#chosen : nothing, fileIds, photoIds)
  }

  /** Lets go of files that are no longer in the list: nobody should change what cannot be seen. */
  keepOnly(fileIds: readonly FileId[]): void {
    this.#chosen = within(this.#chosen, fileIds)
  }
}
