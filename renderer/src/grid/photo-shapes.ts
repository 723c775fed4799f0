// Loads what rows of photos are laid out by: the shapes of a view's photos, the part on screen first, and its months.
import type { MonthRun } from '../../../electron/contract/browse.ts'
import type { Ratios } from '../lists/flow.ts'
import type { GridPhotos } from './grid-view.svelte.ts'
import type { NewView, OpenView } from './photo-list.ts'

/** Photos around the first one on screen, whose shapes are waited for. */
export const reach = 500
/** The most that a ratio can be. */
const widest = 65_535
/** Few enough that no other call waits long. */
const chunkSize = 2000
/** A list that is opened again and again, as in a job, has its shapes read when that ends. */
const quietMs = 1000

/** Both are null where the view is gone. */
export interface ShapeSource {
  readonly ratios: (viewId: string, from: number, to: number) => Promise<readonly number[] | null>
  readonly months: (viewId: string) => Promise<readonly MonthRun[] | null>
}

/** What the grid has to know of a view that was opened just now to show it from the start; see `around`. */
export function startOf({ total, firstRatios, months }: NewView, { isJustified }: WantedShapes): GridPhotos {
  if (!isJustified) return { ratios: null, months }
  const ratios = new Uint16Array(total)
  ratios.set(firstRatios.map((ratio) => Math.min(widest, ratio)))
  return { ratios, months }
}

export interface WantedShapes {
  readonly isJustified: boolean
  readonly hasMonths: boolean
}

export class PhotoShapes {
  readonly #source: ShapeSource
  readonly #onRatios: (ratios: Ratios) => void
  #viewId: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param onRatios called with the shapes of the view that shows, once all of them are read. */
  constructor(source: ShapeSource, onRatios: (ratios: Ratios) => void) {
    this.#source = source
    this.#onRatios = onRatios
  }

  /**
   * Returns what is needed to show a view around this photo. `known`: its months, and the shapes of the view before,
   * which stand for those that are not read yet.
   */
  async around(
    { viewId, total }: OpenView,
    wanted: WantedShapes,
    index: number,
    known: Partial<GridPhotos> = {},
  ): Promise<GridPhotos> {
    const months = known.months ?? (wanted.hasMonths ? await this.#source.months(viewId) : null)
    if (!wanted.isJustified) return { ratios: null, months: months ?? [] }
    const ratios = new Uint16Array(total)
    if (known.ratios) ratios.set(known.ratios.subarray(0, total))
    await this.#read(viewId, ratios, Math.max(0, index - reach), Math.min(total, index + reach))
    return { ratios, months: months ?? [] }
  }

  /** Reads all shapes of the view that shows now; where it was shown before, after a while without another one. */
  follow({ viewId, total }: OpenView, { ratios }: GridPhotos, isAgain: boolean): void {
    clearTimeout(this.#timer)
    this.#viewId = viewId
    if (ratios === null || (!isAgain && total <= reach)) return
    this.#timer = setTimeout(() => void this.#readAll(viewId, ratios), isAgain ? quietMs : 0)
  }

  async #readAll(viewId: string, known: Ratios): Promise<void> {
    const ratios = known.slice()
    for (let from = 0; from < ratios.length; from += chunkSize) {
      const isRead = await this.#read(viewId, ratios, from, Math.min(ratios.length, from + chunkSize))
      if (!isRead || this.#viewId !== viewId) return
    }
    // All rows are laid out anew, so that is done once, and only where a shape is another one.
    if (ratios.some((ratio, index) => ratio !== known[index])) this.#onRatios(ratios)
  }

  async #read(viewId: string, ratios: Ratios, from: number, to: number): Promise<boolean> {
    const read = from < to ? await this.#source.ratios(viewId, from, to) : []
    if (read === null) return false
    for (const [place, ratio] of read.entries()) {
      // What a picture has shown stays while the core does not know the shape.
      if (ratio > 0) ratios[from + place] = Math.min(widest, ratio)
    }
    return true
  }
}
