// How this window shows the library. Kept in the browser's storage, since it is no part of the library itself.
import { MediaQuery } from 'svelte/reactivity'
import type { ColumnChoice, TableColumn } from '../../grid/table-columns.ts'

const key = 'labelroom.library-view'
const narrowestPx = 160
const widestPx = 480

/** The parts of the sidebar. */
export type SidebarPaneName = 'states' | 'folders' | 'labels'

interface Stored {
  readonly sidebarPx: number
  readonly labelsShare: number | null
  readonly isSidebarOpen: boolean
  readonly isFilled: boolean
  readonly closedPanes: readonly SidebarPaneName[]
  readonly areStepsHidden: boolean
  readonly isTable: boolean
  readonly isJustified: boolean
  readonly columns: ColumnChoice
}

const standard: Stored = {
  sidebarPx: 232,
  labelsShare: null,
  isSidebarOpen: true,
  isFilled: true,
  closedPanes: [],
  areStepsHidden: false,
  isTable: false,
  isJustified: false,
  columns: { widthsPx: {}, hidden: [] },
}

export class ViewPreferences {
  readonly #narrow = new MediaQuery('width < 720px')
  #isOpenWhereNarrow = $state(false)
  #now = $state.raw<Stored>(standard)

  constructor() {
    try {
      this.#now = { ...standard, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Stored>) }
    } catch {
      // Unreadable: the standard view it is.
    }
  }

  get sidebarPx(): number {
    return this.#now.sidebarPx
  }

  resetSidebar(): void {
    this.change({ sidebarPx: standard.sidebarPx })
  }

  /** The part of the sidebar's height that the labels have where the user has moved their edge, 0 to 1. */
  get labelsShare(): number | null {
    return this.#now.labelsShare
  }

  /** In a narrow window, as at 200 % zoom, it is closed until it is asked for. */
  get isSidebarOpen(): boolean {
    return this.#narrow.current ? this.#isOpenWhereNarrow : this.#now.isSidebarOpen
  }

  toggleSidebar(): void {
    if (this.#narrow.current) this.#isOpenWhereNarrow = !this.#isOpenWhereNarrow
    else this.change({ isSidebarOpen: !this.#now.isSidebarOpen })
  }

  /** Whether pictures fill their tile, cut off at the edges. */
  get isFilled(): boolean {
    return this.#now.isFilled
  }

  get closedPanes(): readonly SidebarPaneName[] {
    return this.#now.closedPanes
  }

  /** Whether photos are rows of text. */
  get isTable(): boolean {
    return this.#now.isTable
  }

  /** Of the list: widths that the user has set, and columns that the user has hidden. */
  get columns(): ColumnChoice {
    return this.#now.columns
  }

  setColumnWidth(column: TableColumn, px: number): void {
    const { columns } = this
    this.change({ columns: { ...columns, widthsPx: { ...columns.widthsPx, [column]: px } } })
  }

  toggleColumn(column: TableColumn): void {
    const { columns } = this
    const { hidden } = columns
    this.change({
      columns: {
        ...columns,
        hidden: hidden.includes(column) ? hidden.filter((other) => other !== column) : [...hidden, column],
      },
    })
  }

  resetColumns(): void {
    this.change({ columns: standard.columns })
  }

  /** Whether tiles keep the shape of the photo, in rows that fill the width. */
  get isJustified(): boolean {
    return this.#now.isJustified
  }

  /** Whether the user has closed the line that says what comes next. */
  get areStepsHidden(): boolean {
    return this.#now.areStepsHidden
  }

  togglePane(name: SidebarPaneName): void {
    const { closedPanes } = this
    this.change({
      closedPanes: closedPanes.includes(name)
        ? closedPanes.filter((other) => other !== name)
        : [...closedPanes, name],
    })
  }

  readonly limits = { narrowestPx, widestPx }

  change(change: Partial<Stored>): void {
    const next = { ...this.#now, ...change }
    this.#now = { ...next, sidebarPx: Math.min(widestPx, Math.max(narrowestPx, next.sidebarPx)) }
    localStorage.setItem(key, JSON.stringify(this.#now))
  }
}
