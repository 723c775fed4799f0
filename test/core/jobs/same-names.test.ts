// Classes of a model that have one name are one label, whose score is the sum of theirs, however few labels are kept.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

const names = ['crane', 'crane', 'crane', 'dog', 'dog', 'dog', 'dog']

test.each(['fp32', 'int8'] as const)('adds the scores of classes with one name in %s', async (precision) => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 2)
  const fine = await writeTinyModel(path.join(home, 'fine'))
  const named = await writeTinyModel(path.join(home, 'named'))
  await writeFile(path.join(named, 'labels.json'), JSON.stringify(names))
  const { client, label } = openTestCore(home)
  const suggestions = async (model: string, topK: number) => {
    const { modelId } = await label({ folders: [photos], model, topK, precision })
    return (await client.photos.list({ folder: photos, modelId })).map(({ labels }) => labels)
  }
  const fineLabels = (await client.models.info({ model: fine })).labels
  const all = await suggestions(fine, 7)
  const one = await suggestions(named, 1)
  expect(one).toHaveLength(2)
  for (const [photo, [best]] of one.entries()) {
    const sums = { crane: 0, dog: 0 }
    for (const { name, score } of all[photo] ?? [])
      sums[names[fineLabels.indexOf(name)] === 'crane' ? 'crane' : 'dog'] += score ?? 0
    const winner = sums.crane > sums.dog ? 'crane' : 'dog'
    expect(best?.name).toBe(winner)
    expect(best?.score).toBeCloseTo(sums[winner], 5)
  }
})
