// Numbers as the user reads them.
import { expect, test } from 'vitest'
import { bytesIn, megapixelsIn, percentIn } from '../../../renderer/src/i18n/numbers.ts'

test('a share that is not nothing is never shown as 0 %', () => {
  expect([0, 0.004, 0.005, 0.17, 1].map((share) => percentIn('en', share, 0))).toEqual([
    '0%',
    '<1%',
    '1%',
    '17%',
    '100%',
  ])
  expect([0.0004, 0.409].map((share) => percentIn('zh-CN', share, 1))).toEqual(['<0.1%', '40.9%'])
})

test('sizes have units that fit them, and small pictures have no 0.0 MP', () => {
  expect([1, 892, 12_345].map((bytes) => bytesIn('en', bytes))).toEqual(['1 byte', '892 bytes', '12.3 kB'])
  expect(megapixelsIn('en', 4032 * 3024)).toBe('12.2 MP')
  expect(megapixelsIn('en', 80 * 60)).toBeNull()
})
