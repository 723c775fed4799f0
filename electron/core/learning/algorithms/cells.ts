// Rows divided into cells, and which rows of one cell may be near rows of another.
import {
  blockRows,
  createDistanceLayer,
  forLargest,
  sumClusters,
  type LinearLayer,
  type Matrix,
} from './linear-layer.ts'
import { createRandom, shuffle } from './random.ts'
import { noReport } from './report.ts'
import { takeRows } from './split.ts'

/** Rows of which the centre of a cell is the mean. */
const rowsPerCentre = 20
/** What rounding may take from a square of a distance. */
const slack = 1e-4

export interface CellBlock {
  readonly cell: number
  /** Places of its rows in `order`. */
  readonly from: number
  readonly to: number
  /** For each cell, places of those rows of the block that may be near rows there; none for the cell of the block itself. */
  readonly visits: readonly (readonly number[])[]
}

export interface Cells {
  /** Rows by cell. */
  readonly order: Int32Array
  /** Where each cell begins in `order`, and the end behind the last one. */
  readonly starts: Int32Array
  /** All rows. Of two rows in different cells within this squared distance, at least one visits the cell of the other. */
  blocks(maxSquare: number): Iterable<CellBlock>
}

/**
 * As many cells as there are rows in one on average.
 *
 * [Note: cells] A row belongs to the cell whose centre is nearest. Between two centres lies the plane of points that are as far
 * from one as from the other. Rows a and b on either side are at least as far apart as both are from the plane, so
 * if they are near, one of them is within half of that distance from it (Jacox & Samet 2008, of metric joins). That one visits the
 * other's cell, and is compared with all rows there.
 */
export function createCells(points: Matrix, report = noReport): Cells {
  const centres = chooseCentres(points)
  const pass = createDistanceLayer(centres)
  const cellOf = nearest(pass, points, centres.rows, report)
  const starts = new Int32Array(centres.rows + 1)
  for (const cell of cellOf) starts[cell + 1] = (starts[cell + 1] ?? 0) + 1
  for (let cell = 0; cell < centres.rows; cell++)
    starts[cell + 1] = (starts[cell + 1] ?? 0) + (starts[cell] ?? 0)
  const next = starts.slice()
  const order = new Int32Array(points.rows)
  for (const [row, cell] of cellOf.entries()) {
    const place = next[cell] ?? 0
    order[place] = row
    next[cell] = place + 1
  }
  return {
    order,
    starts,
    *blocks(maxSquare) {
      for (let cell = 0; cell < centres.rows; cell++) {
        // Half of the largest distance times that of the centres, which is by how much the values of `pass` differ.
        const limits = distancesTo(centres, cell).map(
          (distance) => (distance * Math.sqrt(Math.max(0, maxSquare) + slack)) / 2,
        )
        const end = starts[cell + 1] ?? 0
        for (let from = starts[cell] ?? 0; from < end; from += blockRows) {
          const to = Math.min(end, from + blockRows)
          pass.forward(takeRows(points, [...order.subarray(from, to)]), 0, to - from)
          const visits = Array.from(limits, (limit, other) =>
            other === cell ? [] : visitors(pass, { cell, other, from, to }, limit),
          )
          yield { cell, from, to, visits }
        }
      }
    },
  }
}

function visitors(
  { logits, stride }: LinearLayer,
  { cell, other, from, to }: { cell: number; other: number; from: number; to: number },
  limit: number,
): number[] {
  const found: number[] = []
  for (let at = 0; at < (to - from) * stride; at += stride)
    if ((logits[at + cell] ?? 0) - (logits[at + other] ?? 0) <= limit) found.push(from + at / stride)
  return found
}

/** Rows by chance, and then the mean of those of a sample that are nearest to each. */
function chooseCentres(points: Matrix): Matrix {
  const count = Math.max(1, Math.floor(Math.sqrt(points.rows)))
  const rows = shuffle([...Array(points.rows).keys()], createRandom(0)).slice(0, rowsPerCentre * count)
  const sample = takeRows(points, rows)
  const { dim } = sample
  const pass = createDistanceLayer(takeRows(sample, [...Array(count).keys()]))
  const { sums, counts } = sumClusters(sample, nearest(pass, sample, count, noReport), count)
  return {
    rows: count,
    dim,
    values: sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / dim)] ?? 1)),
  }
}

function nearest(pass: LinearLayer, points: Matrix, count: number, report: typeof noReport): Int32Array {
  const found = new Int32Array(points.rows)
  forLargest(pass, count, points, (row, cell) => {
    if (row % blockRows === 0) report('sorting photos', row / points.rows)
    found[row] = cell
  })
  return found
}

function distancesTo({ rows, dim, values }: Matrix, centre: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, other) => {
    let square = 0
    for (let d = 0; d < dim; d++)
      square += ((values[centre * dim + d] ?? 0) - (values[other * dim + d] ?? 0)) ** 2
    return Math.sqrt(square)
  })
}
