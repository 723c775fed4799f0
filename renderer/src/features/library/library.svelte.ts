// The state of the library screen: what is filtered, sorted, open and selected. It outlives the screen.
import type { FileId, PhotoId } from '../../../../electron/contract/domain.ts'
import type { PhotoCard, PhotoFilter, PhotoSort } from '../../../../electron/contract/browse.ts'
import { GridSelection } from '../../grid/grid-selection.svelte.ts'
import { Handover } from '../../grid/handover.svelte.ts'
import { GridView, problemRowPx, tableRowPx, type GridPhotos } from '../../grid/grid-view.svelte.ts'
import { PhotoShapes, startOf, type WantedShapes } from '../../grid/photo-shapes.ts'
import { painted } from '../../lists/painted.ts'
import type { ListKind, NewView, OpenView, PhotoList } from '../../grid/photo-list.ts'
import type { GivenPhotos, PhotoScope } from '../../navigation/photo-scope.ts'
import { renamedScope } from '../../labels/label-changes.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { perApp } from '../../state/per-app.svelte.ts'
import type { ViewedPhotos } from '../viewer/viewed-photos.ts'
import { Facets } from './facets.svelte.ts'
import { listKind } from './list-kind.ts'
import { ListQuery } from './list-query.svelte.ts'
import { followList, intersectSelection } from './follow-list.ts'
import { clampIndex, indexIn, openView } from './open-view.ts'
import { retryFiles, retrySelected } from './problem-files.ts'
import { Refresh } from './refresh.ts'
import { scanAtStart } from './scan-at-start.ts'

/** Photos of the viewer's strip on either side of the one that shows. */
const stripReach = 20
const nowhere = { index: null }
/** While much changes, as in a job, the view is opened again at most this often. */
const refreshGapMs = 400

export class Library implements PhotoList, ViewedPhotos {
  readonly #app: AppState
  readonly grid = new GridView()
  readonly selection = new GridSelection()
  readonly facets: Facets
  readonly #handover = new Handover()
  readonly #query = new ListQuery()
  /** Where the next list begins. */
  #startAt = 0
  kind = $state<ListKind>('tiles')
  #isTable = false
  #isJustified = false
  readonly #shapes: PhotoShapes
  view = $state.raw<OpenView | null>(null)
  /** The photo in the viewer; null while it is closed. */
  viewed = $state<number | null>(null)
  /** The file with which the viewer was opened. */
  #opened: FileId | null = null

  // While the core answers, only the newest request is kept.
  #pendingReload: 'new' | 'same' | null = null
  #opening: Promise<void> | null = null
  /** Whether the numbers in the sidebar are those of an earlier filter. */
  #mustCount = false
  readonly #refresh = new Refresh(() => this.#readAgain(), refreshGapMs)

  constructor(app: AppState) {
    this.#app = app
    this.facets = new Facets(app)
    const { browse } = app.api
    this.#shapes = new PhotoShapes(
      {
        ratios: async (viewId, from, to) =>
          (await app.attempt(() => browse.ratios({ viewId, from, to })))?.ratios ?? null,
        months: async (viewId) => (await app.attempt(() => browse.months({ viewId })))?.months ?? null,
      },
      (ratios) => this.grid.setRatios(ratios),
    )
    this.grid.setTileSize(app.settings.tileSizePx)
    app.subscribe('library.changed', this.#refresh.soon)
    app.renames.subscribe('renamed', (renames) => {
      app.navigation.describeScope((scope) => renamedScope(scope, renames))
      if (!this.#query.rename(renames)) return
      // The same photos: the user stays where they are among them, and what they selected stays selected.
      this.#mustCount = true
      void this.#open('same')
    })
  }

  get filter(): PhotoFilter {
    return this.#query.filter
  }

  get wantedLabels(): readonly string[] {
    return this.#query.labels
  }

  get sort(): PhotoSort {
    return this.#query.sort
  }

  /** What the given photos are; null where that is not known. */
  get given(): GivenPhotos | null {
    return this.#query.given
  }

  get similarities(): GivenPhotos['similarities'] {
    return this.#query.similarities
  }

  card(index: number): PhotoCard | undefined {
    return this.view?.pages.item(index)
  }

  cardOfTile(index: number): PhotoCard | undefined {
    return this.#handover.viewAt(index, this.view)?.pages.item(index)
  }

  /** The photo in the viewer, or the one where the keyboard stands. */
  get actionCard(): PhotoCard | undefined {
    return this.card(this.viewed ?? this.selection.cursor)
  }

  /** What commands act on: the photo in the viewer, the selection, or the photo where the keyboard stands. */
  get actionPhotoIds(): PhotoId[] {
    if (this.viewed === null && this.selection.count > 0) return [...this.selection.photoIds]
    const photoId = this.actionCard?.photoId
    return photoId == null ? [] : [photoId]
  }

  /** How many more files are selected that could not be read as a photo. */
  get actionLeftOut(): number {
    return this.viewed === null ? this.selection.unread : 0
  }

  /** The same as files, also such as are no photos. */
  get actionFileIds(): readonly FileId[] {
    if (this.viewed === null && this.selection.count > 0) return this.selection.fileIds
    const fileId = this.actionCard?.fileId
    return fileId === undefined ? [] : [fileId]
  }

  /**
   * For dialogs and the review: the photo in the viewer, several selected photos, or all that pass the filter. One that
   * is selected is no choice: a click or a closed viewer leaves it so.
   */
  readonly photoScope: PhotoScope = $derived({
    filter: this.filter,
    photoIds: this.#chosenPhotoIds(),
    ...(this.given === null ? {} : { given: this.given }),
    sort: this.sort,
    cursor: this.actionCard?.fileId ?? null,
  })

  #chosenPhotoIds(): readonly PhotoId[] | null {
    const { selection, viewed } = this
    if (viewed === null) return selection.count > 1 ? selection.photoIds : null
    const photoId = this.card(viewed)?.photoId
    return photoId == null ? null : [photoId]
  }

  /** Shows what is known, looks for what has changed since, and from then on for what changes. */
  async start(): Promise<void> {
    await Promise.all([this.facets.load(this.filter), this.#open('new')])
    await scanAtStart(this.#app, this.facets.folders, this.#refresh.soon)
    await this.#app.attempt(() => this.#app.api.library.watch({}))
  }

  changeFilter(change: Partial<PhotoFilter>): void {
    void this.#changeFilter(change)
  }

  async #changeFilter(change: Partial<PhotoFilter>): Promise<void> {
    this.#startAt = this.#query.change(change)
    await this.#openAsked()
  }

  changeSort(sort: PhotoSort): void {
    this.#query.changeSort(sort)
    void this.#open('new')
  }

  /** Shows these photos, and closes the viewer; done once they show. */
  show(scope: PhotoScope): Promise<void> {
    this.#query.ask(scope, this.viewed ?? this.selection.cursor)
    this.viewed = null
    return this.#openAsked()
  }

  async #openAsked(): Promise<void> {
    // At once: what is selected while the new list comes is meant, and stays.
    this.selection.clear()
    this.#mustCount = true
    await this.#open('new')
  }

  /** Goes to a file, where it is in the list. */
  async goToFile(fileId: FileId): Promise<void> {
    for (let { view } = this; view !== null; { view } = this) {
      const { index } = await this.#app.api.browse
        .locate({ viewId: view.viewId, fileId })
        .catch(() => nowhere)
      // The list may be opened again meanwhile.
      if (index !== null) await view.pages.preload(index, index + 1)
      if (this.view !== view) continue
      const card = index === null ? undefined : view.pages.item(index)
      if (index === null || card === undefined) return
      // One that is selected is where the user was before.
      if (this.selection.count === 1) this.selection.select(card)
      this.selection.cursor = index
      this.selection.anchor = index
      this.grid.show(index)
      return
    }
  }

  readonly total: number = $derived(this.view?.total ?? 0)
  readonly isViewerOpen: boolean = $derived(this.viewed !== null)

  /** Opens the viewer on a photo; the list stays as it is until the viewer is closed. */
  openViewer(index: number): void {
    this.selection.cursor = index
    this.#opened = this.card(index)?.fileId ?? null
    this.goTo(index)
  }

  goTo(index: number): void {
    this.viewed = index
    this.view?.pages.show(index - stripReach, index + stripReach)
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
    selection.select(card)
    selection.anchor = index
  }

  retry({ photoId, path }: PhotoCard): void {
    const [photoIds, paths] = photoId === null ? [[], [path]] : [[photoId], []]
    void retryFiles(this.#app, this.facets.folders, photoIds, paths)
  }

  retrySelected(): void {
    void retrySelected(this.#app, this.facets.folders, this.selection)
  }

  reveal({ path }: PhotoCard): void {
    void this.#app.revealFile(path)
  }

  /** Reads everything again and stays where it is. */
  refresh(): Promise<void> {
    return this.#refresh.now()
  }

  async #readAgain(): Promise<void> {
    const work = [this.facets.load(this.filter)]
    if (this.viewed === null) work.push(this.#open('same'))
    await Promise.all(work)
  }

  /** When the list that was asked for last shows. */
  async whenShown(): Promise<void> {
    await this.#opening
  }

  /** For what was selected in an earlier view. */
  async intersectSelection(): Promise<void> {
    if (this.view !== null) await intersectSelection(this.#app, this.selection, this.view)
  }

  async #open(wish: 'new' | 'same'): Promise<void> {
    if (this.#pendingReload !== 'new') this.#pendingReload = wish
    await (this.#opening ??= this.#openPending())
  }

  async #openPending(): Promise<void> {
    while (this.#pendingReload !== null) {
      const next: 'new' | 'same' = this.#pendingReload
      this.#pendingReload = null
      await this.#app.attempt(() => (next === 'new' ? this.#openNew() : this.#openAgain()))
    }
    this.#opening = null
    void this.#countOncePainted()
  }

  /** The photos first: the user waits for them, and the core answers one call after the other. */
  async #countOncePainted(): Promise<void> {
    await painted()
    // What is opened meanwhile is counted instead.
    if (this.#opening !== null || !this.#mustCount) return
    this.#mustCount = false
    await this.#app.attempt(() => this.facets.count(this.filter))
  }

  /** Shows photos as rows of text, or as tiles: squares, or such as keep the shape of the photo. */
  async showAs(isTable: boolean, isJustified: boolean): Promise<void> {
    if (this.#isTable === isTable && this.#isJustified === isJustified) return
    this.#isTable = isTable
    this.#isJustified = isJustified
    // Where the view is opened again meanwhile, as in a job, the new one is shown so.
    for (let { view } = this; view !== null; { view } = this) {
      const { firstIndex: first, endOnScreen } = this.grid
      const { cursor } = this.selection
      const photos = await this.#shapes.around(view, this.#wantedShapes(), first)
      // Changed once more meanwhile.
      if (this.#isTable !== isTable || this.#isJustified !== isJustified) return
      if (this.view !== view) continue
      this.#startGrid(view, photos)
      this.grid.showFirst(first)
      if (cursor >= first && cursor < endOnScreen) this.grid.show(cursor)
      return
    }
  }

  #wantedShapes(): WantedShapes {
    const areTiles = listKind(this.filter, this.#isTable) === 'tiles'
    return {
      isJustified: areTiles && this.#isJustified,
      hasMonths: areTiles && this.sort.by === 'date',
    }
  }

  #startGrid(view: OpenView, photos: GridPhotos): void {
    this.kind = listKind(this.filter, this.#isTable)
    const rowPx = { tiles: null, problems: problemRowPx, table: tableRowPx }[this.kind]
    this.grid.startWith(view.total, rowPx, photos)
    this.#shapes.follow(view, photos, false)
  }

  async #openNew(): Promise<void> {
    const { layout } = this.grid
    const rows = Math.ceil(layout.viewportPx / layout.rowHeightPx) + 1
    const { view, shapes } = await this.#openView(rows * layout.columns)
    const wanted = this.#wantedShapes()
    // Where the user has chosen another form meanwhile, what it needs did not come along.
    const isOther = wanted.isJustified !== shapes.isJustified || wanted.hasMonths !== shapes.hasMonths
    const photos = isOther ? await this.#shapes.around(view, wanted, 0) : startOf(view, shapes)
    const before = this.view
    // What was selected before the list was asked for is not any more.
    const isFollowed = this.selection.count > 0 || this.viewed !== null
    const found = isFollowed ? await followList(this.#app, this, view) : null
    if (this.#pendingReload === 'new') return
    this.view = view
    this.#startGrid(view, photos)
    void this.#handover.begin(before, this.grid.endOnScreen)
    const isGone = this.selection.count === 0 && found?.viewed == null
    this.selection.cursor = isGone ? clampIndex(this.#startAt, view) : (found?.cursor ?? 0)
    this.selection.anchor = isGone ? this.selection.cursor : (found?.anchor ?? 0)
    if (this.selection.cursor > 0) this.grid.show(this.selection.cursor)
    this.#startAt = 0
    if (found?.viewed == null) this.viewed = null
    else this.goTo(found.viewed)
  }

  /** The same filter and order again: the photo at the upper edge, the cursor and the selection stay. */
  async #openAgain(): Promise<void> {
    const { view: before, filter } = this
    const { view, shapes } = await this.#openView(0)
    // It asks for labels by names that they have no more, and would lose what is selected; another one comes.
    if (this.filter !== filter) return
    if (before === null) {
      const photos = await this.#shapes.around(view, shapes, 0)
      this.view = view
      this.#startGrid(view, photos)
      return
    }
    const { selection, grid } = this
    const { firstIndex } = grid
    const first = await indexIn(this.#app, view, before, firstIndex)
    const wanted = this.#wantedShapes()
    const months = wanted.hasMonths === shapes.hasMonths ? { months: view.months } : {}
    const photos = await this.#shapes.around(view, wanted, first, { ratios: grid.photos.ratios, ...months })
    const { from, end } = grid.shown
    await view.pages.preload(Math.max(0, from + first - firstIndex), end + first - firstIndex)
    const found = await followList(this.#app, this, view)
    // The viewer keeps its list, also where it was opened just now.
    if (this.#pendingReload === 'new' || this.viewed !== null) return
    this.view = view
    grid.continueWith(view.total, firstIndex, first, photos)
    this.#shapes.follow(view, photos, true)
    selection.cursor = found.cursor
    selection.anchor = found.anchor
  }

  /** @param first so many photos from the start come with it. */
  async #openView(first: number): Promise<{ view: NewView; shapes: WantedShapes }> {
    const shapes = this.#wantedShapes()
    const request = { filter: this.filter, sort: this.sort, first, shapes }
    // The core lets go of views that were not used for long; it is simply opened again.
    return { view: await openView(this.#app, request, this.#refresh.soon), shapes }
  }
}

/** The one library of the app. */
export const libraryOf = perApp((app) => new Library(app))
