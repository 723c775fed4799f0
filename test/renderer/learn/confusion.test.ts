// The pairs of classes that are confused most.
import { expect, test } from 'vitest'
import { mostConfused } from '../../../renderer/src/features/learn/confusion.ts'

test('the most confused pairs are off the diagonal, the most frequent first', () => {
  const names = ['cat', 'dog', 'fox']
  const counts = [
    [9, 2, 0],
    [5, 8, 1],
    [0, 3, 7],
  ]
  expect(mostConfused(names, counts, 3)).toEqual([
    { truth: 'dog', predicted: 'cat', count: 5 },
    { truth: 'fox', predicted: 'dog', count: 3 },
    { truth: 'cat', predicted: 'dog', count: 2 },
  ])
})
