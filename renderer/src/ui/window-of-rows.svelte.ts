// Which rows of a long list lie within its scrolling ancestor, so that only those have elements.

/** Rows beyond what is seen, on either side. */
const overscan = 8

export class WindowOfRows {
  readonly #rowPx: number
  readonly #count: () => number
  #element: HTMLElement | null = null
  #scroller: HTMLElement | null = null
  #topPx = $state(0)
  #heightPx = $state(0)

  readonly first = $derived.by(() =>
    Math.max(0, Math.min(this.#count(), Math.floor(this.#topPx / this.#rowPx) - overscan)),
  )
  readonly end = $derived.by(() =>
    Math.min(this.#count(), Math.ceil((this.#topPx + this.#heightPx) / this.#rowPx) + overscan),
  )

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
    if (this.#element === null || this.#scroller === null) return
    const listTopPx = this.#element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top
    const topPx = listTopPx + row * this.#rowPx
    const belowPx = topPx + this.#rowPx - this.#scroller.clientHeight
    if (topPx < 0) this.#scroller.scrollTop += topPx
    else if (belowPx > 0) this.#scroller.scrollTop += belowPx
    this.#topPx = this.#scroller.getBoundingClientRect().top - this.#element.getBoundingClientRect().top
  }
}
