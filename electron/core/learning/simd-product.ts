// Matrix products in WebAssembly SIMD: several times as fast as the same loop over a Float32Array.
// The module is assembled here, byte by byte, so that no compiler is needed and nothing is hidden in a binary.

/** What of WebAssembly this file uses; the types of Node do not describe it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** Rows of the left matrix are taken in fours, columns of the right one in eights; both are padded by the caller. */
export const rowTile = 4
export const columnTile = 8

export interface SimdExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  /**
   * c[m, n] = a[m, k] b[k, n]; pointers and strides in bytes, float32 throughout, c row-major.
   * b lies in panels of `columnTile` columns: panel p holds b[0..k, 8p..8p+8] row after row.
   * Element (i, j) of a is at `a + i * aRowStride + j * aColumnStride`, so that a transposed matrix needs no copy.
   */
  readonly product: (
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    aRowStride: number,
    aColumnStride: number,
  ) => void
}

const [i32, v128, noResult] = [0x7f, 0x7b, 0x40]
const [a, b, c, m, n, k, aRowStride, aColumnStride] = [0, 1, 2, 3, 4, 5, 6, 7]
const [panel, row, step, bAt, cAt, bStart] = [8, 9, 10, 11, 12, 13]
const [aAt, sums, bLow, bHigh, splat] = [14, 18, 26, 27, 28]
const i32Locals = sums - panel
const v128Locals = splat + 1 - sums

const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const constant = (value: number) => [0x41, ...signedLeb(value)]
const [add, multiply, isBelow, subtract] = [0x6a, 0x6c, 0x49, 0x6b]
const [loop, end, branchIf] = [[0x03, noResult], 0x0b, [0x0d, 0]]
const loadVector = (offset: number) => [0xfd, 0x00, 0, offset]
const loadSplat = [0xfd, 0x09, 0, 0]
const storeVector = (offset: number) => [0xfd, 0x0b, 0, offset]
const zeroVector = [0xfd, 0x0c, ...new Uint8Array(16)]
const [addVectors, multiplyVectors] = [
  [0xfd, 0xe4, 0x01],
  [0xfd, 0xe6, 0x01],
]
const increase = (local: number, by: readonly number[]) => [...get(local), ...by, add, ...set(local)]
const tileRows = [0, 1, 2, 3]

/** Not the relaxed fused multiply-add, which rounds differently on different processors. */
const accumulate = (sum: number, factor: number) => [
  ...[...get(sum), ...get(splat), ...get(factor), ...multiplyVectors, ...addVectors, ...set(sum)],
]

const innerLoop = [
  ...loop,
  ...[...get(bAt), ...loadVector(0), ...set(bLow), ...get(bAt), ...loadVector(16), ...set(bHigh)],
  ...tileRows.flatMap((r) => [
    ...[...get(aAt + r), ...loadSplat, ...set(splat)],
    ...accumulate(sums + 2 * r, bLow),
    ...accumulate(sums + 2 * r + 1, bHigh),
    ...increase(aAt + r, get(aColumnStride)),
  ]),
  ...increase(bAt, constant(4 * columnTile)),
  ...[...get(step), ...constant(1), subtract, 0x22, step, ...branchIf],
  end,
]

const tile = [
  ...tileRows.flatMap((r) => [
    ...[...get(a), ...get(row), ...constant(r), add, ...get(aRowStride), multiply, add, ...set(aAt + r)],
    ...[...zeroVector, ...set(sums + 2 * r), ...zeroVector, ...set(sums + 2 * r + 1)],
  ]),
  ...[...get(bStart), ...set(bAt), ...get(k), ...set(step)],
  ...innerLoop,
  // cAt = c + (row * n + panel) * 4
  ...[...get(row), ...get(n), multiply, ...get(panel), add, ...constant(4), multiply],
  ...[...get(c), add, ...set(cAt)],
  ...tileRows.flatMap((r) => [
    ...[...get(cAt), ...get(sums + 2 * r), ...storeVector(0)],
    ...[...get(cAt), ...get(sums + 2 * r + 1), ...storeVector(16)],
    ...increase(cAt, [...get(n), ...constant(4), multiply]),
  ]),
]

const body = [
  ...[...constant(0), ...set(panel), ...get(b), ...set(bStart)],
  ...loop,
  ...[...constant(0), ...set(row)],
  ...loop,
  ...tile,
  ...increase(row, constant(rowTile)),
  ...[...get(row), ...get(m), isBelow, ...branchIf],
  end,
  ...increase(bStart, [...get(k), ...constant(4 * columnTile), multiply]),
  ...increase(panel, constant(columnTile)),
  ...[...get(panel), ...get(n), isBelow, ...branchIf],
  end,
  end,
]

function leb(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest & 127) | 128)
  }
}

/** Of a number that is not negative: one more byte where the top bit would be read as a sign. */
function signedLeb(value: number): number[] {
  const bytes = leb(value)
  const last = bytes.at(-1) ?? 0
  return last < 64 ? bytes : [...bytes.slice(0, -1), last | 128, 0]
}

const sized = (bytes: readonly number[]) => [...leb(bytes.length), ...bytes]
const section = (id: number, bytes: readonly number[]) => [id, ...sized(bytes)]
const name = (text: string) => sized([...Buffer.from(text)])

function assemble(): Uint8Array {
  const code = [2, i32Locals, i32, v128Locals, v128, ...body]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 8, ...new Array<number>(8).fill(i32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('product'), 0, 0]),
    ...section(10, [1, ...sized(code)]),
  ])
}

let compiled: object | null = null

/** A product function with a memory of its own of at least `bytes`. */
export function createSimd(bytes: number): SimdExports {
  compiled ??= new WebAssembly.Module(assemble())
  const simd = new WebAssembly.Instance(compiled).exports as SimdExports
  simd.memory.grow(Math.ceil(bytes / 65536))
  return simd
}
