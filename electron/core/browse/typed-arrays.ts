// Typed arrays that grow.

type Growable = Uint8Array | Int8Array | Int32Array | Float64Array

/** The array itself where it is long enough, else a copy with room to spare, which holds `empty`. */
export function grown<A extends Growable>(array: A, length: number, empty = 0): A {
  if (array.length >= length) return array
  const longer = new (array.constructor as new (length: number) => A)(
    Math.max(length, 2 * array.length, 1024),
  )
  longer.set(array)
  if (empty !== 0) longer.fill(empty, array.length)
  return longer
}
