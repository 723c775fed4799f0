// Rows of photos that keep their shape and fill the width, and rows that begin anew with each section. Pure arithmetic;
// one pass over all photos when the width or a shape changes, and a binary search while the list is scrolled.

/** The shapes of photos, in the order of the list: width / height in thousandths, 0 while it is not known. */
export type Ratios = Uint16Array

/** So many thousandths count for a photo whose shape is not known yet: 3:2. */
const unknownRatio = 1500
/** A narrower or wider photo is shown whole within a tile of this shape. */
const [narrowestRatio, widestRatio] = [400, 4000]
/** A row of few photos grows to this share of the wanted height at most, and then does not fill the width. */
const largestStretch = 1.6

export interface FlowSpace {
  /** Of the tiles of a row with the gaps between them. */
  readonly innerPx: number
  readonly gapPx: number
  /** Below each picture. */
  readonly captionPx: number
  /** Both borders of a tile, which are no part of the picture. */
  readonly framePx: number
  /** The height that the user wants pictures to have, without the frame. */
  readonly pictureHeightPx: number
  /** No picture is higher, without the frame. */
  readonly highestPx: number
  readonly total: number
  /** Null: squares, as many in a row as there are columns. */
  readonly ratios: Ratios | null
  readonly columns: number
  /** Of a square with its frame. */
  readonly tileWidthPx: number
  /** Indexes at which a section begins, rising from 0; empty: there are none. */
  readonly sections: readonly number[]
  /** Above the first row of a section. */
  readonly headingPx: number
}

export interface RowFlow {
  readonly space: FlowSpace
  readonly rows: number
  /** Index of the first photo of each row, and the number of photos. */
  readonly firsts: Uint32Array
  /** Where each row begins in the content, with the heading above it, and where the last one ends. */
  readonly topsPx: Float64Array
  /** Of the pictures of a row, without the frame; not rounded, since widths follow from it. */
  readonly heightsPx: Float64Array
  /** The section that begins with each row, or -1. */
  readonly sectionOfRow: Int32Array
  readonly lowestRowPx: number
  readonly mostColumns: number
}

/** A photo's place in its row. */
export interface TilePlace {
  readonly leftPx: number
  readonly widthPx: number
}

const shownRatio = (ratios: Ratios, index: number): number => {
  const ratio = ratios[index] ?? 0
  return ratio === 0 ? unknownRatio : Math.min(widestRatio, Math.max(narrowestRatio, ratio))
}

/** Whether a photo is too narrow or too wide for a tile of its shape. */
export const isExtreme = (ratio: number): boolean =>
  ratio !== 0 && (ratio < narrowestRatio || ratio > widestRatio)

/** Returns all rows, the first of which begins below the first gap. */
export function flowRows(space: FlowSpace): RowFlow {
  const { gapPx, captionPx, framePx, total, sections, headingPx } = space
  const firsts: number[] = []
  const topsPx: number[] = []
  const heightsPx: number[] = []
  const sectionOfRow: number[] = []
  let topPx = gapPx
  let lowestRowPx = Infinity
  let mostColumns = 1
  const starts = sections.length === 0 ? [0] : sections
  for (const [section, from] of starts.entries()) {
    const end = Math.min(total, starts[section + 1] ?? total)
    for (let first = from; first < end;) {
      const { next, heightPx } = rowFrom(space, first, end)
      const isHeaded = first === from && sections.length > 0
      firsts.push(first)
      topsPx.push(topPx)
      heightsPx.push(heightPx)
      sectionOfRow.push(isHeaded ? section : -1)
      const pitchPx = Math.floor(heightPx) + framePx + captionPx + gapPx
      topPx += pitchPx + (isHeaded ? headingPx : 0)
      lowestRowPx = Math.min(lowestRowPx, pitchPx)
      mostColumns = Math.max(mostColumns, next - first)
      first = next
    }
  }
  return {
    space,
    rows: firsts.length,
    firsts: Uint32Array.from([...firsts, total]),
    topsPx: Float64Array.from([...topsPx, topPx]),
    heightsPx: Float64Array.from(heightsPx),
    sectionOfRow: Int32Array.from(sectionOfRow),
    lowestRowPx,
    mostColumns,
  }
}

/** The row that begins with this photo. */
function rowFrom(space: FlowSpace, first: number, end: number): { next: number; heightPx: number } {
  const { innerPx, gapPx, framePx, pictureHeightPx, highestPx, ratios, columns, tileWidthPx } = space
  if (ratios === null) return { next: Math.min(end, first + columns), heightPx: tileWidthPx - framePx }
  let ratioSum = 0
  let before = Infinity
  for (let next = first + 1; next <= end; next++) {
    ratioSum += shownRatio(ratios, next - 1) / 1000
    const photos = next - first
    const heightPx = Math.max(8, (innerPx - gapPx * (photos - 1) - framePx * photos) / ratioSum)
    if (heightPx > pictureHeightPx) {
      before = heightPx
      continue
    }
    // With or without the last one, whichever comes nearer to the height that is wanted.
    const isWithoutNearer = before / pictureHeightPx < pictureHeightPx / heightPx
    if (photos === 1 || !isWithoutNearer) return { next, heightPx }
    return { next: next - 1, heightPx: Math.min(before, largestStretch * pictureHeightPx, highestPx) }
  }
  // The last row of the list or of a section is not stretched.
  return { next: end, heightPx: Math.min(before, pictureHeightPx) }
}

/** The last place whose value is not more than this one; the values rise. 0 where all are more. */
export function lastAtMost(values: Uint32Array | Float64Array, value: number): number {
  let [low, high] = [0, values.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((values[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}

export const flowRowOf = ({ firsts, rows }: RowFlow, index: number): number =>
  Math.max(0, Math.min(rows - 1, lastAtMost(firsts, index)))

export const flowRowAt = ({ topsPx, rows }: RowFlow, yPx: number): number =>
  Math.max(0, Math.min(rows - 1, lastAtMost(topsPx, yPx)))

/** Of the pictures of a row with the frame, in whole pixels. */
export const pictureHeightOf = (flow: RowFlow, row: number): number =>
  Math.floor(flow.heightsPx[row] ?? 0) + flow.space.framePx

/** Where a row's tiles begin below its heading. */
export const flowTileTop = (flow: RowFlow, row: number): number =>
  (flow.topsPx[row] ?? 0) + ((flow.sectionOfRow[row] ?? -1) === -1 ? 0 : flow.space.headingPx)

/** The places of a row's photos, from its left edge; whole pixels that add up to the width where it fills it. */
export function placesIn({ space, firsts, heightsPx }: RowFlow, row: number): TilePlace[] {
  const { gapPx, framePx, ratios, tileWidthPx } = space
  const places: TilePlace[] = []
  let endPx = 0
  for (let index = firsts[row] ?? 0; index < (firsts[row + 1] ?? 0); index++) {
    const leftPx = Math.round(endPx)
    endPx +=
      ratios === null ? tileWidthPx : framePx + ((heightsPx[row] ?? 0) * shownRatio(ratios, index)) / 1000
    places.push({ leftPx, widthPx: Math.round(endPx) - leftPx })
    endPx += gapPx
  }
  return places
}

/** The photo of a row whose centre is nearest to that of this photo. */
export function nearestIn(flow: RowFlow, row: number, index: number): number {
  const own = flowRowOf(flow, index)
  const place = placesIn(flow, own)[index - (flow.firsts[own] ?? 0)]
  const centre = place === undefined ? 0 : centreOf(place)
  const distances = placesIn(flow, row).map((other) => Math.abs(centreOf(other) - centre))
  return (flow.firsts[row] ?? 0) + distances.indexOf(Math.min(...distances))
}

const centreOf = ({ leftPx, widthPx }: TilePlace): number => leftPx + widthPx / 2
