// Labels of a photo by their source.
import { expect, it } from 'vitest'
import type { Label } from '../../../electron/contract/domain.ts'
import { bySource, scoresOf } from '../../../renderer/src/features/viewer/label-sources.ts'

const byModel = (name: string, rank: number, modelName: string, atMs: number): Label => ({
  name,
  source: 'model',
  state: 'suggested',
  score: 1 / rank,
  rank,
  modelName,
  modelVersion: '1',
  atMs,
  isChanged: false,
  isWeak: false,
})
const byUser: Label = {
  name: 'cat',
  source: 'human',
  state: 'confirmed',
  score: 0.5,
  rank: 1,
  modelName: 'vit',
  modelVersion: '1',
  atMs: 5,
  isChanged: false,
  isWeak: false,
}

const all = [
  byUser,
  byModel('dog', 2, 'old', 1),
  byModel('cat', 1, 'new', 3),
  byModel('gnu', 2, 'new', 3),
  byModel('fox', 1, 'old', 1),
  byModel('gnu', 3, 'old', 1),
]

it('lists the user first, then the newest model, each with its best label first', () => {
  const sources = bySource(all, [])
  expect(sources.map(({ model, labels }) => [model, labels.map(({ name }) => name)])).toEqual([
    [null, ['cat']],
    ['new', ['gnu']],
    ['old', ['fox', 'dog']],
  ])
})

it('shows no label again that the list above has, and keeps the source', () => {
  const sources = bySource(all, ['cat', 'gnu', 'dog'])
  expect(sources.map(({ model, labels }) => [model, labels.map(({ name }) => name)])).toEqual([
    [null, []],
    ['new', []],
    ['old', ['fox']],
  ])
})

it('knows what each model said of a label, of two classes with its name the better', () => {
  expect(scoresOf([...all, byModel('gnu', 5, 'new', 3)], 'gnu')).toEqual([
    { model: 'new', score: 1 / 2 },
    { model: 'old', score: 1 / 3 },
  ])
  expect(scoresOf(all, 'elk')).toEqual([])
})
