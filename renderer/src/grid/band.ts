// The geometry of a rectangle that is drawn over the grid: which tiles it touches, and how fast the edges scroll. Pure.
import { flowRowAt, flowTileTop, pictureHeightOf, placesIn, type RowFlow } from '../lists/flow.ts'
import type { GridLayout } from '../lists/layout.ts'

export interface Point {
  readonly xPx: number
  readonly yPx: number
}

/** Rows and columns of tiles; the ends are exclusive. */
export interface TileBlock {
  readonly firstRow: number
  readonly endRow: number
  readonly firstColumn: number
  readonly endColumn: number
}

/** Tiles that the rectangle between two points of the content touches; null where it lies between or beyond them. */
export function tilesBetween(layout: GridLayout, a: Point, b: Point): TileBlock | null {
  const { columns, rows, tileWidthPx, rowHeightPx, gapPx } = layout
  const [firstRow, endRow] = touched(a.yPx, b.yPx, rowHeightPx, gapPx, rows)
  const [firstColumn, endColumn] = touched(a.xPx, b.xPx, tileWidthPx + gapPx, gapPx, columns)
  return firstRow < endRow && firstColumn < endColumn ? { firstRow, endRow, firstColumn, endColumn } : null
}

/** Along one axis: tiles lie `pitchPx` apart, with a gap before each. From the first touched one to beyond the last. */
function touched(a: number, b: number, pitchPx: number, gapPx: number, count: number): [number, number] {
  const [low, high] = a <= b ? [a, b] : [b, a]
  // The first tile that does not end before, and the first that begins after.
  const first = Math.ceil((low - pitchPx) / pitchPx)
  const end = Math.floor((high - gapPx) / pitchPx) + 1
  return [Math.max(0, first), Math.min(count, end)]
}

/** Indexes of the tiles in these rows and columns. */
export function* indexesIn(
  { firstRow, endRow, firstColumn, endColumn }: TileBlock,
  columns: number,
  total: number,
): Generator<number> {
  for (let row = firstRow; row < endRow; row++)
    for (let column = firstColumn; column < endColumn && row * columns + column < total; column++)
      yield row * columns + column
}

/** Indexes of the tiles that the rectangle between two points of the content touches. */
export function indexesBetween(layout: GridLayout, total: number, a: Point, b: Point): number[] {
  if (layout.flow !== null) return [...indexesInFlow(layout.flow, layout.gapPx, a, b)]
  const block = tilesBetween(layout, a, b)
  return block === null ? [] : [...indexesIn(block, layout.columns, total)]
}

function* indexesInFlow(flow: RowFlow, gapPx: number, a: Point, b: Point): Generator<number> {
  const { captionPx } = flow.space
  const [left, right] = [Math.min(a.xPx, b.xPx) - gapPx, Math.max(a.xPx, b.xPx) - gapPx]
  const [top, bottom] = [Math.min(a.yPx, b.yPx), Math.max(a.yPx, b.yPx)]
  for (let row = flowRowAt(flow, top); row < flow.rows && flowTileTop(flow, row) <= bottom; row++) {
    if (flowTileTop(flow, row) + pictureHeightOf(flow, row) + captionPx < top) continue
    for (const [place, { leftPx, widthPx }] of placesIn(flow, row).entries())
      if (leftPx <= right && leftPx + widthPx >= left) yield (flow.firsts[row] ?? 0) + place
  }
}

/** So near to an edge the grid scrolls, and as fast at most. */
const edgePx = 32
const fastestPxPerMs = 2.4

/** How fast to scroll while the pointer is there, faster the nearer to or the farther beyond an edge; 0 within. */
export function scrollSpeed(yPx: number, viewportPx: number): number {
  const beyondPx = yPx < edgePx ? yPx - edgePx : Math.max(0, yPx - (viewportPx - edgePx))
  const share = Math.min(1, Math.abs(beyondPx) / (3 * edgePx))
  return Math.sign(beyondPx) * share ** 2 * fastestPxPerMs
}
