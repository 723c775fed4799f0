// How far the photo in the viewer is zoomed, and what wheel, pointers and keys do to that.
import { clampPan, fitInto, fitted, zoomAt, type Size } from './zoom.ts'

interface Point {
  readonly x: number
  readonly y: number
}

/** How many times its own pixels a photo can be enlarged, and at least how much beyond fitting. */
const largest = 4

export class StageZoom {
  stage = $state.raw<Size>({ width: 0, height: 0 })
  /** Upright, in pixels of the original. */
  photo = $state.raw<Size>({ width: 0, height: 0 })
  /** There is no photo to show. */
  isBlank = $state(false)
  #zoom = $state.raw(fitted)
  /** Fingers or the mouse button that are down. */
  #pointers: readonly (Point & { readonly id: number })[] = []

  readonly fit = $derived(fitInto(this.photo, this.stage))
  readonly now = $derived(clampPan(this.#zoom, this.fit, this.stage))
  readonly #nativeScale = $derived(this.photo.width / Math.max(1, this.fit.width))
  /** From the whole photo, or the own pixels of one that is enlarged to fit. */
  readonly #scales = $derived({
    min: Math.min(1, this.#nativeScale),
    max: Math.max(largest, this.#nativeScale * largest),
  })
  readonly isZoomed = $derived(this.now.scale > 1)
  readonly isFitted = $derived(this.now.scale === 1)
  readonly canShrink = $derived(this.now.scale > this.#scales.min)
  /** Of the screen for each pixel of the photo. */
  readonly magnification = $derived(this.photo.width === 0 ? 1 : this.now.scale / this.#nativeScale)
  /** The longer side as it is shown. */
  readonly shownPx = $derived(Math.max(this.fit.width, this.fit.height) * this.now.scale)

  by(factor: number, point: Point = { x: 0, y: 0 }): void {
    this.#zoom = clampPan(zoomAt(this.now, factor, point, this.#scales), this.fit, this.stage)
  }

  reset(): void {
    this.#zoom = fitted
  }

  /** One pixel of the photo for each of the screen; or the whole photo, where that is so already. */
  toActualSize(): void {
    if (this.photo.width === 0) return
    if (!this.isFitted && Math.abs(this.magnification - 1) < 0.005) this.reset()
    else this.by(this.#nativeScale / this.now.scale)
  }

  /** Between the whole photo and its own pixels. */
  toggle(point: Point = { x: 0, y: 0 }): void {
    if (this.isZoomed) this.reset()
    else this.by(Math.max(2, this.#nativeScale), point)
  }

  /** For `{@attach}`: pointers drag and pinch, the wheel zooms. */
  attach = (element: HTMLElement): (() => void) => {
    const observer = new ResizeObserver(() => {
      this.stage = { width: element.clientWidth, height: element.clientHeight }
    })
    observer.observe(element)
    const fromCentre = ({ clientX, clientY }: MouseEvent) => {
      const box = element.getBoundingClientRect()
      return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 }
    }
    const stop = new AbortController()
    const { signal } = stop
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      // A pinch on a touchpad comes as a wheel with Ctrl, in smaller steps.
      this.by(Math.exp(-event.deltaY / (event.ctrlKey ? 100 : 500)), fromCentre(event))
    }
    element.addEventListener('wheel', wheel, { passive: false, signal })
    element.addEventListener('dblclick', (event) => this.toggle(fromCentre(event)), { signal })
    const down = (event: PointerEvent) => {
      element.setPointerCapture(event.pointerId)
      this.#pointers = [...this.#pointers, { id: event.pointerId, ...fromCentre(event) }]
    }
    const up = (event: PointerEvent) => {
      this.#pointers = this.#pointers.filter(({ id }) => id !== event.pointerId)
    }
    element.addEventListener('pointerdown', down, { signal })
    element.addEventListener('pointermove', (event) => this.#move(event.pointerId, fromCentre(event)), {
      signal,
    })
    for (const end of ['pointerup', 'pointercancel'] as const) element.addEventListener(end, up, { signal })
    return () => {
      observer.disconnect()
      stop.abort()
    }
  }

  #move(id: number, to: Point): void {
    const from = this.#pointers.find((pointer) => pointer.id === id)
    if (from === undefined) return
    const others = this.#pointers.filter((pointer) => pointer !== from)
    this.#pointers = [...others, { id, ...to }]
    const [other] = others
    if (other === undefined) {
      const { scale, x, y } = this.now
      this.#zoom = clampPan({ scale, x: x + to.x - from.x, y: y + to.y - from.y }, this.fit, this.stage)
      return
    }
    const distance = (at: Point) => Math.max(1, Math.hypot(at.x - other.x, at.y - other.y))
    this.by(distance(to) / distance(from), to)
  }
}
