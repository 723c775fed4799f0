// A device is only used where it computes the numbers of the CPU.
import { expect, test } from 'vitest'
import { deviationOf, isDeviating } from '../../electron/worker/device-check.ts'

const onCpu = Float32Array.of(-2, 0.5, 6)
const judge = (...logits: number[]) => isDeviating(deviationOf(Float32Array.from(logits), onCpu), 'fp32')

test('sums in another order are the same numbers', () => {
  expect(judge(-2.0004, 0.5003, 6.0002)).toBe(false)
})

test.each([
  ['a swapped pair of classes', [0.5, -2, 6]],
  ['a lost scale', [-1, 0.25, 3]],
  ['zeros', [0, 0, 0]],
  ['no numbers', [NaN, NaN, NaN]],
  ['a missing class', [-2, 0.5]],
])('%s deviate', (_name, logits) => {
  expect(judge(...logits)).toBe(true)
})

test('each precision has its own tolerance', () => {
  const deviation = deviationOf(Float32Array.of(-2, 0.5, 6.16), onCpu)
  expect(['fp32', 'fp16', 'int8'].map((precision) => isDeviating(deviation, precision as 'fp32'))).toEqual([
    true,
    false,
    false,
  ])
})

test('a model of one class is judged by the size of its logit', () => {
  expect(isDeviating(deviationOf(Float32Array.of(3.001), Float32Array.of(3)), 'fp32')).toBe(false)
  expect(isDeviating(deviationOf(Float32Array.of(-3), Float32Array.of(3)), 'fp32')).toBe(true)
})
