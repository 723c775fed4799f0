// A rectangle that is drawn over the grid with the mouse, and selects the photos that it touches.
import type { AppState } from '../state/app.svelte.ts'
import { indexesBetween, scrollSpeed, type Point } from './band.ts'
import { IdRangeLoader } from './id-range-loader.ts'
import type { OpenView, PhotoList } from './photo-list.ts'
import { emptySelection, union, type Selection } from './selection.ts'

/** A shorter way is a click. */
const clickPx = 5

interface Drag {
  /** Where it began, in the content: that stays in its place as the grid scrolls. */
  readonly start: Point
  /** What was selected before. */
  readonly before: Selection
  /** What of that stays selected. */
  readonly kept: Selection
  /** Stops listening to Escape. */
  readonly stop: () => void
}

export class RubberBand {
  readonly #app: AppState
  readonly #photos: PhotoList
  /** Where the button went down, until it is up again. */
  #pressed: Point | null = null
  #drag = $state.raw<Drag | null>(null)
  /** In the window of the grid. */
  #pointer = $state.raw<Point>({ xPx: 0, yPx: 0 })
  #hasDrawn = false
  #isFromTile = false
  /** Those that were touched last, and the corner for which they are. */
  #indexes: readonly number[] = []
  #corner: Point | null = null
  #view: OpenView | null = null
  #ids: IdRangeLoader | null = null

  constructor(app: AppState, photos: PhotoList) {
    this.#app = app
    this.#photos = photos
  }

  /** What is seen of it, in the window of the grid; null while nothing is drawn. */
  readonly shown = $derived.by(() => {
    const drag = this.#drag
    if (drag === null) return null
    const { contentTopPx, layout } = this.#photos.grid
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
    // A band that was drawn before, and whose photos are still being loaded, is dropped for what the user does now.
    this.#ids?.close()
    this.#view = null
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
    // The button was released outside the grid.
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
      void this.#app.edits.block(() => this.#ids?.settled() ?? Promise.resolve())
    }
    this.#stop()
  }

  /** Whether this click only ends a drawing, or a way from one photo to another; it means nothing else. */
  takesClick = (event: MouseEvent): boolean => this.#hasDrawn || (this.#isFromTile && !isOnTile(event))

  #begin(point: Point, isAdded: boolean): void {
    const { selection, grid } = this.#photos
    const drag: Drag = {
      start: { xPx: point.xPx, yPx: grid.contentTopPx + point.yPx },
      before: selection.value,
      kept: isAdded ? selection.value : emptySelection,
      stop: this.#app.commands.register({}, (name) => name === 'Escape' && this.#cancel()),
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
    this.#indexes = []
    this.#corner = null
    this.#view = null
  }

  /** Everything is as it was before. */
  #cancel(): boolean {
    const drag = this.#drag
    if (drag === null) return false
    this.#ids?.close()
    this.#stop()
    this.#photos.selection.replace(drag.before)
    return true
  }

  #update({ start, kept }: Drag): void {
    const { grid, selection } = this.#photos
    const { layout, total } = grid
    const end = { xPx: this.#pointer.xPx, yPx: grid.contentTopPx + this.#pointer.yPx }
    const isSameView = this.#useView()
    if (isSameView && end.xPx === this.#corner?.xPx && end.yPx === this.#corner.yPx) return
    this.#corner = end
    const indexes = indexesBetween(layout, total, start, end)
    if (isSameView && areSame(indexes, this.#indexes)) return
    this.#indexes = indexes
    const [first] = indexes
    const last = indexes.at(-1)
    if (first !== undefined && last !== undefined) {
      const isDownwards = end.yPx >= start.yPx
      selection.anchor = isDownwards ? first : last
      selection.cursor = isDownwards ? last : first
    }
    this.#ids?.request(indexes, ({ fileIds, photoIds }) => {
      selection.replace(union(kept, fileIds, photoIds))
    })
  }

  /** While a job finds labels, the list is opened again and again; its numbers are those of the list that shows. */
  #useView(): boolean {
    const { view } = this.#photos
    if (view === this.#view) return true
    this.#ids?.close()
    this.#view = view
    this.#ids =
      view === null
        ? null
        : new IdRangeLoader((from, to) =>
            this.#app.attempt(() => this.#app.api.browse.ids({ viewId: view.viewId, from, to })),
          )
    return false
  }
}

const areSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((index, place) => index === b[place])

const isOnTile = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('[data-index]') !== null

const isHeld = ({ ctrlKey, metaKey, shiftKey }: PointerEvent): boolean => ctrlKey || metaKey || shiftKey

const inOrder = (a: number, b: number): [number, number] => (a <= b ? [a, b] : [b, a])

function pointIn(element: HTMLElement, { clientX, clientY }: PointerEvent): Point {
  const { left, top } = element.getBoundingClientRect()
  return { xPx: clientX - left, yPx: clientY - top }
}
