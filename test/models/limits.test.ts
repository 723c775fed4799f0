// Models that claim more than any classifier has, or go in circles: each ends with one sentence, without the memory or
// the time that it asks for.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readModelFolder } from '../../models/model-folder.ts'
import { encodeModel, onnxTypes, type OnnxNode, type OnnxValueInfo } from '../../models/onnx/proto.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const value = (name: string, dims: readonly number[]): OnnxValueInfo => ({
  name,
  type: {
    tensor_type: { elem_type: onnxTypes.float32, shape: { dim: dims.map((size) => ({ dim_value: size })) } },
  },
})
const node = (op_type: string, input: string, output: string): OnnxNode => ({
  ...{ op_type, input: [input], output: [output], name: '', attribute: [] },
})

async function writeOnnx(nodes: readonly OnnxNode[], classes = 2, rest = Buffer.alloc(0)): Promise<string> {
  const file = path.join(tempFolder(), 'model.onnx')
  const graph = { node: [...nodes], input: [value('x', [1, 3, 8, 8])], output: [value('y', [1, classes])] }
  await writeFile(file, Buffer.concat([encodeModel({ ir_version: 8, graph }), rest]))
  return file
}

const unsupported = (sentence: RegExp) => ({
  code: 'model-unsupported',
  message: expect.stringMatching(sentence) as string,
})

test('a graph that claims 50,000,000 classes is refused', async () => {
  const file = await writeOnnx([node('Flatten', 'x', 'y')], 50_000_000)
  await expect(readModelFolder(file)).rejects.toMatchObject(
    unsupported(/model\.onnx claims 50000000 classes; the limit is 100000\. Use another model\.$/),
  )
})

test.each([
  [
    'an input of 16,000 px',
    { 'config.json': { architecture: 'vit', num_attention_heads: 3, input_size: [3, 16_000, 16_000] } },
  ],
  ['a size of 20,000 px', { 'preprocessor_config.json': { size: 20_000 } }],
  [
    'a crop of a photo of millions of pixels',
    { 'config.json': { architecture: 'vit', num_attention_heads: 3, crop_pct: 1e-5 } },
  ],
])('a checkpoint with %s is refused', async (_name, files) => {
  const folder = await writeTinyModel(path.join(tempFolder(), 'tiny'))
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(folder, name), JSON.stringify(content))
  await expect(readModelFolder(folder)).rejects.toMatchObject(
    unsupported(/the limits are 2048 and 8192 px\. Correct its configuration, or use another model\.$/),
  )
})

test('a graph with more parts than any classifier is refused before it is decoded', async () => {
  // An empty node takes two bytes in the file, and some hundred in memory.
  const nodes = 300_000
  const header = Buffer.from([(7 << 3) | 2, 0xc0, 0xcf, 0x24])
  expect(2 * nodes).toBe(0x40 | (0x4f << 7) | (0x24 << 14))
  const empty = Buffer.concat([header, Buffer.alloc(2 * nodes, Buffer.from([(1 << 3) | 2, 0]))])
  const file = await writeOnnx([node('Flatten', 'x', 'y')], 2, empty)
  await expect(readModelFolder(file)).rejects.toMatchObject(unsupported(/has more than 200000 parts/))
})

test('a graph that goes in circles has no logits before an activation, and no embedding', async () => {
  const circle = [node('Identity', 'a', 'y'), node('Identity', 'y', 'a')]
  expect(await readModelFolder(await writeOnnx(circle))).toMatchObject({
    classes: 2,
    embeddingDim: null,
    scores: { activation: null },
  })
})

test('a chain of 100,000 operators before the output is followed to its activation', async () => {
  const names = Array.from({ length: 100_000 }, (_, at) => (at === 0 ? 'y' : `v${at}`))
  const chain = names.slice(1).map((name, at) => node('Identity', name, names[at] ?? ''))
  const file = await writeOnnx([node('Sigmoid', 'x', names.at(-1) ?? ''), ...chain])
  expect(await readModelFolder(file)).toMatchObject({ scores: { activation: 'sigmoid' } })
})

test('a header of more than 10 MB, and a configuration of more than 16 MB, are refused by their size', async () => {
  const folder = path.join(tempFolder(), 'model')
  await mkdir(folder)
  const header = Buffer.alloc(11_000_008, ' ')
  header.writeBigUInt64LE(11_000_000n)
  await writeFile(path.join(folder, 'model.safetensors'), header)
  await expect(readModelFolder(folder)).rejects.toMatchObject({
    message: expect.stringContaining('its header would be over 10 MB') as string,
  })
  const tiny = await writeTinyModel(path.join(tempFolder(), 'tiny'))
  await writeFile(path.join(tiny, 'config.json'), Buffer.alloc(17 * 2 ** 20, '['))
  await expect(readModelFolder(tiny)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('larger than 16 MB') as string,
  })
})

test('a configuration of a million arrays within each other is not valid', async () => {
  const tiny = await writeTinyModel(path.join(tempFolder(), 'tiny'))
  await writeFile(path.join(tiny, 'labels.json'), '['.repeat(1e6) + ']'.repeat(1e6))
  await expect(readModelFolder(tiny)).rejects.toMatchObject({ code: 'model-invalid' })
})

test('a label of more than 500 characters is refused', async () => {
  const tiny = await writeTinyModel(path.join(tempFolder(), 'tiny'))
  const labels = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'g'.repeat(501)]
  await writeFile(path.join(tiny, 'labels.json'), JSON.stringify(labels))
  await expect(readModelFolder(tiny)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringMatching(
      /names class 6 by a label of more than 500 characters; shorten it\.$/,
    ) as string,
  })
})
