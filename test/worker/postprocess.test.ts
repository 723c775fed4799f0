// Softmax and top-k on rows of logits.
import { expect, test } from 'vitest'
import { firstOfName, topK } from '../../electron/worker/postprocess.ts'

/** So many classes, each with a name of its own. */
const unique = (classes: number) => Int32Array.from({ length: classes }, (_, index) => index)
const softmax = { activation: 'softmax', temperature: 1 } as const

test('returns the best classes first with softmax scores', () => {
  // exp(1) : exp(2) : exp(0) over their sum, by hand.
  const top = topK(Float32Array.from([9, 9, 9, 1, 2, 0]), 1, unique(3), 2, softmax)
  expect(top.map(({ classIndex }) => classIndex)).toEqual([1, 0])
  expect(top[0]?.score).toBeCloseTo(0.66524, 5)
  expect(top[1]?.score).toBeCloseTo(0.24473, 5)
})

test('large logits do not overflow, and k may exceed the number of classes', () => {
  const top = topK(Float32Array.from([1000, 1000]), 0, unique(2), 5, softmax)
  expect(top).toEqual([
    { classIndex: 0, score: 0.5 },
    { classIndex: 1, score: 0.5 },
  ])
})

test('a logit that is NaN comes last', () => {
  expect(
    topK(Float32Array.from([NaN, 1, 2]), 0, unique(3), 3, softmax).map(({ classIndex }) => classIndex),
  ).toEqual([2, 1, 0])
})

test('a temperature flattens the scores, and a sigmoid scores each class independently', () => {
  // exp(1/2) : exp(2/2) over their sum, and 1 / (1 + exp(-2/2)), by hand.
  const logits = Float32Array.from([1, 2])
  const [flat] = topK(logits, 0, unique(2), 1, { activation: 'softmax', temperature: 2 })
  expect(flat?.score).toBeCloseTo(0.62246, 5)
  const [alone] = topK(logits, 0, unique(2), 1, { activation: 'sigmoid', temperature: 2 })
  expect(alone?.score).toBeCloseTo(0.73106, 5)
})

test('adds the scores of classes with one name before the best are chosen', () => {
  // Three breeds of dog, each less likely than cat; exp(1) : 3 * exp(0.5) : exp(0) over their sum, by hand.
  const firsts = firstOfName(['cat', 'dog', 'dog', 'dog', 'elk'])
  expect([...firsts]).toEqual([0, 1, 1, 1, 4])
  const logits = Float32Array.from([1, 0.5, 0.5, 0.5, 0])
  const top = topK(logits, 0, firsts, 2, softmax)
  expect(top.map(({ classIndex }) => classIndex)).toEqual([1, 0])
  expect(top[0]?.score).toBeCloseTo(0.57086, 5)
  expect(top[1]?.score).toBeCloseTo(0.31373, 5)
  expect(topK(logits, 0, firsts, 9, softmax).reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12)
  // Independent probabilities may add up to more than one; a score never does.
  expect(topK(logits, 0, firsts, 1, { activation: 'sigmoid', temperature: 1 })).toEqual([
    { classIndex: 1, score: 1 },
  ])
})
