// What labels are called after a rename, and were called before it.
import { expect, it } from 'vitest'
import { nameAfter, namesBefore, withAncestors } from '../../electron/common/label-renames.ts'

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
const after = (name: string, ...renames: readonly (readonly [from: string, to: string])[]) =>
  nameAfter(
    renames.map(([from, to]) => ({ from, to })),
    name,
    isSame,
  )

it('takes what lies below along, however it is spelled, and leaves names alone that only begin alike', () => {
  expect(after('Pet/Dog', ['pet', 'animal'])).toBe('animal/Dog')
  expect(after('petal', ['pet', 'animal'])).toBe('petal')
})

it('leaves the label, and what is below it, that another one above it becomes', () => {
  expect(after('animal/cat/kitten', ['animal', 'animal/cat'])).toBe('animal/cat/kitten')
  expect(after('animal/dog', ['animal', 'animal/cat'])).toBe('animal/cat/dog')
})

it('names all labels that became one, and that one only where it was there', () => {
  const renames = [
    { from: 'beagle', to: 'dog' },
    { from: 'poodle', to: 'dog' },
  ]
  const before = (...existed: readonly string[]) =>
    namesBefore(renames, 'dog', (name) => existed.includes(name), isSame)
  expect(before('beagle', 'poodle')).toEqual(['beagle', 'poodle'])
  expect(before('beagle', 'dog')).toEqual(['dog', 'beagle'])
  expect(namesBefore(renames, 'cat', () => true, isSame)).toEqual(['cat'])
})

it('lists labels with all that they lie below, once each', () => {
  expect(withAncestors(['a/b/c', 'a/d'])).toEqual(['a', 'a/b', 'a/b/c', 'a/d'])
})
