// How long a task will go on.
import { expect, test } from 'vitest'
import { leftMs } from '../../../renderer/src/state/left-ms.ts'

test('the rest is estimated by what was done so far, once that tells something', () => {
  expect(leftMs(1000, 0.5)).toBeNull()
  expect(leftMs(10_000, 0)).toBeNull()
  expect(leftMs(10_000, 0.25)).toBe(30_000)
  expect(leftMs(10_000, 1)).toBeNull()
})
