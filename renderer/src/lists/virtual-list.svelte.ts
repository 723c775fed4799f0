// Which rows of a list are on screen, for a list that lies among other things in a scrolling element.
import { gridLayout, visibleRows } from './layout.ts'

/** Rows beyond those on screen, on either side. */
const overscan = 8

export class VirtualList {
  readonly #rowPx: number
  readonly #count: () => number
  #element: HTMLElement | null = null
  #scroller: HTMLElement | null = null
  /** How far the list is scrolled beyond the upper edge; negative where it begins below. */
  #topPx = $state(0)
  #heightPx = $state(0)

  readonly #layout = $derived.by(() =>
    gridLayout({
      widthPx: 0,
      heightPx: this.#heightPx,
      tileSizePx: 0,
      captionPx: 0,
      gapPx: 0,
      total: this.#count(),
      listRowPx: this.#rowPx,
    }),
  )
  readonly #rows = $derived.by(() => visibleRows(this.#layout, this.#topPx, overscan))
  // As numbers of their own, so that scrolling within a row changes nothing.
  readonly first = $derived(this.#rows.first)
  /** Exclusive. */
  readonly end = $derived(this.#rows.end)

  constructor(rowPx: number, count: () => number) {
    this.#rowPx = rowPx
    this.#count = count
  }

  /** For the list, which lies in an element with `data-scroller`. */
  attach = (element: HTMLElement): (() => void) => {
    const scroller = element.closest<HTMLElement>('[data-scroller]') ?? document.documentElement
    this.#element = element
    this.#scroller = scroller
    const measure = () => {
      this.#topPx = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top
      this.#heightPx = scroller.clientHeight
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(scroller)
    // What lies above the list grows and shrinks with it.
    for (const child of scroller.children) observer.observe(child)
    scroller.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      scroller.removeEventListener('scroll', measure)
    }
  }

  /** Scrolls as little as needed to have a row on screen. */
  show(row: number): void {
    const [element, scroller] = [this.#element, this.#scroller]
    if (element === null || scroller === null) return
    const listTopPx = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    const topPx = listTopPx + row * this.#rowPx
    const belowPx = topPx + this.#rowPx - scroller.clientHeight
    if (topPx < 0) scroller.scrollTop += topPx
    else if (belowPx > 0) scroller.scrollTop += belowPx
    this.#topPx = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top
  }
}
