// Matrix products in WebAssembly SIMD: several times as fast as the same loop over a Float32Array. The code is matmul.wat.
import { matmulWasmBase64 } from './matmul-wasm.ts'

/** What of WebAssembly this file uses; the types of Node do not describe it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** Rows of the left matrix are taken in fours, columns of the right one in eights; both are padded by the caller. */
export const rowTile = 4
export const columnTile = 8

export interface MatmulExports {
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

const pageBytes = 65_536
const compiled = new Map<string, object>()

/** A product function with a memory of its own of at least `bytes`. */
export const instantiateMatmul = (bytes: number): MatmulExports =>
  instantiateWasm(matmulWasmBase64, bytes) as MatmulExports

/** An instance of an assembled module, with a memory of its own of at least `bytes`. Throws RangeError where there is not so much. */
export function instantiateWasm(base64: string, bytes: number): Pick<MatmulExports, 'memory'> {
  const module = compiled.get(base64) ?? new WebAssembly.Module(Buffer.from(base64, 'base64'))
  compiled.set(base64, module)
  const exports = new WebAssembly.Instance(module).exports as Pick<MatmulExports, 'memory'>
  exports.memory.grow(Math.ceil(bytes / pageBytes))
  return exports
}
