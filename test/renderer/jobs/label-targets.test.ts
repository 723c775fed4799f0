// What a labelling job can be about.
import { expect, test } from 'vitest'
import { hasConditions } from '../../../renderer/src/features/jobs/label-targets.ts'

test('a folder alone is not a condition, but states, text and scores are', () => {
  expect(hasConditions({})).toBe(false)
  expect(hasConditions({ folder: '/photos', states: [], text: '', minScore: null, isChanged: false })).toBe(
    false,
  )
  expect(hasConditions({ states: ['failed'] })).toBe(true)
  expect(hasConditions({ text: 'beach' })).toBe(true)
  expect(hasConditions({ minScore: 0 })).toBe(true)
  expect(hasConditions({ isChanged: true })).toBe(true)
  expect(hasConditions({ photoIds: [] })).toBe(false)
})
