// Which names stand for the same label.
import { expect, test } from 'vitest'
import { conceptOf } from '../../../electron/core/domain/label-concept.ts'
import { readableClass } from '../../../electron/common/label-key.ts'
import { imagenetName, imagenetTexts } from '../../../models/catalogue/imagenet-names.ts'

test('the number of WordNet, the lemmas, underscores and case name one class of ImageNet', () => {
  const names = [
    'American alligator',
    'American_alligator',
    'american alligator',
    'n01698640',
    'American alligator, Alligator mississipiensis',
  ]
  expect(new Set(names.map(conceptOf)).size).toBe(1)
  expect(names.map(imagenetName)).toEqual(names.map(() => 'American alligator'))
})

test('classes of ImageNet that share a lemma stay two: birds and machines, clothes and dogs', () => {
  // From WordNet: n02012849 is the bird, n03126707 the machine; n02963159 the clothing, n02113186 the dog.
  expect(imagenetName('n02012849')).toBe('crane')
  expect(imagenetName('n03126707')).toBe('crane (machine)')
  expect(imagenetName('n02963159')).toBe('cardigan')
  expect(imagenetName('n02113186')).toBe('Cardigan corgi')
  expect(conceptOf('crane')).not.toBe(conceptOf('n03126707'))
})

test("a user's labels differ where more than case, spaces and underscores do", () => {
  expect(conceptOf('Trip_2024 ')).toBe(conceptOf('trip 2024'))
  expect(conceptOf('trip-2024')).not.toBe(conceptOf('trip 2024'))
  expect(conceptOf('Birds/Owl')).toBe(conceptOf('birds/owl'))
  expect(imagenetName('trip 2024')).toBeNull()
})

test('faces keep their underscores, and every class of ImageNet has a Chinese name', () => {
  expect(['long_hair', '^_^', 'o_o'].map(readableClass)).toEqual(['long hair', '^_^', 'o_o'])
  expect(imagenetTexts('zh-CN').get('n01698640')).toBe('美国短吻鳄')
  expect([...imagenetTexts('zh-CN').values()].filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([])
})
