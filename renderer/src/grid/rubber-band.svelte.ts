// A rectangle that is drawn over the grid with the mouse, and selects the photos that it touches.
import { nothing, withFiles, type Chosen } from '../features/library/chosen.ts'
import type { Library } from '../features/library/library.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'
import { placesIn, scrollSpeed, tilesBetween, type Point, type TileBlock } from './band.ts'
import { IdStretch } from './id-stretch.ts'

/** A shorter way is a click. */
const clickPx = 5

interface Drag {
  /** Where it began, in the content: that stays in its place as the grid scrolls. */
  readonly start: Point
  /** What was selected before. */
  readonly before: Chosen
  /** What of that stays selected. */
  readonly kept: Chosen
  /** Stops listening to Escape. */
  readonly stop: () => void
}

export class RubberBand {
  readonly #app: AppState
  readonly #library: Library
  /** Where the button went down, until it is up again. */
  #pressed: Point | null = null
  #drag = $state.raw<Drag | null>(null)
  /** In the window of the grid. */
  #pointer = $state.raw<Point>({ xPx: 0, yPx: 0 })
  #hasDrawn = false
  #isFromTile = false
  #block: TileBlock | null = null
  #list: Library['list'] = null
  #ids: IdStretch | null = null

  constructor(app: AppState, library: Library) {
    this.#app = app
    this.#library = library
  }

  /** What is seen of it, in the window of the grid; null while nothing is drawn. */
  readonly shown = $derived.by(() => {
    const drag = this.#drag
    if (drag === null) return null
    const { contentTopPx, layout } = this.#library.grid
    const { xPx, yPx } = this.#pointer
    const [left, right] = inOrder(drag.start.xPx, xPx)
    const [top, bottom] = inOrder(drag.start.yPx - contentTopPx, yPx)
    // Just beyond the window, so that the edges are out of sight where they are.
    const [highest, lowest] = [Math.max(-2, top), Math.min(layout.viewportPx + 2, bottom)]
    return { leftPx: left, topPx: highest, widthPx: right - left, heightPx: Math.max(0, lowest - highest) }
  })

  /** On empty space, or with a key held also on a photo. */
  press = (event: PointerEvent): void => {
    this.#hasDrawn = false
    // What was drawn before, and is still being looked up, gives way to what the person does now.
    this.#ids?.close()
    this.#list = null
    const element = event.currentTarget as HTMLElement
    const point = pointIn(element, event)
    this.#isFromTile = isOnTile(event)
    const isFree = !this.#isFromTile || isHeld(event)
    const isMouse = event.button === 0 && event.pointerType !== 'touch'
    this.#pressed = isMouse && isFree && point.xPx < element.clientWidth ? point : null
  }

  move = (event: PointerEvent): void => {
    const element = event.currentTarget as HTMLElement
    this.#pointer = pointIn(element, event)
    // Let go of outside the grid.
    if (this.#drag === null && event.buttons === 0) this.#pressed = null
    if (this.#pressed === null || this.#drag !== null) return
    const { xPx, yPx } = this.#pressed
    if (Math.hypot(xPx - this.#pointer.xPx, yPx - this.#pointer.yPx) < clickPx) return
    element.setPointerCapture(event.pointerId)
    this.#begin(this.#pressed, isHeld(event))
  }

  end = (): void => {
    const drag = this.#drag
    if (drag !== null) {
      this.#update(drag)
      // A key right after means all of it.
      void this.#app.edits.hold(() => this.#ids?.settled() ?? Promise.resolve())
    }
    this.#stop()
  }

  /** Whether this click only ends a drawing, or a way from one photo to another; it means nothing else. */
  takesClick = (event: MouseEvent): boolean => this.#hasDrawn || (this.#isFromTile && !isOnTile(event))

  #begin(point: Point, isAdded: boolean): void {
    const { selection, grid } = this.#library
    const drag: Drag = {
      start: { xPx: point.xPx, yPx: grid.contentTopPx + point.yPx },
      before: selection.chosen,
      kept: isAdded ? selection.chosen : nothing,
      stop: this.#app.keymap.listen({}, (name) => name === 'Escape' && this.#cancel()),
    }
    this.#drag = drag
    this.#hasDrawn = true
    selection.replace(drag.kept)
    let atMs = performance.now()
    const tick = (nowMs: number) => {
      if (this.#drag !== drag) return
      grid.scrollBy(scrollSpeed(this.#pointer.yPx, grid.layout.viewportPx) * Math.max(0, nowMs - atMs))
      atMs = nowMs
      this.#update(drag)
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  }

  #stop(): void {
    this.#drag?.stop()
    this.#drag = null
    this.#pressed = null
    this.#block = null
    this.#list = null
  }

  /** Everything is as it was before. */
  #cancel(): boolean {
    const drag = this.#drag
    if (drag === null) return false
    this.#ids?.close()
    this.#stop()
    this.#library.selection.replace(drag.before)
    return true
  }

  #update({ start, kept }: Drag): void {
    const { grid, selection } = this.#library
    const { layout, total } = grid
    const end = { xPx: this.#pointer.xPx, yPx: grid.contentTopPx + this.#pointer.yPx }
    const block = tilesBetween(layout, start, end)
    const isSameList = this.#useList()
    if (isSameList && JSON.stringify(block) === JSON.stringify(this.#block)) return
    this.#block = block
    const places = block === null ? [] : [...placesIn(block, layout.columns, total)]
    const [first] = places
    const last = places.at(-1)
    if (first !== undefined && last !== undefined) {
      const isDownwards = end.yPx >= start.yPx
      selection.anchor = isDownwards ? first : last
      selection.cursor = isDownwards ? last : first
    }
    this.#ids?.want(places, ({ fileIds, photoIds }) => {
      selection.replace(withFiles(kept, fileIds, photoIds))
    })
  }

  /** While a job finds labels, the list is opened again and again; its numbers are those of the list that shows. */
  #useList(): boolean {
    const { list } = this.#library
    if (list === this.#list) return true
    this.#ids?.close()
    this.#list = list
    this.#ids =
      list === null
        ? null
        : new IdStretch((from, to) =>
            this.#app.attempt(() => this.#app.api.browse.ids({ viewId: list.viewId, from, to })),
          )
    return false
  }
}

const isOnTile = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('[data-index]') !== null

const isHeld = ({ ctrlKey, metaKey, shiftKey }: PointerEvent): boolean => ctrlKey || metaKey || shiftKey

const inOrder = (a: number, b: number): [number, number] => (a <= b ? [a, b] : [b, a])

function pointIn(element: HTMLElement, { clientX, clientY }: PointerEvent): Point {
  const { left, top } = element.getBoundingClientRect()
  return { xPx: clientX - left, yPx: clientY - top }
}
