// What the review decides without a page: which labels are found, which digit gives which, pace, and order of rows.
import { describe, expect, it } from 'vitest'
import type { LabelCount } from '../../electron/contract/browse.ts'
import { PhotoId, type Label } from '../../electron/contract/domain.ts'
import { assignDigits, labelOfDigit } from '../../renderer/src/features/review/digits.ts'
import { findLabels } from '../../renderer/src/features/review/find-labels.ts'
import { labelRows } from '../../renderer/src/features/review/label-rows.ts'
import { etaMs, newPace, paced } from '../../renderer/src/features/review/pace.ts'

const label = (name: string, confirmed = 0, suggested = 0): LabelCount => ({
  name,
  confirmed,
  suggested,
  rejected: 0,
})

describe('finding labels', () => {
  const names = (typed: string, labels: LabelCount[], limit = 10) =>
    findLabels(labels, typed, limit).labels.map(({ name }) => name)

  it('puts the exact name first, then beginnings, beginnings of words, and the rest', () => {
    const labels = [label('bobcat'), label('house cat'), label('cat'), label('animal/cat'), label('catfish')]
    expect(names('cat', labels)).toEqual(['cat', 'catfish', 'animal/cat', 'house cat', 'bobcat'])
  })

  it('puts what the person uses most first among equals', () => {
    expect(names('do', [label('dock'), label('dog', 3), label('door', 0, 9)])).toEqual([
      'dog',
      'door',
      'dock',
    ])
  })

  it('minds neither case nor accents nor the width of letters', () => {
    expect(names('CAFE', [label('Café')])).toEqual(['Café'])
    expect(names('ｃａｔ', [label('cat')])).toEqual(['cat'])
    expect(names('猫', [label('动物/猫'), label('狗')])).toEqual(['动物/猫'])
  })

  it('offers a new label only where none has that name', () => {
    const labels = [label('Cat')]
    expect(findLabels(labels, '  my   cat ', 10).newName).toBe('my cat')
    expect(findLabels(labels, 'cat', 10).newName).toBeNull()
    expect(findLabels(labels, '', 10).newName).toBeNull()
  })

  it('shows what the person has used before anything is typed', () => {
    expect(names('', [label('never'), label('twice', 2), label('once', 1)])).toEqual(['twice', 'once'])
  })

  it('keeps to the limit', () => {
    expect(names('a', [label('a1'), label('a2'), label('a3')], 2)).toHaveLength(2)
  })
})

describe('digits', () => {
  it('gives suggestions the first digits, and pinned labels the last ones', () => {
    const keys = assignDigits(['ant', 'bee'], ['mine', 'yours'])
    expect([1, 2, 3, 8, 9].map((digit) => labelOfDigit(keys, digit))).toEqual([
      'ant',
      'bee',
      null,
      'mine',
      'yours',
    ])
  })

  it('never moves a pinned label, however many suggestions there are', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    for (const suggestions of [[], ['a'], many])
      expect(labelOfDigit(assignDigits(suggestions, ['mine']), 9)).toBe('mine')
    expect(assignDigits(many, ['mine']).suggested).toHaveLength(8)
  })

  it('leaves nothing for suggestions when nine labels are pinned', () => {
    const nine = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => `pin ${digit}`)
    const keys = assignDigits(['ant'], nine)
    expect(keys.suggested).toEqual([])
    expect(labelOfDigit(keys, 1)).toBe('pin 1')
  })
})

describe('pace', () => {
  const after = (...timesMs: number[]) => timesMs.reduce((pace, atMs) => paced(pace, atMs), newPace)

  it('says nothing until there are enough photos', () => {
    expect(etaMs(after(0, 1000, 2000), 100)).toBeNull()
    expect(etaMs(after(0, 1000, 2000, 3000), 100)).toBe(100_000)
  })

  it('forgets a pause, and does not mind one photo that needed thought', () => {
    expect(etaMs(after(0, 1000, 2000, 3_602_000, 3_603_000), 10)).toBe(10_000)
    expect(etaMs(after(0, 1000, 2000, 32_000, 33_000, 34_000), 10)).toBe(10_000)
  })

  it('takes the mean of the middle two, and is done at the end', () => {
    expect(etaMs(after(0, 1000, 2000, 5000, 8000), 1)).toBe(2000)
    expect(etaMs(after(0, 1000, 2000, 3000), 0)).toBeNull()
  })

  it('follows the newest photos', () => {
    const slow = Array.from({ length: 40 }, (_, at) => at * 5000)
    const fast = Array.from({ length: 40 }, (_, at) => 200_000 + at * 500)
    expect(etaMs(after(...slow, ...fast), 2)).toBe(1000)
  })
})

describe('rows of labels', () => {
  const said = (name: string, state: Label['state'], score: number | null = null): Label => ({
    name,
    state,
    score,
    source: state === 'suggested' ? 'model' : 'human',
    rank: null,
    modelName: null,
    modelVersion: null,
    atMs: 0,
  })
  const shown = (...args: Parameters<typeof labelRows>) => labelRows(...args).map(({ name }) => name)

  it('puts the likeliest first', () => {
    expect(shown([said('b', 'suggested', 0.2), said('a', 'suggested', 0.7)], [], null)).toEqual(['a', 'b'])
  })

  it('keeps every label in its place while it is judged', () => {
    const before = [said('a', 'suggested', 0.7), said('b', 'suggested', 0.2)]
    const after = [said('b', 'confirmed', 0.2), said('a', 'suggested', 0.7), said('new', 'confirmed')]
    const order = shown(before, [], null)
    expect(labelRows(after, order, null)).toMatchObject([
      { name: 'a', state: 'suggested' },
      { name: 'b', state: 'confirmed' },
      { name: 'new', state: 'confirmed' },
    ])
  })

  it('shows what a likely wrong label should be before what it is', () => {
    const suspect = {
      photoId: PhotoId.parse(1),
      path: '/a.jpg',
      given: 'cat',
      likely: 'dog',
      givenScore: 0.1,
      likelyScore: 0.8,
      reason: '',
    }
    const labels = [said('cat', 'confirmed'), said('elk', 'suggested', 0.9)]
    expect(labelRows(labels, [], suspect)).toMatchObject([
      { name: 'dog', state: 'suggested', score: 0.8 },
      { name: 'cat', state: 'confirmed' },
      { name: 'elk' },
    ])
    expect(shown(labels, [], { ...suspect, likely: null })).toEqual(['cat', 'elk'])
  })
})
