// How rules change while the user edits them.
import { expect, test } from 'vitest'
import { Rules } from '../../../electron/contract/rules.ts'
import {
  newNames,
  orderClasses,
  withMinimum,
  withName,
  withNames,
} from '../../../renderer/src/features/rules/rule-changes.ts'

const none = Rules.parse({})
const label = (name: string, suggested: number) => ({ name, suggested, confirmed: 0, rejected: 0 })

test('a label has one minimum, the one that was set last', () => {
  const rules = withMinimum(withMinimum(withMinimum(none, 'dog', 0.5), 'cat', 0.2), 'dog', 0.7)
  expect(rules.perLabel).toEqual([
    { name: 'cat', minScore: 0.2 },
    { name: 'dog', minScore: 0.7 },
  ])
  expect(withMinimum(rules, 'dog', null).perLabel).toHaveLength(1)
})

test('names of the models are taken for classes without a rule alone', () => {
  const rules = withName(withName(none, 'tabby', 'mine'), 'web', null)
  const names = { tabby: '虎斑猫', web: '网页', lynx: '猞猁', ONNX: 'ONNX' }
  expect(newNames(rules, names)).toEqual([{ from: 'lynx', to: '猞猁' }])
})

test('classes are renamed, merged and hidden, and a rule that changes nothing is dropped', () => {
  const rules = withName(
    withName(withName(none, 'tabby', ' animal / cat '), 'lynx', 'animal/cat'),
    'web',
    null,
  )
  expect(rules.mapping).toEqual([
    { from: 'tabby', to: 'animal/cat' },
    { from: 'lynx', to: 'animal/cat' },
    { from: 'web', to: null },
  ])
  expect(withName(rules, 'tabby', '').mapping).toHaveLength(2)
  expect(withName(rules, 'web', 'web').mapping).toHaveLength(2)
})

test('several classes get one name, or are hidden, and the one of that name keeps it without a rule', () => {
  const merged = withNames(withName(none, 'poodle', 'mine'), ['beagle', 'poodle', 'dog'], ' dog ')
  expect(merged.mapping).toEqual([
    { from: 'beagle', to: 'dog' },
    { from: 'poodle', to: 'dog' },
  ])
  expect(withNames(merged, ['beagle', 'web'], null).mapping).toEqual([
    { from: 'poodle', to: 'dog' },
    { from: 'beagle', to: null },
    { from: 'web', to: null },
  ])
})

test('classes with a rule come first, then those that are suggested most; own names are not classes', () => {
  const rules = withName(none, 'tabby', 'cat')
  const labels = [label('tabby', 0), label('cat', 50), label('dog', 3), label('elk', 9)]
  expect(orderClasses(rules, labels, '', 10)).toEqual({ names: ['tabby', 'elk', 'dog'], more: 0 })
  expect(orderClasses(rules, labels, 'CAT', 10).names).toEqual(['tabby'])
  expect(orderClasses(rules, labels, '', 1)).toEqual({ names: ['tabby'], more: 2 })
})
