// What clicks and keys do in the grid. One listener for all tiles: they come and go as it scrolls.
import type { Library } from '../features/library/library.svelte.ts'
import { retryFile, revealFile } from '../features/library/problem-files.ts'
import type { AppState } from '../state/app.svelte.ts'
import { moveCursor } from './layout.ts'

interface Modifiers {
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}

export interface GridInput {
  readonly click: (event: MouseEvent) => void
  readonly doubleClick: (event: MouseEvent) => void
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

export function gridInput(app: AppState, library: Library): GridInput {
  const { selection, grid } = library

  // Ranges in the order of the keys; answers may overtake each other.
  let asked = 0
  let answered = 0

  const chooseRange = async (from: number, to: number, isAdded: boolean) => {
    const { list } = library
    const { changes } = selection
    const range = ++asked
    if (list === null) return
    const [first, last] = from <= to ? [from, to] : [to, from]
    // A key right after means all of them.
    await app.edits.hold(async () => {
      const ids = await app.attempt(() =>
        app.api.browse.ids({ viewId: list.viewId, from: first, to: last + 1 }),
      )
      // What the person chose meanwhile stays.
      const isLast = range > answered && selection.changes === changes
      if (ids === null || !isLast) return
      answered = range
      selection.chooseAll(ids.fileIds, ids.photoIds, isAdded)
      // The list was opened again meanwhile, as in a job: what was seen then is meant, as far as it is there.
      if (library.list !== list) await app.attempt(() => library.keepSelected())
    })
  }

  const goTo = (index: number, held: Modifiers, isClick: boolean) => {
    const isMod = held.ctrlKey || held.metaKey
    selection.cursor = index
    if (held.shiftKey) {
      void chooseRange(selection.anchor, index, isMod)
      return
    }
    const card = library.card(index)
    if (card === undefined) {
      // Not loaded yet, as after End: the core knows it.
      if (!isMod) void chooseRange(index, index, false)
    } else if (!isMod) selection.choose(card)
    else if (isClick) selection.toggle(card)
    selection.anchor = index
  }

  const move = (key: string, held: Modifiers): boolean => {
    const next = moveCursor(grid.layout, grid.total, selection.cursor, key)
    if (next === null || library.viewed !== null) return false
    // At the start nothing is selected yet: the first arrow selects the first photo.
    const isFirst = selection.count === 0 && selection.cursor === 0 && key.startsWith('Arrow')
    const index = isFirst ? selection.cursor : next
    grid.show(index)
    goTo(index, held, false)
    return true
  }

  const actOn = (action: string | undefined, index: number) => {
    const card = library.card(index)
    if (card === undefined) return
    if (action === 'retry') void retryFile(app, library, card)
    if (action === 'reveal') void revealFile(app, card.path)
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
      if (index !== null) library.openViewer(index)
    },
    pressInGrid(event) {
      if (move(event.key, event)) event.preventDefault()
    },
    press: (name) =>
      document.activeElement === document.body &&
      move(name, { ctrlKey: false, metaKey: false, shiftKey: false }),
    async selectAll() {
      await chooseRange(0, grid.total - 1, false)
    },
  }
}
