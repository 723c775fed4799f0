// Our 16-bit conversions against the engine's own, bit for bit.
import { expect, test } from 'vitest'
import { fromBfloat16, fromFloat16, toFloat16 } from '../../../models/checkpoint/half-float.ts'
import { seededRandom } from '../tiny-vit.ts'

test('converts every float16 value as the JavaScript engine does', () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i)
  expect(fromFloat16(bits)).toEqual(Float32Array.from(new Float16Array(bits.buffer)))
})

test('rounds to float16 as the JavaScript engine does, ties, subnormal and huge numbers included', () => {
  const random = seededRandom(1)
  const spread = Array.from({ length: 20_000 }, () => (random() - 0.5) * 2 ** Math.floor(random() * 50 - 30))
  const edges = [
    0,
    -0,
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    2 ** -25,
    3 * 2 ** -25,
    65504,
    65519.99,
    65520,
    -1e9,
    Infinity,
  ]
  const values = Float32Array.from([...spread, ...edges])
  expect(toFloat16(values)).toEqual(new Uint16Array(new Float16Array(values).buffer))
})

test('reads bfloat16 as the upper half of float32', () => {
  expect(fromBfloat16(Uint16Array.of(0x3f80, 0xc040, 0x7f80))).toEqual(Float32Array.of(1, -3, Infinity))
})
