// What clicks and keys do in the grid. One listener for all tiles: they come and go as it scrolls.
import type { AppState } from '../state/app.svelte.ts'
import { moveCursor } from '../lists/layout.ts'
import type { PhotoList } from './photo-list.ts'

interface Modifiers {
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}

export interface GridInput {
  readonly click: (event: MouseEvent) => void
  readonly doubleClick: (event: MouseEvent) => void
  readonly drag: (event: DragEvent) => void
  /** Selects the photo that a menu is asked for, unless it is among those that are; returns whether there is one. */
  readonly menu: (event: MouseEvent) => boolean
  /** Keys while the grid has the focus, with what is held down. */
  readonly pressInGrid: (event: KeyboardEvent) => void
  /** Keys while nothing has the focus. */
  readonly press: (name: string) => boolean
  readonly selectAll: () => Promise<void>
}

const indexOf = (event: MouseEvent): number | null => {
  const tile = event.target instanceof Element ? event.target.closest('[data-index]') : null
  return tile instanceof HTMLElement ? Number(tile.dataset['index']) : null
}

export function gridInput(app: AppState, photos: PhotoList): GridInput {
  const { selection, grid } = photos

  // Ranges in the order of the keys; answers may overtake each other.
  let asked = 0
  let answered = 0

  const selectRange = async (from: number, to: number, isAdded: boolean) => {
    const { view } = photos
    const { changes } = selection
    const range = ++asked
    if (view === null) return
    const [first, last] = from <= to ? [from, to] : [to, from]
    // A key right after means all of them.
    await app.edits.block(async () => {
      const ids = await app.attempt(() =>
        app.api.browse.ids({ viewId: view.viewId, from: first, to: last + 1 }),
      )
      // What the user selected meanwhile stays.
      const isLast = range > answered && selection.changes === changes
      if (ids === null || !isLast) return
      answered = range
      selection.selectAll(ids.fileIds, ids.photoIds, isAdded)
      // The view was opened again meanwhile, as in a job: what was seen then is meant, as far as it is there.
      if (photos.view !== view) await app.attempt(() => photos.intersectSelection())
    })
  }

  const goTo = (index: number, held: Modifiers, isClick: boolean) => {
    const isMod = held.ctrlKey || held.metaKey
    selection.cursor = index
    if (held.shiftKey) {
      void selectRange(selection.anchor, index, isMod)
      return
    }
    const card = photos.card(index)
    if (card === undefined) {
      // Not loaded yet, as after End: the core knows it.
      if (!isMod) void selectRange(index, index, false)
    } else if (!isMod) selection.select(card)
    else if (isClick) selection.toggle(card)
    selection.anchor = index
  }

  const move = (key: string, held: Modifiers): boolean => {
    const next = moveCursor(grid.layout, grid.total, selection.cursor, key)
    if (next === null || photos.isViewerOpen) return false
    // At the start nothing is selected yet: the first arrow selects the first photo.
    const isFirst = selection.count === 0 && selection.cursor === 0 && key.startsWith('Arrow')
    const index = isFirst ? selection.cursor : next
    grid.show(index)
    goTo(index, held, false)
    return true
  }

  /** Selects or deselects one photo beside the others. */
  const toggle = (index: number) => {
    const card = photos.card(index)
    if (card === undefined) return
    selection.cursor = index
    selection.anchor = index
    selection.toggle(card)
  }

  const actOn = (action: string | undefined, index: number) => {
    const card = photos.card(index)
    if (card === undefined) return
    if (action === 'toggle') toggle(index)
    if (action === 'retry') photos.retry(card)
    if (action === 'reveal') photos.reveal(card)
  }

  return {
    click(event) {
      const index = indexOf(event)
      if (index === null) {
        selection.clear()
        return
      }
      const button = event.target instanceof Element ? event.target.closest('[data-action]') : null
      if (button instanceof HTMLElement) actOn(button.dataset['action'], index)
      else goTo(index, event, true)
    },
    doubleClick(event) {
      const index = indexOf(event)
      if (index !== null) photos.openViewer(index)
    },
    drag(event) {
      const index = indexOf(event)
      const card = index === null ? undefined : photos.card(index)
      // With a key held, a rubber band is drawn.
      if (card?.photoId == null || event.ctrlKey || event.metaKey || event.shiftKey) {
        event.preventDefault()
        return
      }
      selection.dragged = { fileId: card.fileId, photoId: card.photoId }
      // Without any data, some systems drag nothing.
      event.dataTransfer?.setData('application/x-labelroom-photos', '')
    },
    menu(event) {
      const index = indexOf(event) ?? (selection.count > 0 ? selection.cursor : null)
      const card = index === null ? undefined : photos.card(index)
      if (index === null || card === undefined) return false
      selection.cursor = index
      if (!selection.has(card.fileId)) {
        selection.select(card)
        selection.anchor = index
      }
      return true
    },
    pressInGrid(event) {
      if (event.key === ' ' && (event.ctrlKey || event.metaKey)) {
        toggle(selection.cursor)
        event.preventDefault()
        event.stopPropagation()
        return
      }
      if (move(event.key, event)) event.preventDefault()
    },
    press: (name) =>
      document.activeElement === document.body &&
      move(name, { ctrlKey: false, metaKey: false, shiftKey: false }),
    // Of the list that was asked for, as by a click on a folder right before.
    selectAll: () =>
      app.edits.block(async () => {
        await photos.whenShown()
        await selectRange(0, grid.total - 1, false)
      }),
  }
}
