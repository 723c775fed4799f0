// Under which names suggestions show once the rules are others.
import { expect, it } from 'vitest'
import type { Rules } from '../../../electron/contract/rules.ts'
import { renamedSuggestions } from '../../../electron/core/domain/renamed-suggestions.ts'

const rules = (mapping: Readonly<Record<string, string | null>>): Rules => ({
  minScore: 0,
  perLabel: [],
  mapping: Object.entries(mapping).map(([from, to]) => ({ from, to })),
})
const classes = ['ant', 'bee', 'cat', 'dog']

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
