// Which model labels when none is named, and that a job stays with it.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { ModelId } from '../../../electron/contract/domain.ts'
import type { Model } from '../../../electron/contract/models.ts'
import { modelReference } from '../../../electron/common/model-reference.ts'
import { chooseBest } from '../../../electron/core/models/best-model.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

let nextId = 1
const model = (name: string, origin: Model['origin'], weightBytes = 1): Model => ({
  id: ModelId.parse(nextId++),
  name,
  origin,
  weightBytes,
  version: '0'.repeat(16),
  path: `/models/${name}`,
  kind: 'checkpoint',
  task: 'labels',
  classes: 1000,
  labelCount: 1000,
  embeddingDim: 192,
  readsWords: false,
  inputWidthPx: 224,
  inputHeightPx: 224,
  addedAtMs: 0,
})
const bundled = model('bundled', 'bundled')
const own = model('own', 'disk', 10)

test.each([
  ['no model', [], null, null],
  ['the bundled one alone', [bundled], 'bundled', 'bundled'],
  ['a model for one subject is no default', [bundled, model('food', 'catalogue', 99)], 'bundled', 'bundled'],
  ['a backbone without classes', [bundled, { ...model('dinov3', 'disk'), classes: 0 }], 'bundled', 'bundled'],
  ['the largest of the own ones', [bundled, own, model('small', 'disk', 5)], 'own', 'largest'],
  [
    'published accuracy before size',
    [
      bundled,
      model('own', 'disk', 1e12),
      model('vit-tiny', 'catalogue', 5),
      model('vit-small', 'catalogue', 4),
    ],
    'vit-small',
    'most-accurate',
  ],
  ['a folder that only has the name of one', [bundled, model('vit-small', 'disk')], 'vit-small', 'largest'],
])('chooses the best model and says why: %s', (_case, models, name, reason) => {
  const best = chooseBest(models, null)
  expect(best?.model.name ?? null).toBe(name)
  expect(best?.reason ?? null).toBe(reason)
})

test('of two models of one name takes the one that was chosen, and the other where that is gone', () => {
  const [first, second] = ['a', 'b'].map((letter) => ({ ...own, version: letter.repeat(16) }))
  if (first === undefined || second === undefined) throw new Error('two models expected')
  const choose = (models: readonly Model[], wanted: string) => chooseBest(models, wanted)?.model.version
  expect(choose([first, second], modelReference(first))).toBe(first.version)
  expect(choose([first, second], modelReference(second))).toBe(second.version)
  expect(choose([second], modelReference(first))).toBe(second.version)
  expect(choose([first, { ...second, name: 'o@n' }], 'o@n')).toBe(second.version)
})

const halved = (weights: Float32Array) => weights.map((value) => value / 2)

async function setUp() {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 2)
  const box = await writeTinyModel(path.join(home, 'product', 'models', 'bundled'))
  const other = await writeTinyModel(path.join(home, 'other'), { change: halved })
  return { home, photos, box, other }
}

test('runs the bundled model for a job without a model, and a better one once there is one', async () => {
  const { home, photos, box, other } = await setUp()
  const { client, label } = openTestCore(home, { bundledModel: box })
  const first = await label({ folders: [photos], model: null })
  expect(first).toMatchObject({ state: 'done', request: { model: 'bundled' } })
  const [listed] = await client.models.list({})
  expect(listed).toMatchObject({ id: first.modelId, name: 'bundled', origin: 'bundled' })
  await client.models.add({ path: other })
  expect(await client.models.best({})).toMatchObject({
    model: { name: 'other' },
    reason: 'largest',
    quality: null,
  })
  expect(await label({ folders: [photos], model: null })).toMatchObject({ request: { model: other } })
  await client.settings.set({ defaultModel: 'bundled' })
  expect(await client.models.best({})).toMatchObject({ model: { name: 'bundled' }, reason: 'chosen' })
  // A name alone, as it was kept before, becomes what tells two models of that name apart.
  const { defaultModel } = await client.settings.get({})
  expect(defaultModel).toBe(`bundled@${listed?.version ?? ''}`)
  // A default that is gone is no reason to fail.
  await client.settings.set({ defaultModel: 'gone' })
  expect(await client.models.best({})).toMatchObject({ model: { name: 'other' }, reason: 'largest' })
  // The name is the bundled model's own, whatever else there is.
  expect((await label({ folders: [photos], model: 'bundled' })).modelId).toBe(first.modelId)
})

test('tells how many labels the best model knows, and how good its configuration says that it is', async () => {
  const { home, box } = await setUp()
  const config = path.join(box, 'config.json')
  const quality = { top1Percent: 53.4, suggestedAt: 0.33 }
  const written = JSON.parse(await readFile(config, 'utf8')) as object
  await writeFile(config, JSON.stringify({ ...written, labelroom: { quality } }))
  await writeFile(
    path.join(box, 'labels.json'),
    JSON.stringify(['ant', 'ant', 'bee', 'cat', 'cat', 'dog', 'elk']),
  )
  const { client } = openTestCore(home, { bundledModel: box })
  expect(await client.models.best({})).toMatchObject({ model: { labelCount: 5 }, reason: 'bundled', quality })
  expect((await client.models.info({ model: 'bundled' })).labels).toEqual(['ant', 'bee', 'cat', 'dog', 'elk'])
})

test('keeps the bundled model, at the present path of the product', async () => {
  const { home, photos, box } = await setUp()
  const before = openTestCore(home, { bundledModel: box })
  const { modelId } = await before.label({ folders: [photos], model: null })
  await expect(before.client.models.remove({ id: modelId })).rejects.toMatchObject({
    code: 'bad-request',
    message: 'The bundled model is a part of Labelroom and stays.',
  })
  await before.close()
  const moved = await writeTinyModel(path.join(home, 'elsewhere', 'models', 'bundled'))
  const after = openTestCore(home, { bundledModel: moved })
  expect(await after.client.models.list({})).toMatchObject([{ id: modelId, path: moved }])
  await after.close()
  // Another model in the next version: the former one is listed no more, its suggestions stay.
  const next = await writeTinyModel(path.join(home, 'next', 'models', 'bundled'), { change: halved })
  const updated = openTestCore(home, { bundledModel: next })
  expect(await updated.client.models.list({})).toMatchObject([{ name: 'bundled', path: next }])
  const listed = await updated.client.photos.list({ folder: photos, modelId })
  expect(listed.every(({ status }) => status === 'labelled')).toBe(true)
})

test('fails in one sentence where there is no model at all', async () => {
  const { home, photos } = await setUp()
  const { client } = openTestCore(home)
  await expect(client.jobs.start({ folders: [photos], device: 'cpu' })).rejects.toMatchObject({
    code: 'model-missing',
    message: 'There is no model yet. Run: labelroom models add vit-tiny',
  })
})
