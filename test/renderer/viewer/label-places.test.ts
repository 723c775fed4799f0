// The numbers of a photo's labels while it shows.
import { expect, it } from 'vitest'
import type { Label } from '../../../electron/contract/domain.ts'
import { placed, withPlaces } from '../../../renderer/src/features/viewer/label-places.ts'

const label = (name: string, state: Label['state'] = 'suggested'): Label => ({
  ...{ name, state, source: 'model', score: 0.5, rank: 1, modelName: 'vit', modelVersion: '1', atMs: 1 },
  ...{ isChanged: false, isWeak: false },
})
const numbers = (names: readonly string[], labels: readonly Label[]) =>
  placed(names, labels).map((one) => `${one.number} ${one.label.name}`)

it('a label keeps its number when it is confirmed, and a new one comes last', () => {
  const names = withPlaces([], [label('ant'), label('bee'), label('cat')])
  const confirmed = [label('cat', 'confirmed'), label('trip', 'confirmed'), label('ant'), label('bee')]
  expect(numbers(names, confirmed)).toEqual(['1 ant', '2 bee', '3 cat', '4 trip'])
})

it('the numbers of others stay when a label goes, and it has its own when it comes again', () => {
  const names = withPlaces([], [label('ant'), label('trip', 'confirmed'), label('bee')])
  const without = [label('ant'), label('bee')]
  expect(numbers(withPlaces(names, without), without)).toEqual(['1 ant', '3 bee'])
  const again = [label('trip', 'confirmed'), ...without]
  expect(numbers(withPlaces(names, again), again)).toEqual(['1 ant', '2 trip', '3 bee'])
})
