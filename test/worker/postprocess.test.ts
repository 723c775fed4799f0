// Softmax and top-k on rows of logits.
import { expect, test } from 'vitest'
import { topK } from '../../electron/worker/postprocess.ts'

const softmax = { activation: 'softmax', temperature: 1 } as const

test('gives the best classes first with softmax scores', () => {
  // exp(1) : exp(2) : exp(0) over their sum, by hand.
  const top = topK(Float32Array.from([9, 9, 9, 1, 2, 0]), 1, 3, 2, softmax)
  expect(top.map(({ classIndex }) => classIndex)).toEqual([1, 0])
  expect(top[0]?.score).toBeCloseTo(0.66524, 5)
  expect(top[1]?.score).toBeCloseTo(0.24473, 5)
})

test('large logits do not overflow, and k may exceed the classes', () => {
  const top = topK(Float32Array.from([1000, 1000]), 0, 2, 5, softmax)
  expect(top).toEqual([
    { classIndex: 0, score: 0.5 },
    { classIndex: 1, score: 0.5 },
  ])
})

test('a logit that is not a number comes last', () => {
  expect(topK(Float32Array.from([NaN, 1, 2]), 0, 3, 3, softmax).map(({ classIndex }) => classIndex)).toEqual([
    2, 1, 0,
  ])
})

test('a temperature flattens, and a sigmoid looks at each class by itself', () => {
  // exp(1/2) : exp(2/2) over their sum, and 1 / (1 + exp(-2/2)), by hand.
  const logits = Float32Array.from([1, 2])
  const [flat] = topK(logits, 0, 2, 1, { activation: 'softmax', temperature: 2 })
  expect(flat?.score).toBeCloseTo(0.62246, 5)
  const [alone] = topK(logits, 0, 2, 1, { activation: 'sigmoid', temperature: 2 })
  expect(alone?.score).toBeCloseTo(0.73106, 5)
})
