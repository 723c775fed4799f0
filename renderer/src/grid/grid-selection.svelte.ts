// Which files of a grid are selected, and where the keyboard stands.
import type { FileId, PhotoId } from '../../../electron/contract/domain.ts'
import {
  emptySelection,
  intersect,
  photosOf,
  selectionOf,
  toggled,
  union,
  type SelectableFile,
  type Selection,
} from './selection.ts'

export interface DraggedPhoto {
  readonly fileId: FileId
  readonly photoId: PhotoId
}

export class GridSelection {
  // One map that is replaced: only the few tiles on screen ask, and a hundred thousand are added at once.
  #value = $state.raw(emptySelection)
  /** Where the keyboard stands in the list. */
  cursor = $state(0)
  /** Where a range starts. */
  anchor = 0
  /** How often the user selected something whose photos were known at once. */
  changes = 0

  /** The photo that is being dragged. */
  dragged: DraggedPhoto | null = $state.raw(null)

  readonly count = $derived(this.#value.size)
  readonly photoIds: readonly PhotoId[] = $derived(photosOf(this.#value))

  readonly fileIds: readonly FileId[] = $derived([...this.#value.keys()])

  /** The files that are meant by dragging one, as with `photosWith`. */
  filesWith({ fileId }: DraggedPhoto): readonly FileId[] {
    return this.has(fileId) ? this.fileIds : [fileId]
  }

  /** What is meant by dragging a photo: all that are selected, if it is one of them. */
  photosWith({ fileId, photoId }: DraggedPhoto): readonly PhotoId[] {
    return this.has(fileId) ? this.photoIds : [photoId]
  }

  /** How many of the selected files could not be read as a photo. */
  get unread(): number {
    return [...this.#value.values()].filter((photoId) => photoId === null).length
  }

  /** All of it as a value, which never changes. */
  get value(): Selection {
    return this.#value
  }

  replace(selection: Selection): void {
    this.changes++
    this.#value = selection
  }

  has(fileId: FileId): boolean {
    return this.#value.has(fileId)
  }

  clear(): void {
    this.replace(emptySelection)
  }

  select(file: SelectableFile): void {
    this.replace(selectionOf(file))
  }

  toggle(file: SelectableFile): void {
    this.replace(toggled(this.#value, file))
  }

  /** A range of the list; `isAdded` keeps what was selected before. */
  selectAll(fileIds: readonly FileId[], photoIds: readonly (PhotoId | null)[], isAdded: boolean): void {
    this.#value = union(isAdded ? this.#value : emptySelection, fileIds, photoIds)
  }

  /** Deselects files that are no longer in the list: nobody should change what cannot be seen. */
  intersect(fileIds: readonly FileId[]): void {
    this.#value = intersect(this.#value, fileIds)
  }
}
