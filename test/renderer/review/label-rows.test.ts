// The rows of labels that the review lists, and their order.
import { describe, expect, it } from 'vitest'
import { PhotoId, type Label } from '../../../electron/contract/domain.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { labelRows, noOrder, splitRows } from '../../../renderer/src/features/review/label-rows.ts'

describe('labelRows', () => {
  const labelled = (name: string, state: Label['state'], score: number | null = null): Label => ({
    name,
    state,
    score,
    source: state === 'suggested' ? 'model' : 'human',
    rank: null,
    modelName: null,
    modelVersion: null,
    atMs: 0,
    isChanged: false,
    isWeak: false,
  })
  const shown = (...args: Parameters<typeof labelRows>) => labelRows(...args).map(({ name }) => name)

  it('puts the most likely label first', () => {
    expect(shown([labelled('b', 'suggested', 0.2), labelled('a', 'suggested', 0.7)], [], null)).toEqual([
      'a',
      'b',
    ])
  })

  it('knows which suggestions are too unsure, until the user confirms them', () => {
    const weak = { ...labelled('umbrella', 'suggested', 0.17), isWeak: true }
    expect(labelRows([weak], [], null)).toMatchObject([{ name: 'umbrella', isWeak: true }])
    expect(labelRows([{ ...weak, state: 'confirmed' }], [], null)).toMatchObject([{ isWeak: false }])
  })

  it('keeps every label in its place while it is reviewed', () => {
    const before = [labelled('a', 'suggested', 0.7), labelled('b', 'suggested', 0.2)]
    const after = [
      labelled('b', 'confirmed', 0.2),
      labelled('a', 'suggested', 0.7),
      labelled('new', 'confirmed'),
    ]
    const order = shown(before, [], null)
    expect(labelRows(after, order, null)).toMatchObject([
      { name: 'a', state: 'suggested' },
      { name: 'b', state: 'confirmed' },
      { name: 'new', state: 'confirmed' },
    ])
  })

  it('puts the likely label before the given one where that is likely wrong', () => {
    const labelIssue = {
      photoId: PhotoId.parse(1),
      path: '/a.jpg',
      given: 'cat',
      likely: 'dog',
      givenScore: 0.1,
      likelyScore: 0.8,
      reason: verbatim(''),
    }
    const labels = [labelled('cat', 'confirmed'), labelled('elk', 'suggested', 0.9)]
    expect(labelRows(labels, [], labelIssue)).toMatchObject([
      { name: 'dog', state: 'suggested', score: 0.8 },
      { name: 'cat', state: 'confirmed' },
      { name: 'elk' },
    ])
    expect(shown(labels, [], { ...labelIssue, likely: null })).toEqual(['cat', 'elk'])
  })

  it('keeps a confirmed suggestion among the suggestions, and what the user brought among the own labels', () => {
    const before = [
      labelled('a', 'suggested', 0.7),
      labelled('mine', 'confirmed'),
      labelled('b', 'suggested', 0.2),
    ]
    const names = ({ own, suggested }: ReturnType<typeof splitRows>) =>
      [own, suggested].map((rows) => rows.map((row) => row.name))
    const first = splitRows(labelRows(before, [], null), noOrder)
    expect(names(first)).toEqual([['mine'], ['a', 'b']])
    const after = [
      labelled('a', 'confirmed', 0.7),
      labelled('mine', 'rejected'),
      labelled('b', 'suggested', 0.2),
      labelled('new', 'confirmed'),
    ]
    const order = { names: shown(before, [], null), own: ['mine'] }
    expect(names(splitRows(labelRows(after, order.names, null), order))).toEqual([
      ['mine', 'new'],
      ['a', 'b'],
    ])
  })
})
