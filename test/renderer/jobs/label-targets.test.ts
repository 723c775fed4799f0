// What a labelling job can be about.
import { expect, test } from 'vitest'
import { hasConditions } from '../../../renderer/src/features/jobs/label-targets.ts'

test('a folder alone is no condition; states, text, scores and photos are', () => {
  expect(hasConditions({})).toBe(false)
  expect(hasConditions({ folder: '/photos', states: [], text: '', minScore: null })).toBe(false)
  expect(hasConditions({ states: ['failed'] })).toBe(true)
  expect(hasConditions({ text: 'beach' })).toBe(true)
  expect(hasConditions({ minScore: 0 })).toBe(true)
  expect(hasConditions({ photoIds: [] })).toBe(false)
})
