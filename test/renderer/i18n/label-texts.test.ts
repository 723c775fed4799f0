// Which names stand for one label where the page compares them.
import { expect, test } from 'vitest'
import { isSameLabel, setLabelTexts } from '../../../renderer/src/i18n/label-texts.svelte.ts'

test('spellings of one label are the same in every language, and labels that only look alike are not', () => {
  setLabelTexts({ 'american alligator': '美国短吻鳄', n01698640: '美国短吻鳄', dog: '狗' })
  expect(isSameLabel('Great_grey_owl', 'great grey owl')).toBe(true)
  expect(isSameLabel('n01698640', 'American_alligator')).toBe(true)
  expect(isSameLabel('animal/Dog', 'animal/dog')).toBe(true)
  expect(isSameLabel('dog', 'animal/dog')).toBe(false)
  expect(isSameLabel('dog', 'dogs')).toBe(false)
})
