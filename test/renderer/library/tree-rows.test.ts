// Folders and labels as trees.
import { describe, expect, it } from 'vitest'
import {
  folderRows,
  labelRows,
  matchingRows,
  moveInTree,
  openRows,
  rangeOfRows,
} from '../../../renderer/src/features/library/tree-rows.ts'

const label = (name: string, suggested: number, confirmed = 0) => ({
  name,
  suggested,
  confirmed,
  keywords: 0,
})
const labels = labelRows(
  [
    label('animal', 4),
    label('animal/cat', 3),
    label('animal/dog', 2),
    label('mine', 0, 2),
    label('zebra', 1),
  ],
  'suggested',
)
const never = () => false
const always = () => true

describe('labelRows', () => {
  it('puts labels below their parents, and leaves out those of another kind', () => {
    expect(
      labels.map(({ id, name, depth, count, hasChildren }) => [id, name, depth, count, hasChildren]),
    ).toEqual([
      ['animal', 'animal', 0, 4, true],
      ['animal/cat', 'cat', 1, 3, false],
      ['animal/dog', 'dog', 1, 2, false],
      ['zebra', 'zebra', 0, 1, false],
    ])
  })

  it('sorts numbers by their value', () => {
    const rows = labelRows(
      ['species 10', 'species 9', 'species 100'].map((name) => label(name, 1)),
      'suggested',
    )
    expect(rows.map(({ id }) => id)).toEqual(['species 9', 'species 10', 'species 100'])
  })

  it('keeps children right after their parent, whatever other names sort between', () => {
    const rows = labelRows(
      ['a', 'a b', 'a-z', 'a/x'].map((name) => label(name, 1)),
      'suggested',
    )
    expect(rows.map(({ id }) => id).indexOf('a/x')).toBe(rows.map(({ id }) => id).indexOf('a') + 1)
  })
})

describe('folderRows', () => {
  it('knows which folders have others below them', () => {
    const node = (path: string, depth: number) => ({
      path,
      name: path.slice(1),
      depth,
      files: 1,
      isMissing: false,
    })
    expect(folderRows([node('/a', 0), node('/a/b', 1), node('/c', 0)]).map((row) => row.hasChildren)).toEqual(
      [true, false, false],
    )
  })
})

describe('openRows', () => {
  it('hides what lies below a closed row', () => {
    expect(openRows(labels, never).map(({ id }) => id)).toEqual(['animal', 'zebra'])
    expect(openRows(labels, always)).toHaveLength(4)
  })
})

describe('matchingRows', () => {
  it('keeps the parents of what matches', () => {
    expect(matchingRows(labels, 'DOG').map(({ id }) => id)).toEqual(['animal', 'animal/dog'])
    expect(matchingRows(labels, ' ')).toHaveLength(4)
    expect(matchingRows(labels, 'nothing')).toEqual([])
  })
})

describe('moveInTree', () => {
  it('moves, opens and closes like every tree', () => {
    expect(moveInTree(labels, 0, 'ArrowDown', always)).toEqual({ index: 1 })
    expect(moveInTree(labels, 0, 'ArrowRight', never)).toEqual({ toggle: 'animal' })
    expect(moveInTree(labels, 0, 'ArrowLeft', always)).toEqual({ toggle: 'animal' })
    expect(moveInTree(labels, 2, 'ArrowLeft', always)).toEqual({ index: 0 })
    expect(moveInTree(labels, 1, 'End', always)).toEqual({ index: 3 })
    expect(moveInTree(labels, 3, 'ArrowDown', always)).toEqual({ index: 3 })
    expect(moveInTree(labels, 3, 'x', always)).toBeNull()
  })
})

it('takes all rows from one to another, either way, and one alone where the other does not show', () => {
  const all = labels.map(({ id }) => id)
  expect(rangeOfRows(labels, 'animal/cat', 'zebra')).toEqual(all.slice(1))
  expect(rangeOfRows(labels, 'animal/dog', 'animal')).toEqual(all.slice(0, 3))
  expect(rangeOfRows(labels, 'gone', 'zebra')).toEqual(['zebra'])
})
