// What people said, turned into targets for one and for several labels a photo.
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import { collectLabelled, withClassesOf } from '../../../../electron/core/learning/tasks/labelled.ts'

const id = (number: number) => number as PhotoId
const said = (photo: number, name: string, state: 'confirmed' | 'rejected' = 'confirmed') => ({
  photoId: id(photo),
  name,
  state,
})
const photos = [id(10), id(20), id(30), id(40)]

test('takes the label confirmed last with one label a photo, and ignores rejections', () => {
  const found = collectLabelled(
    photos,
    [said(10, 'cat'), said(10, 'dog'), said(30, 'cat'), said(40, 'cat', 'rejected'), said(99, 'elk')],
    'single',
  )
  expect(found.classNames).toEqual(['cat', 'dog'])
  expect(found.rows).toEqual([0, 2])
  expect([...found.targets.values]).toEqual([0, 1, 1, 0])
})

test('treats a rejection as a negative with several labels a photo, and a photo without labels as unknown', () => {
  const found = collectLabelled(
    photos,
    [said(10, 'cat'), said(10, 'dog'), said(20, 'dog'), said(20, 'cat', 'rejected')].concat([
      said(30, 'cat', 'rejected'),
      said(40, 'elk', 'rejected'),
    ]),
    'multi',
  )
  expect(found.rows).toEqual([0, 1, 2])
  expect([...found.targets.values]).toEqual([1, 1, 0, 1, 0, -1])
})

test('appends unused classes of a head, unknown for photos without a confirmed label', () => {
  const annotations = [said(10, 'dog'), said(20, 'dog', 'rejected')]
  const found = withClassesOf(collectLabelled(photos, annotations, 'multi'), {
    classes: ['cat', 'dog', 'elk'],
  })
  expect(found.classNames).toEqual(['dog', 'cat', 'elk'])
  expect(found.targets.classes).toBe(3)
  expect([...found.targets.values]).toEqual([1, 0, 0, 0, -1, -1])
})
