// The geometry of the grid: which tile lies where, which rows are on screen, where the keys lead. Pure arithmetic.

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
}

export interface GridLayout {
  readonly columns: number
  readonly rows: number
  readonly tileWidthPx: number
  /** One row with the gap below it. */
  readonly rowHeightPx: number
  readonly gapPx: number
  readonly viewportPx: number
  /** Of all rows, as if nothing limited it. */
  readonly contentPx: number
  /** Of the scrolled element: less than `contentPx` where a browser could not lay that out. */
  readonly scrollHeightPx: number
}

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
  }
}

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
  const wanted = Math.floor((top - layout.gapPx) / layout.rowHeightPx) - overscan
  const first = Math.max(0, Math.min(wanted, layout.rows - count))
  return { first, end: first + count }
}

/** Where a row lies in the scrolled element; differs from its place in the content where heights are compressed. */
export const rowTop = (layout: GridLayout, row: number, scrollTopPx: number): number =>
  layout.gapPx + row * layout.rowHeightPx - (contentTop(layout, scrollTopPx) - Math.max(0, scrollTopPx))

/** How far to scroll so that all of this tile is seen; the same as now where it is already. */
export function scrollToShow(layout: GridLayout, index: number, scrollTopPx: number): number {
  const top = layout.gapPx + Math.floor(index / layout.columns) * layout.rowHeightPx
  const bottom = top + layout.rowHeightPx
  const now = contentTop(layout, scrollTopPx)
  if (top - layout.gapPx < now) return scrollTopFor(layout, top - layout.gapPx)
  if (bottom > now + layout.viewportPx) return scrollTopFor(layout, bottom - layout.viewportPx)
  return scrollTopPx
}

/** How far to scroll so that the tile that was at `before` and is now at `after` stays where it is on screen. */
export const scrollToKeep = (
  layout: GridLayout,
  scrollTopPx: number,
  before: number,
  after: number,
): number => {
  const rowsMoved = Math.floor(after / layout.columns) - Math.floor(before / layout.columns)
  return scrollTopFor(layout, contentTop(layout, scrollTopPx) + rowsMoved * layout.rowHeightPx)
}

/** The tile where a key leads from `index`; null for keys that do not move. */
export function moveCursor(layout: GridLayout, total: number, index: number, key: string): number | null {
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
  const rowOf = (tile: number) => Math.floor(tile / layout.columns)
  if (key === 'ArrowUp' && next < 0) return index
  if (key === 'ArrowDown' && rowOf(index) === rowOf(total - 1)) return index
  return Math.min(total - 1, Math.max(0, next))
}
