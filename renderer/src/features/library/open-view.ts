// Opens a list in the core, with all that its first photos are shown by: they wait for this one call and no other.
import type { PhotoCard, PhotoFilter, PhotoSort } from '../../../../electron/contract/browse.ts'
import type { NewView, OpenView } from '../../grid/photo-list.ts'
import { reach, type WantedShapes } from '../../grid/photo-shapes.ts'
import { PageCache } from '../../lists/page-cache.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { ApiError } from '../../transport/api.ts'

/** Small enough that the first screen is not kept waiting for photos that are far below it. */
const pageSize = 50
/** Enough for several screens of the smallest tiles. */
const maxPages = 60
/** The core sends at most this many photos with a view; a multiple of the page size. */
const maxFirst = 500

export interface ViewRequest {
  readonly filter: PhotoFilter
  readonly sort: PhotoSort
  /** So many photos from the start come with it; none where it is shown from elsewhere. */
  readonly first: number
  readonly shapes: WantedShapes
}

/** @param onGone called where the core has let go of the view, which it does when it was not used for long. */
export async function openView(app: AppState, request: ViewRequest, onGone: () => void): Promise<NewView> {
  const { filter, sort, first, shapes } = request
  const { browse } = app.api
  const { viewId, total, cards, ratios, months } = await browse.open({
    filter,
    sort,
    first: Math.min(maxFirst, Math.ceil(first / pageSize) * pageSize),
    firstRatios: shapes.isJustified && first > 0 ? reach : 0,
    hasMonths: shapes.hasMonths,
  })
  const load = async (offset: number, limit: number) => {
    try {
      return await browse.window({ viewId, offset, limit })
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not-found') onGone()
      else app.toasts.error(error)
      return null
    }
  }
  const pages = new PageCache<PhotoCard>({ total, pageSize, maxPages, load }, cards)
  return { viewId, total, pages, firstRatios: ratios, months }
}

export const clampIndex = (index: number, { total }: OpenView): number =>
  Math.max(0, Math.min(index, total - 1))

/** The index of a photo of the old view in the new one; null where it is gone, or not known yet. */
export async function locateIn(
  { api }: AppState,
  view: OpenView,
  before: OpenView,
  index: number,
): Promise<number | null> {
  const card = before.pages.item(index)
  if (card === undefined) return null
  return (await api.browse.locate({ viewId: view.viewId, fileId: card.fileId })).index
}

/** The same; where it is gone, the index of what took its place. */
export const indexIn = async (
  app: AppState,
  view: OpenView,
  before: OpenView,
  index: number,
): Promise<number> => (await locateIn(app, view, before, index)) ?? clampIndex(index, view)
