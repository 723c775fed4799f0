// Which digit key chooses which label.
import { describe, expect, it } from 'vitest'
import { assignDigits, labelOfDigit } from '../../../renderer/src/features/review/digits.ts'

describe('assignDigits', () => {
  it('assigns the first digits to suggestions and the last ones to pinned labels', () => {
    const keys = assignDigits(['ant', 'bee'], ['mine', 'yours'])
    expect([1, 2, 3, 8, 9].map((digit) => labelOfDigit(keys, digit))).toEqual([
      'ant',
      'bee',
      null,
      'mine',
      'yours',
    ])
  })

  it('keeps the digit of a pinned label, however many suggestions there are', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    for (const suggestions of [[], ['a'], many])
      expect(labelOfDigit(assignDigits(suggestions, ['mine']), 9)).toBe('mine')
    expect(assignDigits(many, ['mine']).suggested).toHaveLength(8)
  })

  it('leaves no digit for suggestions when nine labels are pinned', () => {
    const nine = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => `pin ${digit}`)
    const keys = assignDigits(['ant'], nine)
    expect(keys.suggested).toEqual([])
    expect(labelOfDigit(keys, 1)).toBe('pin 1')
  })
})
