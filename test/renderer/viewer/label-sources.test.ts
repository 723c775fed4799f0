// Labels of a photo by their source.
import { expect, it } from 'vitest'
import type { Label } from '../../../electron/contract/domain.ts'
import { bySource } from '../../../renderer/src/features/viewer/label-sources.ts'

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

it('lists the user first, then the newest model, each with its best label first', () => {
  const sources = bySource([
    byModel('dog', 2, 'old', 1),
    byModel('cat', 1, 'new', 3),
    byUser,
    byModel('fox', 1, 'old', 1),
  ])
  expect(sources.map(({ model, labels }) => [model, labels.map(({ name }) => name)])).toEqual([
    [null, ['cat']],
    ['new', ['cat']],
    ['old', ['fox', 'dog']],
  ])
})
