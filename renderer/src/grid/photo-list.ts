// What a grid shows and acts on. The library implements it; the grid knows nothing else of the features.
import type { MonthRun, PhotoCard } from '../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import type { GridSelection } from './grid-selection.svelte.ts'
import type { GridView } from './grid-view.svelte.ts'
import type { PageCache } from '../lists/page-cache.svelte.ts'

/** A view that the core has opened; another object when it is opened again. */
export interface OpenView {
  readonly viewId: string
  readonly total: number
  readonly pages: PageCache<PhotoCard>
}

/** With what its first photos are laid out by, so that they are shown without another call. */
export interface NewView extends OpenView {
  readonly firstRatios: readonly number[]
  /** Empty where they were not asked for. */
  readonly months: readonly MonthRun[]
}

/** `problems`: files with the reason why; `table`: photos as rows of text. */
export type ListKind = 'tiles' | 'problems' | 'table'

export interface PhotoList {
  readonly kind: ListKind
  readonly grid: GridView
  readonly selection: GridSelection
  /** Null until the core has answered. */
  readonly view: OpenView | null
  /** While the viewer lies over the grid, keys are the viewer's. */
  readonly isViewerOpen: boolean
  /** Labels that are asked for: tiles show them before others. */
  readonly wantedLabels: readonly string[]
  /** Of photos that were found as similar to one: how much, up to 1; empty in other lists. */
  readonly similarities: ReadonlyMap<PhotoId, number>
  /** The photo at an index of the view, or undefined while it is not loaded. */
  card(index: number): PhotoCard | undefined
  /** The same for its tile, which may show what was there before while it cannot be seen. */
  cardOfTile(index: number): PhotoCard | undefined
  openViewer(index: number): void
  /** When the list that was asked for last shows. */
  whenShown(): Promise<void>
  /** Deselects what is no longer in the view. */
  intersectSelection(): Promise<void>
  /** Labels a file again that failed. */
  retry(card: PhotoCard): void
  /** Shows a file in the file manager. */
  reveal(card: PhotoCard): void
}
