// Who said what of a photo.
import { expect, it } from 'vitest'
import type { Label } from '../../electron/contract/domain.ts'
import { bySpeaker } from '../../renderer/src/features/viewer/speakers.ts'

const byModel = (name: string, rank: number, modelName: string, atMs: number): Label => ({
  name,
  source: 'model',
  state: 'suggested',
  score: 1 / rank,
  rank,
  modelName,
  modelVersion: '1',
  atMs,
})
const byPerson: Label = {
  name: 'cat',
  source: 'human',
  state: 'confirmed',
  score: 0.5,
  rank: 1,
  modelName: 'vit',
  modelVersion: '1',
  atMs: 5,
}

it('names the person first, then the newest model, each with its best label first', () => {
  const speakers = bySpeaker([
    byModel('dog', 2, 'old', 1),
    byModel('cat', 1, 'new', 3),
    byPerson,
    byModel('fox', 1, 'old', 1),
  ])
  expect(speakers.map(({ model, said }) => [model, said.map(({ name }) => name)])).toEqual([
    [null, ['cat']],
    ['new', ['cat']],
    ['old', ['fox', 'dog']],
  ])
})
