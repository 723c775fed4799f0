// Pairs of rows that may be near-duplicates: int16, in their main directions, many at a time.
import { nearPairsWasmBase64 } from './near-pairs-wasm.ts'
import { blockRows, type Matrix } from './linear-layer.ts'
import { instantiateWasm } from './simd-matmul.ts'

interface NearPairsExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  /** Writes the numbers of both rows of each pair to `out`; returns where they end. The text says what the parameters are. */
  readonly find: (
    rows: number,
    lefts: number,
    m: number,
    panel: number,
    right: number,
    end: number,
    least: number,
    sums: number,
    out: number,
  ) => number
}

/** Coordinates that are compared first, and those that follow where the first ones leave it open. */
const [firstDim, otherDim] = [15, 31]
/** Coordinates of a row that count. */
export const comparedDim = firstDim + otherDim
const headDim = firstDim + 1
const rowDim = headDim + otherDim + 1
const panelRows = 8
/** What 1 becomes, so that products of rows of length 1 stay below 2^31. */
const one = 32_767
/** What rounding may take from a product. */
const slack = 4e-4
/** Rows on the right that one call compares with a block of rows on the left. */
const mostRights = 1024

export interface NearPairs {
  /**
   * Calls `onPair` for pairs of `lefts` (numbers of rows, at most `blockRows`) with the rows `from..to`, at least for those
   * whose cosine may be `minCosine`; some come twice.
   */
  find(
    lefts: readonly number[],
    range: { readonly from: number; readonly to: number },
    onPair: (left: number, right: number) => void,
  ): void
}

/**
 * `points` are the main coordinates, at most `comparedDim`, of rows of length 1; row r here is row `order[r]` there.
 *
 * [Note: reduced rows] A row of length 1 is written as its first coordinates and the length of the rest. The product of two
 * such reduced rows is never less than the cosine, so a pair that falls short there needs no look at more. Of 46 principal
 * coordinates the first 15 are enough to leave out all but one pair in a thousand or so.
 */
export function createNearPairs(points: Matrix, order: Int32Array, minCosine: number): NearPairs {
  const rows = order.length
  const padded = panelRows * Math.ceil(rows / panelRows)
  const panelsAt = 2 * rowDim * padded
  const leftsAt = panelsAt + 2 * headDim * padded
  const sumsAt = leftsAt + 4 * blockRows
  const outAt = sumsAt + 4 * 32
  const wasm = instantiateWasm(nearPairsWasmBase64, outAt + 8 * blockRows * mostRights) as NearPairsExports
  const { buffer } = wasm.memory
  const numbers = new Int16Array(buffer, 0, rowDim * padded)
  const panels = new Int16Array(buffer, panelsAt, headDim * padded)
  const places = new Int32Array(buffer, leftsAt, blockRows)
  const out = new Int32Array(buffer, outAt)
  for (let row = 0; row < rows; row++) {
    const reduced = numbers.subarray(row * rowDim, (row + 1) * rowDim)
    reduceRow(points, order[row] ?? 0, reduced)
    const panel = (row - (row % panelRows)) * headDim + 2 * (row % panelRows)
    for (let i = 0; i < headDim; i++) panels[panel + (i >> 1) * 2 * panelRows + (i % 2)] = reduced[i] ?? 0
  }
  const least = Math.floor((minCosine - slack) * one * one)

  return {
    find(lefts, { from, to }, onPair) {
      if (lefts.length === 0) return
      places.set(lefts)
      // Whole tiles fit: a block has a multiple of four rows.
      const m = 4 * Math.ceil(lefts.length / 4)
      places.fill(lefts.at(-1) ?? 0, lefts.length, m)
      for (let right = from - (from % panelRows); right < to; right += mostRights) {
        const end = Math.min(to, right + mostRights)
        const panel = panelsAt + 2 * headDim * right
        const outEnd = wasm.find(0, leftsAt, m, panel, right, end, least, sumsAt, outAt)
        for (let i = 0; i < (outEnd - outAt) / 4; i += 2) {
          const [a, b] = [out[i] ?? 0, out[i + 1] ?? 0]
          if (b < rows) onPair(a, b)
        }
      }
    },
  }
}

/** See [Note: reduced rows]. Rows of zeros stay zeros: they are like none. */
function reduceRow({ dim, values }: Matrix, row: number, into: Int16Array): void {
  const coordinates = values.subarray(row * dim, (row + 1) * dim)
  if (coordinates.every((value) => value === 0)) return
  let rest = 1
  for (let d = 0; d < firstDim + otherDim; d++) {
    if (d === firstDim) into[firstDim] = lengthOf(rest)
    const value = coordinates[d] ?? 0
    into[d < firstDim ? d : d + 1] = Math.round(value * one)
    rest -= value * value
  }
  into[rowDim - 1] = lengthOf(rest)
}

const lengthOf = (square: number) => Math.round(Math.sqrt(Math.max(0, square)) * one)
