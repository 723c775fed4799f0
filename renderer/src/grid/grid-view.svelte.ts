// What the grid shows now: its size, how far it is scrolled, which rows that are. It outlives the component.
import { untrack } from 'svelte'
import type { MonthRun } from '../../../electron/contract/browse.ts'
import { isExtreme, type Ratios } from '../lists/flow.ts'
import {
  contentTop,
  firstOf,
  photoLayout,
  rowAt,
  rowOf,
  rowTop,
  rowTopPx,
  scrollTopFor,
  scrollToKeep,
  scrollToShow,
  visibleRows,
  type GridLayout,
} from '../lists/layout.ts'

/** Rows beyond the window on either side, so that a turn of the wheel finds them made. */
const overscan = 2
const gapPx = 8
/** How wide the scrubber at the right of headings is. */
export const scrubberPx = 44
/** Of files with problems, and of photos as rows of text. */
export const problemRowPx = 56
export const tableRowPx = 36

/** What the layout takes from the photos: their shapes, where they keep them, and the months that have headings. */
export interface GridPhotos {
  readonly ratios: Ratios | null
  readonly months: readonly MonthRun[]
}
const squares: GridPhotos = { ratios: null, months: [] }

/** A picture that is made smaller has not quite the shape of its photo. */
const tolerance = 0.03
/** Corrections of shapes are laid out together. */
const correctionGapMs = 100

const isAtEnd = ({ scrollTop, clientHeight, scrollHeight }: HTMLElement): boolean =>
  scrollTop + clientHeight > scrollHeight - 1

export class GridView {
  /** With the room that the scrubber takes. */
  #widthPx = $state(0)
  #heightPx = $state(0)
  #tileSizePx = $state(160)
  /** Null: tiles. */
  #listRowPx = $state<number | null>(null)
  #total = $state(0)
  #scrollTopPx = $state(0)
  /** Counts what the app scrolled itself, as opposed to the user. */
  #jumps = $state(0)
  /** The photo that was scrolled to last, and to where; it stays in sight until something else scrolls. */
  #kept = { index: 0, scrollTopPx: -1 }
  #element: HTMLElement | null = null
  #photos = $state.raw(squares)
  readonly #sections = $derived(this.#photos.months.map(({ from }) => from))
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- a list of what is still to be done
  readonly #corrections = new Map<number, number>()

  /** The lines below a picture: none on the smallest tiles, label alone, label and name. */
  readonly captionLines = $derived(this.#tileSizePx < 88 ? 0 : this.#tileSizePx < 150 ? 1 : 2)
  readonly captionPx = $derived([0, 24, 42][this.captionLines] ?? 0)
  readonly #layoutIn = (widthPx: number): GridLayout =>
    photoLayout({
      widthPx,
      heightPx: this.#heightPx,
      tileSizePx: this.#tileSizePx,
      captionPx: this.captionPx,
      gapPx,
      total: this.#total,
      listRowPx: this.#listRowPx,
      ratios: this.#photos.ratios,
      sections: this.#sections,
    })
  readonly #scrubbed: GridLayout | null = $derived.by(() => {
    if (this.#photos.months.length < 2) return null
    const layout = this.#layoutIn(this.#widthPx - scrubberPx)
    return layout.flow !== null && layout.contentPx > layout.viewportPx ? layout : null
  })
  // With the room of the scrubber taken off before it is there, so that no list is laid out twice.
  readonly layout: GridLayout = $derived(this.#scrubbed ?? this.#layoutIn(this.#widthPx))
  readonly #range = $derived(visibleRows(this.layout, this.#scrollTopPx, overscan))
  // As numbers of their own, so that scrolling within a row changes nothing.
  readonly #firstRow = $derived(this.#range.first)
  readonly #endRow = $derived(this.#range.end)
  readonly rows = $derived(
    Array.from({ length: this.#endRow - this.#firstRow }, (_, index) => this.#firstRow + index),
  )
  /** Places in the pool of rows: a row that comes into sight takes the elements of one that left. */
  readonly poolSize = $derived(Math.max(1, this.#endRow - this.#firstRow))

  get total(): number {
    return this.#total
  }

  get isList(): boolean {
    return this.#listRowPx !== null
  }

  /** Where in the content the upper edge of the window is. */
  get contentTopPx(): number {
    return contentTop(this.layout, this.#scrollTopPx)
  }

  /** From the first photo on screen to the one after the last. */
  get shown(): { from: number; end: number } {
    const { layout } = this
    return {
      from: firstOf(layout, this.#firstRow),
      end: Math.min(this.#total, firstOf(layout, this.#endRow)),
    }
  }

  /** The index after the last photo that can be seen. */
  get endOnScreen(): number {
    const { layout } = this
    const lowestPx = contentTop(layout, this.#scrollTopPx) + layout.viewportPx
    return firstOf(layout, rowAt(layout, lowestPx) + 1)
  }

  /** The first photo of the uppermost row that can be seen. */
  get firstIndex(): number {
    const { layout } = this
    return firstOf(layout, Math.max(0, rowAt(layout, contentTop(layout, this.#scrollTopPx))))
  }

  /** The months of the photos in their order; none where the list has no headings. */
  get months(): readonly MonthRun[] {
    return this.layout.flow === null ? squares.months : this.#photos.months
  }

  /** Where in what can be scrolled each month comes to the upper edge, 0 to 1; rising. */
  readonly monthPlaces: readonly number[] = $derived.by(() => {
    const { layout } = this
    const scrolledPx = layout.contentPx - layout.viewportPx
    return this.months.map(({ from }, month) =>
      month === 0 ? 0 : Math.min(1, rowTopPx(layout, rowOf(layout, from)) / Math.max(1, scrolledPx)),
    )
  })

  /** How far the list is scrolled, 0 to 1; a place that is reached to a pixel is reached. */
  get scrolledShare(): number {
    const scrolledPx = this.layout.contentPx - this.layout.viewportPx
    return scrolledPx <= 0 ? 0 : Math.min(1, (this.contentTopPx + 1) / scrolledPx)
  }

  /** Whether there are months to go to, and not all of them are on screen. */
  get hasScrubber(): boolean {
    return this.#scrubbed !== null
  }

  /** Whether nothing has scrolled since a photo was shown. */
  get #isKept(): boolean {
    return Math.abs(this.#kept.scrollTopPx - this.#scrollTopPx) < 1
  }

  get photos(): GridPhotos {
    return this.#photos
  }

  /** Whether photos keep their shape. */
  get isJustified(): boolean {
    return this.layout.flow !== null && this.#photos.ratios !== null
  }

  /** Whether a photo is too narrow or too wide for a tile of its shape. */
  isExtreme(index: number): boolean {
    return isExtreme(this.#photos.ratios?.[index] ?? 0)
  }

  topOf(row: number): number {
    const { layout } = this
    // Only compressed heights make a row's place depend on how far the grid is scrolled.
    const isCompressed = layout.scrollHeightPx < layout.contentPx
    return rowTop(layout, row, isCompressed ? this.#scrollTopPx : 0)
  }

  /** The grid's scrolling element, while there is one. */
  attach = (element: HTMLElement): (() => void) => {
    this.#element = element
    const observer = new ResizeObserver(() => {
      this.#keepingPlace(() => {
        this.#widthPx = element.clientWidth + (this.hasScrubber ? scrubberPx : 0)
        this.#heightPx = element.clientHeight
      })
    })
    observer.observe(element)
    const onScroll = () => {
      const { scrollTop } = element
      // Stopped by the end of the list, as when the window has grown meanwhile: no user has scrolled.
      if (this.#isKept && scrollTop < this.#scrollTopPx && isAtEnd(element))
        this.#kept.scrollTopPx = scrollTop
      this.#scrollTopPx = scrollTop
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
      this.#element = null
    }
  }

  /** For an effect of the grid: scrolls the element to where the app wants it, once it has the height for that. */
  applyScroll = (): void => {
    if (this.#jumps === 0 || this.#element === null) return
    this.#element.scrollTop = untrack(() => this.#scrollTopPx)
  }

  /** In an effect it depends on nothing: how far the grid is scrolled must not have it run again. */
  setTileSize(sizePx: number): void {
    untrack(() => {
      this.#keepingPlace(() => {
        this.#tileSizePx = sizePx
      })
    })
  }

  /** Another list: from the start. `listRowPx`: the height of rows of text; null: tiles. */
  startWith(total: number, listRowPx: number | null = null, photos: GridPhotos = squares): void {
    this.#total = total
    this.#listRowPx = listRowPx
    this.#photos = photos
    this.#corrections.clear()
    this.#kept.scrollTopPx = -1
    this.#jumpTo(0)
  }

  /** The same list with more or fewer photos: the photo at `before` is now at `after` and stays where it is on screen. */
  continueWith(total: number, before: number, after: number, photos: GridPhotos = squares): void {
    const was = { layout: this.layout, scrollTopPx: this.#scrollTopPx, index: before }
    this.#total = total
    this.#photos = photos
    this.#corrections.clear()
    // Who looks at the very beginning wants to see what comes there.
    if (this.#scrollTopPx >= 1) this.#jumpTo(scrollToKeep(was, this.layout, after))
  }

  /** Better known shapes of the same photos: what is seen stays where it is. */
  setRatios(ratios: Ratios): void {
    const first = this.firstIndex
    const isKept = this.#isKept
    this.continueWith(this.#total, first, first, { ...this.#photos, ratios })
    if (isKept) this.show(this.#kept.index)
  }

  /** A photo's picture has this shape. Until the first one is there, shapes may be unknown, or lie on their side. */
  noteShape(index: number, ratio: number): void {
    const { ratios } = this.#photos
    const known = ratios?.[index]
    if (known === undefined || !this.isJustified || Math.abs(known / 1000 - ratio) < tolerance * ratio) return
    if (this.#corrections.size === 0) setTimeout(() => this.#correct(), correctionGapMs)
    this.#corrections.set(index, Math.min(65_535, Math.round(1000 * ratio)))
  }

  #correct(): void {
    const { ratios } = this.#photos
    if (ratios === null || this.#corrections.size === 0) return
    const better = ratios.slice()
    for (const [index, ratio] of this.#corrections) better[index] = ratio
    this.setRatios(better)
  }

  /** Scrolls as little as needed to show a photo. */
  show(index: number): void {
    this.#jumpTo(scrollToShow(this.layout, index, this.#scrollTopPx))
    this.#kept = { index, scrollTopPx: this.#scrollTopPx }
  }

  /** Scrolls so that the row of a photo is the uppermost one. */
  showFirst(index: number): void {
    const { layout } = this
    const topPx = rowTopPx(layout, rowOf(layout, index))
    this.#jumpTo(index === 0 ? 0 : scrollTopFor(layout, layout.flow === null ? topPx - gapPx : topPx))
  }

  /** Scrolls to where a month begins. */
  showMonth(month: number): void {
    const from = this.months[month]?.from
    if (from === undefined) return
    const { layout } = this
    this.#jumpTo(month === 0 ? 0 : scrollTopFor(layout, rowTopPx(layout, rowOf(layout, from))))
  }

  /** Scrolls by pixels of the content. */
  scrollBy(px: number): void {
    if (px !== 0) this.#jumpTo(scrollTopFor(this.layout, this.contentTopPx + px))
  }

  /** Another size of window or tiles: the first photo on screen stays the first one. */
  #keepingPlace(change: () => void): void {
    const anchor = this.firstIndex
    const before = this.layout
    const isAtStart = this.#scrollTopPx < 1
    const isKept = this.#isKept
    change()
    const { layout } = this
    const isSame =
      layout === before ||
      (layout.flow === null && layout.columns === before.columns && layout.rowHeightPx === before.rowHeightPx)
    if (isAtStart && !isSame) return
    if (!isSame) this.showFirst(anchor)
    // As when a line appears above the list or below it.
    if (isKept) this.show(this.#kept.index)
  }

  #jumpTo(scrollTopPx: number): void {
    if (scrollTopPx === this.#scrollTopPx) return
    this.#scrollTopPx = scrollTopPx
    this.#jumps++
  }
}
