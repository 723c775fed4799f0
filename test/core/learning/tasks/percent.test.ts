// How shares read in sentences.
import { expect, test } from 'vitest'
import { percent } from '../../../../electron/core/learning/tasks/percent.ts'

test('a share that is not nothing is never 0 %, and others are rounded', () => {
  expect([0, 0.002, 0.006, 0.304, 1].map((share) => percent(share))).toEqual([
    '0%',
    '<1%',
    '1%',
    '30%',
    '100%',
  ])
  expect([0, 0.0003, 0.304].map((share) => percent(share, 1))).toEqual(['0.0%', '<0.1%', '30.4%'])
})
