// Conversions between float32 and the two 16-bit formats of checkpoints; Float16Array is too new for our oldest host.

const floatView = new Float32Array(1)
const bitView = new Uint32Array(floatView.buffer)

/** IEEE 754 binary16 bits -> float32, by a table of all 65,536 values made on first use. Writes them to `values` and returns it. */
export function fromFloat16(
  bits: Uint16Array,
  values: Float32Array = new Float32Array(bits.length),
): Float32Array {
  float16Table ??= Float32Array.from({ length: 65536 }, (_, i) => float16ToNumber(i))
  const table = float16Table
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i] ?? 0] ?? 0
  return values
}
let float16Table: Float32Array | undefined

function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** bfloat16 bits -> float32: bfloat16 is the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) wide[i] = (bits[i] ?? 0) << 16
  return new Float32Array(wide.buffer)
}

/** float32 -> IEEE 754 binary16 bits, rounded to nearest, ties to even; too large values become infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) bits[i] = numberToFloat16(values[i] ?? 0)
  return bits
}

function numberToFloat16(value: number): number {
  floatView[0] = value
  const bits = bitView[0] ?? 0
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  // Below 2^-14 the step is 2^-24: rounding in double arithmetic is exact enough to be correct.
  if (magnitude < 0x38800000) return sign | roundHalfEven(Math.abs(value) * 2 ** 24)
  // The carry of the rounding runs into the exponent, as it should.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1)
  return sign | ((rounded >>> 13) - 0x1c000)
}

function roundHalfEven(value: number): number {
  const down = Math.floor(value)
  const rest = value - down
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down
}
