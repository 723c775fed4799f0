// The state of the library screen: what is filtered, sorted, open and selected. It outlives the screen.
import type { FileId, PhotoCard, PhotoFilter, PhotoSort } from '../../../../electron/contract/browse.ts'
import { ApiError } from '../../api.ts'
import { GridView } from '../../grid/grid-view.svelte.ts'
import { PageCache, pageSize } from '../../grid/page-cache.svelte.ts'
import type { AppState, PhotoChoice } from '../../state/app.svelte.ts'
import { lasting } from '../../state/lasting.svelte.ts'
import type { Chosen } from './chosen.ts'
import { Facets } from './facets.svelte.ts'
import { everything } from './filters.ts'
import { Selection } from './selection.svelte.ts'

interface OpenList {
  readonly viewId: string
  readonly total: number
  readonly pages: PageCache
}

/** The core sends at most this many photos with a list; a multiple of the page size. */
const maxFirst = 500
/** While much changes, as in a job, the list is opened again at most this often. */
const refreshGapMs = 400

export class Library {
  readonly #app: AppState
  readonly grid = new GridView()
  readonly selection = new Selection()
  readonly facets: Facets
  #filter = $state.raw<PhotoFilter>(everything)
  #sort = $state.raw<PhotoSort>({ by: 'name', isDescending: false })
  list = $state.raw<OpenList | null>(null)
  /** The photo in the viewer; null while it is closed. */
  viewed = $state<number | null>(null)

  /** The file with which the viewer was opened. */
  #opened: FileId | null = null

  // What is asked for next; while the core answers, only the newest wish is kept.
  #wish: 'new' | 'same' | null = null
  #isOpening = false
  #lastRefreshMs = 0
  #refreshTimer: ReturnType<typeof setTimeout> | undefined

  constructor(app: AppState) {
    this.#app = app
    this.facets = new Facets(app)
    this.grid.setTileSize(app.settings.tileSizePx)
    app.subscribe('library.changed', () => {
      this.#refreshSoon()
    })
  }

  get filter(): PhotoFilter {
    return this.#filter
  }

  get sort(): PhotoSort {
    return this.#sort
  }

  card(index: number): PhotoCard | undefined {
    return this.list?.pages.card(index)
  }

  /** For dialogs and the review: the selection, or all that pass the filter. */
  readonly choice: PhotoChoice = $derived({
    filter: this.#filter,
    photoIds: this.selection.count > 0 ? this.selection.photoIds : null,
    sort: this.#sort,
  })

  /** Shows what is known, then looks for what has changed since. */
  async start(): Promise<void> {
    await Promise.all([this.facets.load(this.#filter), this.#open('new')])
    const folders = this.facets.folders.filter(({ depth, isMissing }) => depth === 0 && !isMissing)
    if (folders.length === 0 || !this.#app.settings.isScanAtStart) return
    await this.#app.attempt(() => this.#app.api.library.scan({ folders: folders.map(({ path }) => path) }))
  }

  changeFilter(change: Partial<PhotoFilter>): void {
    this.#filter = { ...this.#filter, ...change }
    // The given order makes sense for given photos alone.
    if (this.#filter.photoIds === null && this.#sort.by === 'given')
      this.#sort = { by: 'name', isDescending: false }
    // The photos first: the person waits for them, and the core answers one call after the other.
    void this.#open('new').then(() => this.#app.attempt(() => this.facets.countStates(this.#filter)))
  }

  changeSort(sort: PhotoSort): void {
    this.#sort = sort
    void this.#open('new')
  }

  /** Takes over what another screen wants to be seen. */
  showWanted({ filter, photoIds }: PhotoChoice): void {
    this.viewed = null
    this.#sort = photoIds === null ? this.#sort : { by: 'given', isDescending: false }
    this.#filter = everything
    this.changeFilter({ ...filter, photoIds: photoIds === null ? null : [...photoIds] })
  }

  /** Opens the viewer on a photo; the list stays as it is until the viewer is closed. */
  openViewer(index: number): void {
    this.selection.cursor = index
    this.viewed = index
    this.#opened = this.card(index)?.fileId ?? null
  }

  closeViewer(): void {
    if (this.viewed !== null) this.#followViewer(this.viewed)
    this.viewed = null
    this.grid.show(this.selection.cursor)
    void this.refresh()
  }

  /** Where one photo was selected and opened, the next keys are about the one that was looked at last. */
  #followViewer(index: number): void {
    const { selection } = this
    const card = this.card(index)
    selection.cursor = index
    if (card === undefined || this.#opened === null) return
    if (selection.count !== 1 || !selection.has(this.#opened)) return
    selection.choose(card)
    selection.anchor = index
  }

  /** Reads everything again and stays where it is. */
  async refresh(): Promise<void> {
    clearTimeout(this.#refreshTimer)
    this.#refreshTimer = undefined
    const work = [this.facets.load(this.#filter)]
    if (this.viewed === null) work.push(this.#open('same'))
    await Promise.all(work)
    this.#lastRefreshMs = performance.now()
  }

  /** For what was selected by the numbers of an earlier list. */
  async keepSelected(): Promise<void> {
    if (this.list !== null) await this.#keepSelected(this.list)
  }

  #refreshSoon(): void {
    if (this.#refreshTimer !== undefined) return
    const waitMs = Math.max(0, this.#lastRefreshMs + refreshGapMs - performance.now())
    this.#refreshTimer = setTimeout(() => void this.refresh(), waitMs)
  }

  async #open(wish: 'new' | 'same'): Promise<void> {
    if (this.#wish !== 'new') this.#wish = wish
    if (this.#isOpening) return
    this.#isOpening = true
    while (this.#wish !== null) {
      const next: 'new' | 'same' = this.#wish
      this.#wish = null
      await this.#app.attempt(() => (next === 'new' ? this.#openNew() : this.#openAgain()))
    }
    this.#isOpening = false
  }

  async #openNew(): Promise<void> {
    const { layout } = this.grid
    const rows = Math.ceil(layout.viewportPx / layout.rowHeightPx) + 1
    const list = await this.#openList(rows * layout.columns)
    if (this.#wish === 'new') return
    this.list = list
    const { states } = this.#filter
    // Files with problems are a list with reasons, not pictures.
    const isList = states.length > 0 && states.every((state) => state === 'failed' || state === 'skipped')
    this.grid.startWith(list.total, isList)
    this.selection.clear()
    this.selection.cursor = 0
    this.selection.anchor = 0
  }

  /** The same filter and order again: the photo at the upper edge, the cursor and the selection stay. */
  async #openAgain(): Promise<void> {
    const before = this.list
    const list = await this.#openList(0)
    if (before === null) {
      this.list = list
      this.grid.startWith(list.total)
      return
    }
    const { selection, grid } = this
    const { cursor, anchor } = selection
    const { firstIndex } = grid
    const [first, cursorNow, anchorNow, kept] = await Promise.all([
      this.#placeIn(list, before, firstIndex),
      this.#placeIn(list, before, cursor),
      this.#placeIn(list, before, anchor),
      this.#keepSelected(list),
    ])
    const { from, end } = grid.shown
    await list.pages.preload(Math.max(0, from + first - firstIndex), end + first - firstIndex)
    // The viewer keeps its list, also where it was opened just now.
    if (this.#wish === 'new' || this.viewed !== null) return
    this.list = list
    grid.continueWith(list.total, firstIndex, first)
    // The person may have moved on meanwhile; what they see moves with the list.
    selection.cursor = placeWithin(selection.cursor + cursorNow - cursor, list)
    selection.anchor = placeWithin(selection.anchor + anchorNow - anchor, list)
    if (selection.chosen !== kept) await this.#keepSelected(list)
  }

  /** @param first so many photos from the start come with it. */
  async #openList(first: number): Promise<OpenList> {
    const { api } = this.#app
    const wanted = { filter: this.#filter, sort: this.#sort }
    const { viewId, total, cards } = await api.browse.open({
      ...wanted,
      first: Math.min(maxFirst, Math.ceil(first / pageSize) * pageSize),
    })
    const pages = new PageCache(total, cards, async (offset, limit) => {
      try {
        return await api.browse.window({ viewId, offset, limit })
      } catch (error) {
        // The core lets go of views that were not used for long; the list is simply opened again.
        if (error instanceof ApiError && error.code === 'not-found') this.#refreshSoon()
        else this.#app.toasts.error(error)
        return null
      }
    })
    return { viewId, total, pages }
  }

  /** Where the photo at a place of the old list is now; where it is gone, what took its place. */
  async #placeIn(list: OpenList, before: OpenList, index: number): Promise<number> {
    const nearest = placeWithin(index, list)
    const card = before.pages.card(index)
    if (card === undefined) return nearest
    const found = await this.#app.api.browse.locate({ viewId: list.viewId, fileId: card.fileId })
    return found.index ?? nearest
  }

  /** Lets go of what is selected and not in the list. Gives what stays. */
  async #keepSelected(list: OpenList): Promise<Chosen> {
    if (this.selection.count > 0) {
      const { fileIds } = await this.#app.api.browse.ids({ viewId: list.viewId, from: 0, to: list.total })
      this.selection.keepOnly(fileIds)
    }
    return this.selection.chosen
  }
}

const placeWithin = (index: number, { total }: OpenList): number => Math.max(0, Math.min(index, total - 1))

const libraries = new WeakMap<AppState, Library>()

/** The one library of the app, made when it is first asked for. */
export function libraryOf(app: AppState): Library {
  const known = libraries.get(app)
  if (known !== undefined) return known
  const library = lasting(() => new Library(app))
  libraries.set(app, library)
  return library
}
