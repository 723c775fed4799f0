// An embedding as the library keeps it: float16 where the numbers fit it, else float32; little-endian as every platform is.
import { z } from 'zod'
import { fromFloat16, toFloat16 } from '../../../../models/checkpoint/half-float.ts'

/** The columns of a stored embedding. */
export const StoredVector = z.object({ vector: z.instanceof(Uint8Array), isHalf: z.int() })
export type StoredVector = z.infer<typeof StoredVector>

/** What of the largest number of a vector float16 can hold, with ten bits of each that is not much smaller. */
const [leastPeak, mostPeak] = [2 ** -10, 65_504]

/** Half the bytes of float32. Vectors that float16 would overflow or flatten, or that hold no number, stay as they are. */
export function storeVector(values: Float32Array): StoredVector {
  let peak = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] ?? 0)
    // Also where it is no number.
    if (!(size <= peak)) peak = size
  }
  const isHalf = peak === 0 || (peak >= leastPeak && peak <= mostPeak)
  return { vector: bytesOf(isHalf ? toFloat16(values) : values), isHalf: isHalf ? 1 : 0 }
}

export function readVector(stored: StoredVector): Float32Array {
  return readVectorInto(stored, new Float32Array(lengthOf(stored)))
}

/** The same into `values`, which are as many as `lengthOf` says. */
export function readVectorInto({ vector, isHalf }: StoredVector, values: Float32Array): Float32Array {
  // A copy, since the bytes from SQLite need not be aligned; of a typed array, which is many times as fast as `from`.
  const { buffer } = new Uint8Array(vector)
  if (isHalf === 1) return fromFloat16(new Uint16Array(buffer), values)
  values.set(new Float32Array(buffer))
  return values
}

/** How many numbers it has. */
export const lengthOf = ({ vector, isHalf }: StoredVector): number => vector.length / (isHalf === 1 ? 2 : 4)

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
