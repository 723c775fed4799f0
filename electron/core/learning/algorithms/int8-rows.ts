// Embeddings as int8, a quarter of float32: which rows are likely the most similar ones to a vector, to be compared exactly.
import { int8DotWasmBase64 } from './int8-dot-wasm.ts'
import type { Matrix } from './linear-layer.ts'
import { instantiateWasm } from './simd-matmul.ts'

interface Int8DotExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  /** out[m] = rows[m, k] vector[k]; pointers in bytes, k a multiple of `tile`. */
  readonly products: (rows: number, vector: number, out: number, m: number, k: number) => void
}

/** Rows are padded to multiples of so many numbers. */
const tile = 16
/** Each instance has a memory of its own, of at most 4 GB. */
const segmentBytes = 2 ** 29
/** What the largest number of a row becomes, and that of the vector: finer, as far as sums of 4,096 products stay below 2^31. */
const [rowPeak, vectorPeak] = [127, 2047]

export interface Int8Rows {
  /** Adds rows behind those that are there; no more than were planned. */
  add(matrix: Matrix): void
  /**
   * The `count` rows whose product with `vector` is largest, approximately; in no order. `isCosine`: each product is divided by
   * the length of its row.
   */
  candidates(vector: Float32Array, count: number, isCosine: boolean): number[]
}

interface Segment {
  readonly products: (vector: Int16Array, rows: number) => Int32Array
  readonly values: Int8Array
}

/** Room for `planned` rows of `dim` numbers. */
export function createInt8Rows(planned: number, dim: number): Int8Rows {
  const stride = tile * Math.ceil(dim / tile)
  const segmentRows = Math.max(1, Math.floor(segmentBytes / stride))
  const segments: Segment[] = []
  /** What a product of numbers as they are kept is multiplied by, for dot products and for cosines. */
  const scales = new Float32Array(planned)
  const lengths = new Float32Array(planned)
  let rows = 0
  const segmentOf = (row: number): Segment => {
    const number = Math.floor(row / segmentRows)
    return (segments[number] ??= createSegment(Math.min(segmentRows, planned - number * segmentRows), stride))
  }

  return {
    add(matrix) {
      for (let r = 0; r < matrix.rows && rows < planned; r++, rows++) {
        const values = matrix.values.subarray(r * dim, (r + 1) * dim)
        const at = (rows % segmentRows) * stride
        const { scale, length } = quantize(values, segmentOf(rows).values.subarray(at, at + stride), rowPeak)
        scales[rows] = scale
        lengths[rows] = length
      }
    },
    candidates(vector, count, isCosine) {
      const query = new Int16Array(stride)
      quantize(vector, query, vectorPeak)
      const best = createBest(count)
      for (const [number, segment] of segments.entries()) {
        const from = number * segmentRows
        const here = Math.min(segmentRows, rows - from)
        const products = segment.products(query, here)
        for (let r = 0; r < here; r++) {
          const scale = scales[from + r] ?? 0
          const length = isCosine ? (lengths[from + r] ?? 0) : 1
          best.offer(from + r, length === 0 ? 0 : ((products[r] ?? 0) * scale) / length)
        }
      }
      return best.rows()
    },
  }
}

function createSegment(rows: number, stride: number): Segment {
  const [vectorAt, outAt] = [0, 2 * stride]
  const rowsAt = outAt + 4 * rows + ((16 - ((4 * rows) % 16)) % 16)
  const wasm = instantiateWasm(int8DotWasmBase64, rowsAt + rows * stride) as Int8DotExports
  const vector = new Int16Array(wasm.memory.buffer, vectorAt, stride)
  const out = new Int32Array(wasm.memory.buffer, outAt, rows)
  return {
    values: new Int8Array(wasm.memory.buffer, rowsAt, rows * stride),
    products(query, count) {
      vector.set(query)
      wasm.products(rowsAt, vectorAt, outAt, count, stride)
      return out
    },
  }
}

/** Writes whole numbers from -most to most. Returns what they are to be multiplied by, and the vector's length; 0 where there are no numbers. */
function quantize(values: Float32Array, into: Int8Array | Int16Array, most: number) {
  let [peak, square] = [0, 0]
  // Loops by index: at a million rows, iterators take longer than the rest.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    square += value * value
    peak = Math.max(peak, Math.abs(value))
  }
  if (!(peak > 0 && Number.isFinite(peak))) return { scale: 0, length: 0 }
  const factor = most / peak
  for (let i = 0; i < values.length; i++) {
    const value = (values[i] ?? 0) * factor
    into[i] = value < 0 ? value - 0.5 : value + 0.5
  }
  return { scale: peak / most, length: Math.sqrt(square) }
}

/** Keeps the `count` rows with the largest values. */
function createBest(count: number) {
  const rows: number[] = []
  const values: number[] = []
  return {
    offer(row: number, value: number): void {
      if (rows.length === count && value <= (values[count - 1] ?? 0)) return
      let low = 0
      for (let high = rows.length; low < high;) {
        const middle = (low + high) >> 1
        if ((values[middle] ?? 0) >= value) low = middle + 1
        else high = middle
      }
      rows.splice(low, 0, row)
      values.splice(low, 0, value)
      if (rows.length > count) {
        rows.pop()
        values.pop()
      }
    },
    rows: (): number[] => rows,
  }
}
