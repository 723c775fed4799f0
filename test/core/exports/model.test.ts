// A trained head exported with its model: other runtimes compute the same from the files as the app.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultPhotoLimits } from '../../../electron/contract/inference.ts'
import type { Head, HeadId } from '../../../electron/contract/heads.ts'
import type { CoreClient } from '../../../electron/core/client.ts'
import { loadHead } from '../../../electron/core/learning/tasks/stored-head.ts'
import { predict, scoreRows } from '../../../electron/core/learning/algorithms/apply-head.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { toTensor } from '../../../electron/worker/decode/to-tensor.ts'
import * as ort from '../../../electron/worker/runtime.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { openTestCore } from '../../helpers/core.ts'
import { hasSharedFiles, sharedFiles } from '../../helpers/shared-files.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { largestDifference } from '../../models/helpers.ts'
import { loadEmbeddings } from '../../helpers/load-embeddings.ts'

/** The app reads embeddings that are kept as float16, with eleven bits a number; the exported model computes them anew. */
const halfPrecision = { logits: 3e-3, probabilities: 5e-4 }

const classNames = ['airplane', 'cat', 'ship', 'truck']

/** Where eight photos of each class lie, labelled by the model; the first that asks for them labels them for the others. */
let labelled: Promise<{ readonly home: string; readonly photos: string }> | undefined
afterAll(async () => {
  if (labelled !== undefined) rmSync((await labelled).home, { recursive: true })
})

async function labelPhotos() {
  const home = mkdtempSync(path.join(tmpdir(), 'labelroom-test-'))
  const photos = path.join(home, 'photos')
  for (const name of classNames) {
    const source = path.join(sharedFiles.cifar10, 'test', name)
    mkdirSync(path.join(photos, name), { recursive: true })
    for (const file of readdirSync(source).slice(0, 8))
      symlinkSync(path.join(source, file), path.join(photos, name, file))
  }
  const { client, label, close } = openTestCore(home)
  const job = await label({ folders: [photos], model: sharedFiles.vitTiny })
  expect(job.state).toBe('done')
  await client.imports.folder({ folder: photos, isApplied: true })
  await close()
  return { home, photos }
}

/** A head trained on the photos, and a folder for what is made of it. */
async function trainOnPhotos(mode: 'single' | 'multi') {
  labelled ??= labelPhotos()
  const { home, photos } = await labelled
  const { client } = openTestCore(home)
  const { head } = await client.heads.train({ mode, seed: 1 })
  return { library: path.join(home, 'library.db'), home: tempFolder(), photos, client, head }
}

describe.runIf(hasSharedFiles('cifar10', 'vitTiny'))('on real photos', () => {
  test.each(['single', 'multi'] as const)(
    'exports a %s head as ONNX and safetensors that predict what the app does',
    async (mode) => {
      const trained = await trainOnPhotos(mode)
      const safetensors = path.join(trained.home, 'safetensors')
      await trained.client.exports.model({
        ...{ headId: trained.head.id, format: 'safetensors', folder: safetensors },
      })
      expect(readdirSync(safetensors).sort()).toEqual([
        ...['config.json', 'labels.json', 'model.safetensors', 'preprocessor_config.json'],
      ])
      await expectSameElsewhere(trained, [safetensors])
    },
    120_000,
  )
})

test.each(['clip', 'siglip'] as const)(
  'exports a head of words with the image tower of %s as ONNX that predicts what the app does',
  async (name) => {
    const home = tempFolder()
    const photos = path.join(home, 'photos')
    await writePhotos(photos, 6)
    const { client, label } = openTestCore(home)
    await label({ folders: [photos], model: path.join(import.meta.dirname, '../../models/text', name) })
    const { head } = await client.words.createHead({ words: ['two dogs', 'a red circle', 'cakes'] })
    await expectSameElsewhere({ library: path.join(home, 'library.db'), home, photos, client, head })
    const folder = path.join(home, 'safetensors')
    await expect(client.exports.model({ headId: head.id, format: 'safetensors', folder })).rejects.toThrow(
      /Export it as ONNX/,
    )
  },
)

interface WithHead {
  readonly library: string
  /** For what is made of the head. */
  readonly home: string
  readonly photos: string
  readonly client: CoreClient
  readonly head: Head
}

/** Exports the head as ONNX, runs it without the product, and labels with it and `others` in new libraries. */
async function expectSameElsewhere(
  { library, home, photos, client, head }: WithHead,
  others: readonly string[] = [],
): Promise<void> {
  const names = head.classes
  const onnx = path.join(home, 'onnx')
  const report = await client.exports.model({ headId: head.id, format: 'onnx', folder: onnx })
  expect(report).toMatchObject({ folder: onnx, file: path.join(onnx, 'model.onnx'), labels: names })
  const { paths, logits, probabilities } = readApp(library, head)
  const actual = await runElsewhere(report.file, paths)
  expect(largestDifference(actual['logits'], logits)).toBeLessThan(halfPrecision.logits)
  expect(largestDifference(actual['probabilities'], probabilities)).toBeLessThan(halfPrecision.probabilities)

  for (const model of [onnx, ...others]) {
    const other = openTestCore(home, { libraryFile: `${model}.db` })
    expect((await other.label({ folders: [photos], model })).state).toBe('done')
    const files = await other.client.photos.list({ folder: photos, limit: 1000 })
    expect(files).toHaveLength(paths.length)
    for (const { path: file, labels } of files) {
      const row = paths.indexOf(file)
      const scores = names.map((_, c) => probabilities[row * names.length + c] ?? 0)
      expect(labels[0]?.name).toBe(names[scores.indexOf(Math.max(...scores))])
      const predicted = names.map((name) => labels.find((one) => one.name === name)?.score ?? NaN)
      expect(largestDifference(predicted, scores)).toBeLessThan(halfPrecision.probabilities)
    }
  }
}

/** What the app computes from the stored embeddings, one row for each of `paths`. */
function readApp(library: string, info: Head) {
  const store = openStore({ file: library })
  const head = loadHead(store, info)
  const variantId = store.heads.parameters(info.id)?.variantId
  if (variantId === undefined) throw new Error('the head is gone')
  const { photoIds, dim, values } = loadEmbeddings(store, variantId)
  const pathsById = store.files.photoPaths()
  store.close()
  const matrix = { rows: photoIds.length, dim, values }
  const paths = photoIds.map((id) => pathsById.get(id) ?? '')
  return { paths, logits: scoreRows(head.head, matrix), probabilities: predict(head, matrix) }
}

/** The file in onnxruntime, with nothing of the product but the pixels. */
async function runElsewhere(file: string, photos: readonly string[]): Promise<Record<string, Float32Array>> {
  const { preprocessing } = await readModelFolder(path.dirname(file))
  const { height, width } = preprocessing
  const input = new Float32Array(photos.length * 3 * height * width)
  for (const [n, photo] of photos.entries()) {
    const { pixels } = await decodePhotoAt(photo, preprocessing, defaultPhotoLimits)
    toTensor(pixels, preprocessing, input, n * 3 * height * width)
  }
  // Threads of a second core would spin while they wait for each other.
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 })
  const outputs = await session.run({
    pixel_values: new ort.Tensor('float32', input, [photos.length, 3, height, width]),
  })
  await session.release()
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]))
}

/** A head on the tiny model's embeddings of sixteen photos. */
async function trainTiny() {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 16)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const { core, client, label, close } = openTestCore(home)
  await label({ folders: [photos], model })
  const photoIds = (await client.photos.list({ folder: photos })).flatMap(({ photoId }) => photoId ?? [])
  await client.labels.confirm({ photoIds: photoIds.slice(0, 8), name: 'dark' })
  await client.labels.confirm({ photoIds: photoIds.slice(8), name: 'bright' })
  const { head } = await client.heads.train({})
  return { home, model, core, client, close, head }
}

test('refuses a model that was changed, a folder with content, and an unknown head', async () => {
  const { home, model, client, head } = await trainTiny()
  const folder = path.join(home, 'out')
  const run = (headId = head.id) => client.exports.model({ headId, format: 'onnx', folder })
  await expect(run(99 as HeadId)).rejects.toMatchObject({ code: 'not-found' })
  await writeFile(path.join(model, 'labels.json'), JSON.stringify(['a', 'b', 'c', 'd', 'e', 'f', 'g']))
  await expect(run()).rejects.toMatchObject({
    code: 'model-invalid',
    message: `${model} was changed since your model was trained. Put the old model back, or label with the new one and train again.`,
  })
  expect(readdirSync(home)).not.toContain('out')
  await expect(
    client.exports.model({ headId: head.id, format: 'onnx', folder: model }),
  ).rejects.toMatchObject({ code: 'output-unwritable' })
  rmSync(model, { recursive: true })
  await expect(run()).rejects.toMatchObject({ code: 'model-missing' })
  await client.models.remove({ id: head.modelId })
  await expect(run()).rejects.toMatchObject({ code: 'not-found' })
})

test('ends the worker of a cancelled export of a model, and leaves nothing behind', async () => {
  const { home, core, client, head } = await trainTiny()
  const folder = path.join(home, 'out')
  core.events.subscribe('export.progress', () => void client.exports.cancel({ path: folder }))
  const before = readdirSync(home)
  await expect(client.exports.model({ headId: head.id, format: 'onnx', folder })).rejects.toMatchObject({
    code: 'cancelled',
  })
  expect(readdirSync(home)).toEqual(before)
})
