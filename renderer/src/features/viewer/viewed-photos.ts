// The photos that the viewer walks through. The library implements it.
import type { PhotoCard } from '../../../../electron/contract/browse.ts'

export interface ViewedPhotos {
  /** The index of the photo that shows; null while the viewer is closed. */
  readonly viewed: number | null
  readonly total: number
  /** Undefined while it is not loaded. */
  card(index: number): PhotoCard | undefined
  /** Shows the photo at another index, and loads its neighbours. */
  goTo(index: number): void
  closeViewer(): void
}
