// Categories of tags as parent labels: on at first, and what hangs on a name follows when the user turns them off.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createGraph } from '../../../models/onnx/graph-builder.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** A tagger that is sure of `solo` and of the character, whatever the photo shows. */
async function writeTagger(folder: string): Promise<string> {
  mkdirSync(folder)
  const g = createGraph('test')
  const image = g.input('input', ['N', 32, 32, 3])
  const mean = g.node('ReduceMean', [image, g.ints(1, 2)], { attributes: { keepdims: 0 } })
  const zero = g.node('MatMul', [mean, g.floats('w', [3, 3], new Float32Array(9))])
  const sure = g.node('Add', [zero, g.floats('b', [3], Float32Array.of(3, 3, -3))])
  g.node('Sigmoid', [sure], { outputs: ['output'] })
  g.output('output', ['N', 3])
  await g.write(join(folder, 'model.onnx'))
  writeFileSync(
    join(folder, 'selected_tags.csv'),
    'tag_id,name,category\n1,solo,0\n2,hatsune_miku,4\n3,safe,9\n',
  )
  return folder
}

test('suggestions, and the rules for them, have the name that was chosen', async () => {
  const home = tempFolder()
  const photos = join(home, 'photos')
  await writePhoto(join(photos, 'a.jpg'), 1)
  const path = await writeTagger(join(home, 'tagger'))
  const { client, label } = openTestCore(home)
  const model = await client.models.add({ path })
  await label({ folders: [photos], model: model.name })
  const suggested = async () => {
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 1 })
    return (cards[0]?.labels ?? []).map(({ name }) => name).toSorted()
  }
  expect(await suggested()).toEqual(['character/hatsune miku', 'general/solo'])
  await client.rules.set({
    rules: { minScore: 0, perLabel: [], mapping: [{ from: 'general/solo', to: 'alone' }] },
  })
  expect(await suggested()).toEqual(['alone', 'character/hatsune miku'])

  await client.models.add({ path, choices: { groupsTags: false } })
  expect(await suggested()).toEqual(['alone', 'hatsune miku'])
  await client.models.add({ path, choices: { groupsTags: true } })
  expect(await suggested()).toEqual(['alone', 'character/hatsune miku'])
})
