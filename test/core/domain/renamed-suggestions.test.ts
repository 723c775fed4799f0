// Under which names suggestions show once the rules are others.
import { expect, it } from 'vitest'
import type { Rules } from '../../../electron/contract/rules.ts'
import { renamedSuggestions } from '../../../electron/core/domain/renamed-suggestions.ts'

const rules = (mapping: Readonly<Record<string, string | null>>): Rules => ({
  minScore: 0,
  perLabel: [],
  mapping: Object.entries(mapping).map(([from, to]) => ({ from, to })),
})
const classes = () => ['ant', 'bee', 'cat', 'dog']

it('names the label that classes are merged into, and all of them where that is taken back', () => {
  const merged = rules({ ant: 'insect', bee: 'insect' })
  expect(renamedSuggestions(rules({}), merged, classes)).toEqual([
    { name: 'ant', names: ['insect'] },
    { name: 'bee', names: ['insect'] },
  ])
  expect(renamedSuggestions(merged, rules({}), classes)).toEqual([{ name: 'insect', names: ['ant', 'bee'] }])
})

it('leaves out what is hidden, and knows that one class has two spellings', () => {
  expect(renamedSuggestions(rules({}), rules({ cat: null, DOG: 'hound' }), classes)).toEqual([
    { name: 'dog', names: ['hound'] },
    { name: 'DOG', names: ['hound'] },
  ])
  expect(renamedSuggestions(rules({ cat: null }), rules({ cat: null }), classes)).toEqual([])
})

it('names the label above classes that all show below another one, and not where one of them stays', () => {
  const animals = ['animal/cat', 'animal/dog', 'plant/fern', 'plant/moss']
  const above = (from: Rules, to: Rules) =>
    renamedSuggestions(from, to, () => animals).filter(({ name }) => !name.includes('/'))
  const moved = rules({ 'animal/cat': 'beast/cat', 'animal/dog': 'beast/dog', 'plant/fern': 'herb/fern' })
  expect(above(rules({}), moved)).toEqual([{ name: 'animal', names: ['beast'] }])
  expect(above(moved, rules({}))).toEqual([
    { name: 'beast', names: ['animal'] },
    { name: 'herb', names: ['plant'] },
  ])
  // Their last levels are others, so that nothing says what is above them now.
  expect(above(rules({}), rules({ 'animal/cat': 'tom', 'animal/dog': 'hound' }))).toEqual([])
})
