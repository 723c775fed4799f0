// The classes, and pairs of classes, that are confused most.
import { expect, test } from 'vitest'
import { mostConfused, mostConfusedClasses } from '../../../renderer/src/features/learn/confusion.ts'

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

test('the most confused classes are those with most errors in row and column, in the order they have', () => {
  const counts = [
    [9, 0, 0, 1],
    [0, 9, 0, 0],
    [0, 0, 4, 5],
    [0, 0, 2, 7],
  ]
  expect(mostConfusedClasses(counts, 10)).toEqual([0, 2, 3])
  expect(mostConfusedClasses(counts, 2)).toEqual([2, 3])
})
