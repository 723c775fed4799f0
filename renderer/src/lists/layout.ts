// The geometry of the grid: which tile lies where, which rows are on screen, where the keys lead. Pure arithmetic.
import { flowRowAt, flowRowOf, flowRows, nearestIn, type Ratios, type RowFlow } from './flow.ts'

export interface GridSpace {
  /** Inner size of the scrolling element. */
  readonly widthPx: number
  readonly heightPx: number
  /** The width that the user wants a tile to have; tiles grow to fill the row. */
  readonly tileSizePx: number
  /** Below each picture. */
  readonly captionPx: number
  readonly gapPx: number
  readonly total: number
  /** Set for a list: one column of rows of this height. */
  readonly listRowPx: number | null
  /** Set for rows of photos that keep their shape; else tiles are squares. */
  readonly ratios?: Ratios | null
  /** Indexes at which a section with a heading begins, rising from 0. */
  readonly sections?: readonly number[]
}

export interface GridLayout {
  /** The most tiles of a row. */
  readonly columns: number
  readonly rows: number
  readonly tileWidthPx: number
  /** One row with the gap below it; the lowest one where they differ. */
  readonly rowHeightPx: number
  readonly gapPx: number
  readonly viewportPx: number
  /** Of all rows, as if nothing limited it. */
  readonly contentPx: number
  /** Of the scrolled element: less than `contentPx` where a browser could not lay that out. */
  readonly scrollHeightPx: number
  /** Rows of their own heights and numbers of photos; null where all are alike. */
  readonly flow: RowFlow | null
}

/** Both borders of a tile, and the height of a heading. */
const framePx = 6
const headingPx = 36

/** Blink lays out at most 2^25 device pixels; half of that leaves room for screens with two pixels each. */
export const maxScrollHeightPx = 15_000_000

export function gridLayout(space: GridSpace): GridLayout {
  const { widthPx, heightPx, tileSizePx, captionPx, gapPx, total, listRowPx } = space
  const usablePx = Math.max(1, widthPx - gapPx)
  // The largest tile fits the window, with its caption.
  const highestPx = heightPx > 0 ? Math.max(64, heightPx - captionPx - 2 * gapPx) : Infinity
  const wanted = Math.max(1, Math.floor(usablePx / (tileSizePx + gapPx)))
  const needed = Math.ceil(usablePx / (highestPx + gapPx + 1))
  const columns = listRowPx === null ? Math.max(wanted, needed) : 1
  const tileWidthPx = Math.max(1, Math.floor(usablePx / columns) - gapPx)
  const rowHeightPx = listRowPx ?? tileWidthPx + captionPx + gapPx
  const rows = Math.ceil(total / columns)
  const contentPx = rows === 0 ? 0 : rows * rowHeightPx + gapPx
  return {
    columns,
    rows,
    tileWidthPx,
    rowHeightPx,
    gapPx,
    viewportPx: Math.max(0, heightPx),
    contentPx,
    scrollHeightPx: Math.min(contentPx, maxScrollHeightPx),
    flow: null,
  }
}

/** The same for rows that differ; without any section and shapes, and for lists, it is `gridLayout`. */
export function photoLayout(space: GridSpace): GridLayout {
  const { gapPx, captionPx, total, listRowPx, ratios = null, sections = [] } = space
  const even = gridLayout(space)
  if (listRowPx !== null || total === 0 || (ratios === null && sections.length === 0)) return even
  // The largest picture fits the window, with its caption and the heading above it.
  const aroundPx = captionPx + 2 * gapPx + (sections.length > 0 ? headingPx : 0)
  const highestPx = Math.max(64, even.viewportPx - aroundPx) - framePx
  const flow = flowRows({
    innerPx: Math.max(64, space.widthPx - 2 * gapPx),
    gapPx,
    captionPx,
    framePx,
    pictureHeightPx: Math.min(space.tileSizePx - framePx, highestPx),
    highestPx,
    total,
    ratios,
    columns: even.columns,
    tileWidthPx: even.tileWidthPx,
    sections,
    headingPx,
  })
  const contentPx = flow.topsPx[flow.rows] ?? 0
  return {
    ...even,
    columns: flow.mostColumns,
    rows: flow.rows,
    rowHeightPx: flow.lowestRowPx,
    contentPx,
    scrollHeightPx: Math.min(contentPx, maxScrollHeightPx),
    flow,
  }
}

export const rowOf = ({ flow, columns }: GridLayout, index: number): number =>
  flow === null ? Math.floor(index / columns) : flowRowOf(flow, index)

/** The index of a row's first photo; of the row after the last one, at least the number of photos. */
export const firstOf = ({ flow, columns }: GridLayout, row: number): number =>
  flow === null ? row * columns : (flow.firsts[Math.min(row, flow.rows)] ?? 0)

/** Where a row begins in the content, with its heading. */
export const rowTopPx = ({ flow, gapPx, rowHeightPx }: GridLayout, row: number): number =>
  flow === null ? gapPx + row * rowHeightPx : (flow.topsPx[Math.min(row, flow.rows)] ?? 0)

/** The row at a place of the content; beyond the rows where all are alike. */
export const rowAt = ({ flow, gapPx, rowHeightPx }: GridLayout, yPx: number): number =>
  flow === null ? Math.floor((yPx - gapPx) / rowHeightPx) : flowRowAt(flow, yPx)

const maxScrollPx = (heightPx: number, viewportPx: number): number => Math.max(0, heightPx - viewportPx)

/** Pixels of content for each pixel of scrolling; 1 unless the height is compressed. */
function scrollRatio(layout: GridLayout): number {
  const scrolled = maxScrollPx(layout.scrollHeightPx, layout.viewportPx)
  return scrolled === 0 ? 1 : maxScrollPx(layout.contentPx, layout.viewportPx) / scrolled
}

/** Where in the content the upper edge of the window is. */
export const contentTop = (layout: GridLayout, scrollTopPx: number): number =>
  Math.min(Math.max(0, scrollTopPx) * scrollRatio(layout), maxScrollPx(layout.contentPx, layout.viewportPx))

/** The other way round: how far to scroll for that. */
export const scrollTopFor = (layout: GridLayout, contentTopPx: number): number =>
  Math.min(Math.max(0, contentTopPx), maxScrollPx(layout.contentPx, layout.viewportPx)) / scrollRatio(layout)

export interface RowRange {
  readonly first: number
  /** Exclusive. */
  readonly end: number
}

/**
 * Rows that are on screen, and `overscan` more on either side. As many wherever the grid is scrolled, so that elements
 * move from row to row and none are made or dropped.
 */
export function visibleRows(layout: GridLayout, scrollTopPx: number, overscan: number): RowRange {
  const count = Math.min(layout.rows, Math.ceil(layout.viewportPx / layout.rowHeightPx) + 1 + 2 * overscan)
  const top = contentTop(layout, scrollTopPx)
  const wanted = rowAt(layout, top) - overscan
  const first = Math.max(0, Math.min(wanted, layout.rows - count))
  return { first, end: first + count }
}

/** Where a row lies in the scrolled element; differs from its place in the content where heights are compressed. */
export const rowTop = (layout: GridLayout, row: number, scrollTopPx: number): number =>
  rowTopPx(layout, row) - (contentTop(layout, scrollTopPx) - Math.max(0, scrollTopPx))

/** How far to scroll so that all of this tile is seen; the same as now where it is already. */
export function scrollToShow(layout: GridLayout, index: number, scrollTopPx: number): number {
  const row = rowOf(layout, index)
  const top = rowTopPx(layout, row)
  const bottom = rowTopPx(layout, row + 1)
  const now = contentTop(layout, scrollTopPx)
  if (top - layout.gapPx < now) return scrollTopFor(layout, top - layout.gapPx)
  if (bottom > now + layout.viewportPx) return scrollTopFor(layout, bottom - layout.viewportPx)
  return scrollTopPx
}

export interface ScrolledPlace {
  readonly layout: GridLayout
  readonly scrollTopPx: number
  readonly index: number
}

/** How far to scroll so that the tile that was there before, and is now at `index`, stays where it is on screen. */
export function scrollToKeep(before: ScrolledPlace, layout: GridLayout, index: number): number {
  const topPx = rowTopPx(before.layout, rowOf(before.layout, before.index))
  const offsetPx = contentTop(before.layout, before.scrollTopPx) - topPx
  return scrollTopFor(layout, rowTopPx(layout, rowOf(layout, index)) + offsetPx)
}

/** The tile where a key leads from `index`; null for keys that do not move. */
export function moveCursor(layout: GridLayout, total: number, index: number, key: string): number | null {
  if (total > 0 && layout.flow !== null) {
    const from = flowRowOf(layout.flow, index)
    // As where all rows are alike, another page leads to the ends of the list.
    if (key === 'PageUp' && from === 0) return 0
    if (key === 'PageDown' && from === layout.rows - 1) return total - 1
    const row = rowToGo(layout, from, key)
    if (row !== null) return nearestIn(layout.flow, row, index)
  }
  const page = Math.max(1, Math.floor(layout.viewportPx / layout.rowHeightPx)) * layout.columns
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -layout.columns,
    ArrowDown: layout.columns,
    PageUp: -page,
    PageDown: page,
    Home: -total,
    End: total,
  }
  const step = steps[key]
  if (step === undefined || total === 0) return null
  const next = index + step
  if (key === 'ArrowUp' && next < 0) return index
  if (key === 'ArrowDown' && rowOf(layout, index) === rowOf(layout, total - 1)) return index
  return Math.min(total - 1, Math.max(0, next))
}

/** The row where a key leads among rows that differ; null for keys that lead to no other row. */
function rowToGo(layout: GridLayout, row: number, key: string): number | null {
  const lastRow = layout.rows - 1
  if (key === 'ArrowUp') return Math.max(0, row - 1)
  if (key === 'ArrowDown') return Math.min(lastRow, row + 1)
  // As far as the window is high, and at least one row.
  if (key === 'PageDown')
    return Math.min(lastRow, Math.max(row + 1, rowAt(layout, rowTopPx(layout, row) + layout.viewportPx)))
  if (key === 'PageUp')
    return Math.max(0, Math.min(row - 1, rowAt(layout, rowTopPx(layout, row) - layout.viewportPx) + 1))
  return null
}
