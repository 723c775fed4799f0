// As one list takes the place of another: cursor, selection and viewer stay with their photos, wherever those are now.
import type { OpenView } from '../../grid/photo-list.ts'
import type { GridSelection } from '../../grid/grid-selection.svelte.ts'
import type { Selection } from '../../grid/selection.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { indexIn, locateIn } from './open-view.ts'

interface FollowedList {
  readonly view: OpenView | null
  readonly selection: GridSelection
  /** The photo in the viewer; null while it is closed. */
  readonly viewed: number | null
}

/** Indexes in the new list. */
export interface Followed {
  readonly cursor: number
  readonly anchor: number
  /** Null: the viewer is closed, or its photo is not in the list. */
  readonly viewed: number | null
}

/**
 * Deselects what is not in the new list, and finds the photos of the old one there. The user goes on in the old list
 * meanwhile: then it looks again, so that what it returns is about the list as it is now.
 */
export async function followList(app: AppState, list: FollowedList, view: OpenView): Promise<Followed> {
  const { selection, view: before } = list
  const { cursor, anchor } = selection
  const { viewed } = list
  if (before === null) return { cursor, anchor, viewed }
  const [cursorNow, anchorNow, viewedNow, kept] = await Promise.all([
    indexIn(app, view, before, cursor),
    indexIn(app, view, before, anchor),
    viewed === null ? null : locateIn(app, view, before, viewed),
    intersectSelection(app, selection, view),
  ])
  const isSame =
    selection.cursor === cursor &&
    selection.anchor === anchor &&
    selection.value === kept &&
    list.viewed === viewed
  return isSame ? { cursor: cursorNow, anchor: anchorNow, viewed: viewedNow } : followList(app, list, view)
}

/** Deselects what is not in the view. Returns what stays. */
export async function intersectSelection(
  { api }: AppState,
  selection: GridSelection,
  { viewId, total }: OpenView,
): Promise<Selection> {
  if (selection.count > 0) {
    const { fileIds } = await api.browse.ids({ viewId, from: 0, to: total })
    selection.intersect(fileIds)
  }
  return selection.value
}
