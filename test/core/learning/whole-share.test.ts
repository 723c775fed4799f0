// The share of the whole task, which never goes back.
import { expect, test } from 'vitest'
import { createWholeShare } from '../../../electron/core/learning/whole-share.ts'

test('the share of a task with several steps only grows, also over a step that comes twice, and steps may be left out', () => {
  const whole = createWholeShare('nearDuplicates')
  const shares = [
    whole('reading the library', 0),
    whole('reading embeddings', 0.5),
    whole('reading embeddings', 1),
    whole('finding the main directions', 0.5),
    whole('reading embeddings', 0.1),
    whole('reading embeddings', 0.9),
    whole('comparing photos', 0),
    whole('comparing photos', 1),
  ]
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect([shares[0], shares.at(-1)]).toEqual([0, 1])
})

test('what no step is known of says how much of the whole is done', () => {
  expect(createWholeShare('labelIssues')('choosing the head', 0.4)).toBe(0.4)
  // An unknown step holds the bar where it is.
  const whole = createWholeShare('promote')
  const before = whole('suggesting labels', 0)
  expect(whole('predicting', 0.5)).toBe(before)
})
