// Model folders: what is read from them, and the error for each thing that can be wrong with one.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLabels } from '../../models/config/labels.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeModel } from './helpers.ts'
import { makeTinyVit, timmTensors } from './tiny-vit.ts'
import { safetensorsBytes, writeSafetensors, type TestTensors } from './write-safetensors.ts'

const heads = { num_attention_heads: 3 }
const tensors = (): TestTensors => timmTensors(makeTinyVit())
const withConfig = (json: Record<string, unknown> = {}) =>
  writeModel(tensors(), { 'config.json': heads, ...json })

async function expectError(path: string, code: string, message: RegExp): Promise<void> {
  await expect(readModelFolder(path)).rejects.toMatchObject({
    name: 'ModelError',
    code,
    message: expect.stringMatching(message) as string,
  })
}

describe('errors', () => {
  test('a path without a model is reported as missing', () =>
    expectError('/nowhere/model', 'model-missing', /no model at \/nowhere\/model/))

  test('a folder without weights is reported as missing', async () => {
    await expectError(tempFolder(), 'model-missing', /holds no weights; it needs model\.safetensors/)
  })

  test("a model's folder in the hub's cache leads to its only revision, or to what was downloaded last", async () => {
    const cache = tempFolder()
    await mkdir(join(cache, 'snapshots'))
    await mkdir(join(cache, 'refs'))
    const snapshot = join(cache, 'snapshots', '0a1b2c')
    await rename(await withConfig(), snapshot)
    expect((await readModelFolder(cache)).path).toBe(snapshot)
    await mkdir(join(cache, 'snapshots', '00ff'))
    await expectError(cache, 'model-missing', /several revisions of a model.*: 00ff, 0a1b2c/)
    await writeFile(join(cache, 'refs', 'main'), '0a1b2c')
    expect((await readModelFolder(cache)).path).toBe(snapshot)
    await writeFile(join(cache, 'refs', 'main'), '../../elsewhere')
    await expectError(cache, 'model-missing', /several revisions/)
  })

  test('truncated safetensors are rejected', async () => {
    const folder = await withConfig()
    const file = join(folder, 'model.safetensors')
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, -4))
    await expectError(folder, 'model-invalid', /model\.safetensors is truncated: tensor head\.bias/)
    await writeFile(file, bytes.subarray(0, 100))
    await expectError(folder, 'model-invalid', /truncated: it ends within its header/)
    await writeFile(file, bytes.subarray(0, 5))
    await expectError(folder, 'model-invalid', /too short/)
  })

  const f32 = (begin: number, end: number, length: number) => ({
    dtype: 'F32',
    shape: [length],
    data_offsets: [begin, end],
  })
  test.each([
    ['not JSON', '{"a": nonsense}', /damaged header \(not JSON\)/],
    ['a list', '[1]', /not a table of tensors/],
    ['a negative offset', JSON.stringify({ a: f32(-4, 0, 1) }), /damaged header entry for tensor a/],
    ['a wrong byte count', JSON.stringify({ a: f32(0, 8, 3) }), /8 bytes, which is not its shape \[3\]/],
    ['an overlap', JSON.stringify({ a: f32(0, 8, 2), b: f32(4, 12, 2) }), /tensor b overlapping/],
    ['an unknown format', JSON.stringify({ a: { ...f32(0, 8, 2), dtype: 'Q4' } }), /unknown format Q4/],
  ])('a header with %s', async (_name, header, message) => {
    const folder = tempFolder()
    await writeFile(join(folder, 'model.safetensors'), safetensorsBytes(header, new Uint8Array(16)))
    await expectError(folder, 'model-invalid', message)
  })

  const changed = async (change: (all: TestTensors) => void, config: unknown = heads) => {
    const all = tensors()
    change(all)
    return writeModel(all, { 'config.json': config })
  }
  const zeros = (...shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b)) })

  test('position embeddings that are no square grid are rejected', async () => {
    const folder = await changed((all) => (all['pos_embed'] = zeros(1, 16, 24)))
    // Sixteen positions are a grid without CLS, as DeiT-3 has it; fifteen are not a grid.
    await expect(readModelFolder(folder)).resolves.toMatchObject({ architecture: { positionedTokens: 0 } })
    const wrong = await changed((all) => (all['pos_embed'] = zeros(1, 15, 24)))
    await expectError(wrong, 'model-invalid', /pos_embed has 15 positions.*image_size in config\.json/)
  })

  test('a tensor of an unexpected shape is named', async () => {
    const folder = await changed((all) => (all['blocks.1.mlp.fc2.weight'] = zeros(24, 48)))
    await expectError(
      folder,
      'model-invalid',
      /blocks\.1\.mlp\.fc2\.weight has shape \[24, 48\].*needs \[24, 96\]/,
    )
  })

  test('a missing tensor is named', async () => {
    const folder = await changed((all) => delete all['blocks.1.norm2.bias'])
    await expectError(
      folder,
      'model-invalid',
      /lacks tensor blocks\.1\.norm2\.bias; it is incomplete, or of a kind/,
    )
  })

  test('a tensor of an unsupported part is rejected', async () => {
    const folder = await changed((all) => (all['blocks.0.attn.proj_l.bias'] = zeros(3)))
    await expectError(
      folder,
      'model-unsupported',
      /has tensor blocks\.0\.attn\.proj_l\.bias, a part that.*ready ONNX file/,
    )
  })

  test('tensor names of another kind of model are rejected', async () => {
    const folder = await writeModel({ 'conv1.weight': zeros(8, 3, 3, 3) })
    await expectError(
      folder,
      'model-unsupported',
      /no Vision Transformer with the names of timm or transformers.*ready ONNX file/,
    )
  })

  test('a model for photos of any shape is rejected by that name', async () => {
    const folder = await changed((all) => (all['patch_embed.proj.weight'] = zeros(32, 192)), heads)
    await expectError(folder, 'model-unsupported', /any shape \(NaFlex\).*variant for a fixed size/)
  })

  test('a number of attention heads that cannot be inferred is asked for', async () => {
    await expectError(await writeModel(tensors()), 'model-invalid', /num_attention_heads in config\.json/)
  })

  test('an unknown activation is rejected', async () => {
    const folder = await withConfig({ 'config.json': { ...heads, hidden_act: 'mish' } })
    await expectError(folder, 'model-unsupported', /hidden_act mish/)
  })

  test.each([
    [{ model_args: { act_layer: 'mish' } }, /act_layer mish/],
    [{ global_pool: 'prr' }, /global_pool prr/],
    [{ global_pool: 'token', model_args: { global_pool: 'prr' } }, /global_pool prr/],
  ])('a setting that changes scores and shows in no tensor is rejected: %j', async (setting, message) => {
    const vit = timmTensors(makeTinyVit({ head: 'mean' }))
    const folder = await writeModel(vit, { 'config.json': { ...heads, ...setting } })
    await expectError(folder, 'model-unsupported', message)
  })

  test.each(['', ' '])('an empty label (%j) is rejected', async (empty) => {
    const folder = await withConfig({ 'labels.json': ['a', 'b', empty, 'd', 'e', 'f', 'g'] })
    await expectError(folder, 'model-invalid', /labels\.json names class 2 by an empty label/)
  })

  test('a model without classes is rejected', async () => {
    const folder = tempFolder()
    await expect(readLabels(folder, 0, null)).rejects.toThrow(`${folder} is a model without classes`)
  })

  test('a number of labels other than that of the classes is rejected', async () => {
    const folder = await withConfig({ 'labels.json': ['a', 'b'] })
    await expectError(folder, 'model-invalid', /labels\.json names 2 labels but the model has 7 classes/)
  })

  test('a configuration that is not JSON is rejected', async () => {
    const folder = await withConfig()
    await writeFile(join(folder, 'config.json'), '{')
    await expectError(folder, 'model-invalid', /config\.json is not valid JSON/)
  })
})

test('a checkpoint without a classifier is a backbone with embeddings and no labels', async () => {
  const all = tensors()
  delete all['head.weight']
  delete all['head.bias']
  const folder = await readModelFolder(await writeModel(all, { 'config.json': heads }))
  expect(folder).toMatchObject({ classes: 0, labels: [], embeddingDim: 24 })
})

describe('a single file', () => {
  const onlyFile = async (name: string, json: Record<string, unknown> = {}) => {
    const folder = await withConfig(json)
    await rename(join(folder, 'model.safetensors'), join(folder, name))
    return { folder, file: join(folder, name) }
  }

  test('with a name of its own is identified and named by its path', async () => {
    const { file } = await onlyFile('my-vit.safetensors')
    const model = await readModelFolder(file)
    expect(model).toMatchObject({ path: file, name: 'my-vit' })
    expect(await readModelFolder(model.path)).toMatchObject({ path: file, version: model.version })
  })

  test('is read alone, not as the model beside it', async () => {
    const { folder, file } = await onlyFile('other.safetensors')
    const usual = join(folder, 'model.safetensors')
    await writeSafetensors(usual, timmTensors(makeTinyVit({ depth: 1 })), 'F32')
    expect(await readModelFolder(file)).toMatchObject({ path: file, architecture: { depth: 2 } })
    expect(await readModelFolder(usual)).toMatchObject({ path: folder, architecture: { depth: 1 } })
  })

  test('that is a shard opens the whole model', async () => {
    const shard = 'model-00001-of-00001.safetensors'
    const { folder, file } = await onlyFile(shard, {
      'model.safetensors.index.json': {
        weight_map: Object.fromEntries(Object.keys(tensors()).map((name) => [name, shard])),
      },
    })
    const { version } = await readModelFolder(folder)
    expect(await readModelFolder(file)).toMatchObject({ path: folder, version })
  })
})

describe('labels', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const id2label = Object.fromEntries(names.map((name, i) => [i, name]))

  test.each([
    ['a list', { 'labels.json': names }],
    ['id2label', { 'labels.json': { id2label } }],
    ["transformers' configuration", { 'config.json': { ...heads, id2label } }],
    ["timm's configuration", { 'config.json': { ...heads, label_names: names } }],
  ])('are read from %s', async (_name, json) => {
    expect((await readModelFolder(await withConfig(json))).labels).toEqual(names)
  })

  test('are read from lines of text, and numbered where there are none', async () => {
    const folder = await withConfig()
    expect((await readModelFolder(folder)).labels[6]).toBe('class_6')
    await writeFile(join(folder, 'classes.txt'), `${names.join('\n')}\n`)
    expect((await readModelFolder(folder)).labels).toEqual(names)
    // As an editor of Windows saves it.
    await writeFile(join(folder, 'classes.txt'), `\uFEFF${names.join('\r\n')}\r\n`)
    expect((await readModelFolder(folder)).labels).toEqual(names)
    await writeFile(join(folder, 'labels.json'), `\uFEFF${JSON.stringify(names)}`)
    expect((await readModelFolder(folder)).labels).toEqual(names)
  })
})

test('one output without a name is no label, and neither is one of a regression', async () => {
  const single = (config: object) =>
    writeModel(timmTensors(makeTinyVit({ classes: 1 })), { 'config.json': { ...heads, ...config } })
  for (const config of [{}, { id2label: { 0: 'LABEL_0' } }])
    await expectError(await single(config), 'model-unsupported', /one output without a name.*labels\.txt/)
  const regression = { id2label: { 0: 'score' }, problem_type: 'regression' }
  await expectError(await single(regression), 'model-unsupported', /gives numbers.*trained to classify/)
})

test('a single class is scored by a sigmoid, so that its score is not always 1', async () => {
  const single = (config: object) =>
    writeModel(timmTensors(makeTinyVit({ classes: 1 })), { 'config.json': { ...heads, ...config } })
  const one = await readModelFolder(await single({ id2label: { 0: 'nsfw' } }))
  expect(one.scores).toMatchObject({ activation: 'sigmoid', temperature: 1 })
  // Several classes and no word about them: the user is asked.
  expect((await readModelFolder(await withConfig())).scores.activation).toBeNull()
})

test('a norm after pooling reads CLS where the configuration says so, and the mean where it says nothing', async () => {
  const reads = async (setting: Record<string, unknown>) => {
    const vit = timmTensors(makeTinyVit({ head: 'mean' }))
    const folder = await writeModel(vit, { 'config.json': { ...heads, ...setting } })
    return readModelFolder(folder)
  }
  expect(await reads({ global_pool: 'token' })).toMatchObject({ architecture: { headReads: ['cls'] } })
  expect(await reads({})).toMatchObject({ architecture: { headReads: ['patch-mean'] } })
})

test('the version changes with one bit of the weights or of the configuration, and with nothing else', async () => {
  const folder = await withConfig()
  const { version } = await readModelFolder(folder)
  expect(version).toMatch(/^[0-9a-f]{16}$/)
  expect((await readModelFolder(join(folder, 'model.safetensors'))).version).toBe(version)
  const file = join(folder, 'model.safetensors')
  const bytes = await readFile(file)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  await writeFile(file, bytes)
  const other = (await readModelFolder(folder)).version
  expect(other).not.toBe(version)
  await writeFile(join(folder, 'labels.json'), JSON.stringify(['a', 'b', 'c', 'd', 'e', 'f', 'g']))
  expect((await readModelFolder(folder)).version).not.toBe(other)
})
