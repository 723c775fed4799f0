// Taggers of every layout: names, categories, thresholds, how photos are prepared, and that a photo has several labels.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createGraph } from '../../../models/onnx/graph-builder.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { noChoices } from '../../../models/config/scores.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const side = 32
const classes = 3

/** A ready graph with three classes. */
async function writeTagger(
  files: Readonly<Record<string, unknown>>,
  layout: 'nchw' | 'nhwc' = 'nchw',
  ending: 'Sigmoid' | null = null,
): Promise<string> {
  const folder = tempFolder()
  const g = createGraph('test')
  const image = g.input('input', layout === 'nchw' ? ['N', 3, side, side] : ['N', side, side, 3])
  const mean = g.node('ReduceMean', [image, layout === 'nchw' ? g.ints(2, 3) : g.ints(1, 2)], {
    attributes: { keepdims: 0 },
  })
  const last = ending === null ? 'output' : 'hidden'
  g.node('MatMul', [mean, g.floats('w', [3, classes], new Float32Array(9).fill(0.1))], { outputs: [last] })
  if (ending !== null) g.node(ending, [last], { outputs: ['output'] })
  g.output('output', ['N', classes])
  await g.write(join(folder, 'model.onnx'))
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return folder
}

const selectedTags = 'tag_id,name,category,count\n9,general,9,5\n1,long_hair,0,4\n2,hatsune_miku,4,3\n'
const white = [255, 255, 255]

test('a wd tagger reads BGR of 0..255 on a white square, writes names with spaces and asks more of characters', async () => {
  const folder = await writeTagger({ 'selected_tags.csv': selectedTags }, 'nhwc', 'Sigmoid')
  expect(await readModelFolder(folder)).toMatchObject({
    labels: ['rating/general', 'general/long hair', 'character/hatsune miku'],
    tagger: {
      layout: 'wd',
      tags: [{ category: 'rating' }, { category: 'general' }, { category: 'character' }],
    },
    scores: { activation: 'sigmoid', thresholds: [0.35, 0.35, 0.85] },
    preprocessing: {
      ...{ rescale: 1, mean: [0, 0, 0], std: [1, 1, 1], channels: 'bgr', interpolation: 'bicubic' },
      ...{ resize: { rule: 'square', sizePx: side }, crop: { fill: white } },
    },
  })
})

test('the user may keep underscores and names without categories, and set both thresholds', async () => {
  const folder = await writeTagger({ 'selected_tags.csv': selectedTags }, 'nhwc', 'Sigmoid')
  const thresholds = { general: 0.2, character: 0.6 }
  const choices = { ...noChoices, keepsUnderscores: true, groupsTags: false, thresholds }
  expect(await readModelFolder(folder, choices)).toMatchObject({
    labels: ['general', 'long_hair', 'hatsune_miku'],
    scores: { thresholds: [0.2, 0.2, 0.6] },
  })
})

test('faces keep their underscores, and a slash of their own parts no name', async () => {
  const tags = 'tag_id,name,category\n1,^_^,0\n2,:/,0\n3,looking_at_viewer,0\n'
  const folder = await writeTagger({ 'selected_tags.csv': tags }, 'nhwc', 'Sigmoid')
  expect((await readModelFolder(folder)).labels).toEqual(['general/^_^', ':/', 'general/looking at viewer'])
})

test('thresholds are those of the tag, else of its category, and preprocess.json says the steps', async () => {
  const folder = await writeTagger({
    'selected_tags.csv': 'id,name,category,best_threshold\n1,smile,0,0.31\n2,miku,4,\n3,vocaloid,77,0.5\n',
    'thresholds.csv': 'category,name,threshold\n0,general,0.3\n4,character,0.72\n',
    'categories.json': [{ category: 77, name: 'IP' }],
    'preprocess.json': {
      stages: [
        { type: 'resize', size: [side, side], interpolation: 'bicubic' },
        { type: 'to_tensor' },
        { type: 'normalize', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
      ],
    },
  })
  const model = await readModelFolder(folder)
  expect(model).toMatchObject({
    scores: { activation: 'sigmoid', from: join(folder, 'selected_tags.csv'), thresholds: [0.31, 0.72, 0.5] },
    preprocessing: {
      ...{ resize: { rule: 'exact' }, interpolation: 'bicubic', channels: 'rgb', std: [0.25, 0.25, 0.25] },
    },
  })
  expect(model.tagger?.tags.map(({ category }) => category)).toEqual(['general', 'character', 'ip'])
})

test('JoyTag reads a white square with the mean of CLIP', async () => {
  const config = { class: 'ViT', image_size: side }
  const folder = await writeTagger({ 'top_tags.txt': '1girl\nlong_hair\nsolo\n', 'config.json': config })
  expect(await readModelFolder(folder)).toMatchObject({
    labels: ['1girl', 'long hair', 'solo'],
    scores: { activation: 'sigmoid', thresholds: [0.4, 0.4, 0.4] },
    preprocessing: { resize: { rule: 'square' }, channels: 'rgb', mean: [0.48145466, 0.4578275, 0.40821073] },
  })
})

const camie = {
  model_info: { img_size: side },
  dataset_info: {
    tag_mapping: {
      idx_to_tag: { 0: 'solo', 1: 'miku', 2: '2020' },
      tag_to_category: { solo: 'general', miku: 'character', 2020: 'year' },
    },
  },
}

test('Camie fits photos into a square of about the mean of ImageNet and has its tags in its metadata', async () => {
  const folder = await writeTagger({ 'camie-tagger-v2-metadata.json': camie })
  expect(await readModelFolder(folder)).toMatchObject({
    labels: ['general/solo', 'character/miku', 'year/2020'],
    tagger: { layout: 'camie', tags: [{}, { category: 'character' }, { category: 'year' }] },
    preprocessing: { resize: { rule: 'contain' }, interpolation: 'lanczos', crop: { fill: [124, 116, 104] } },
  })
})

test('cl_tagger reads normalised BGR on a white square', async () => {
  const mapping = {
    0: { tag: 'solo', category: 'General' },
    1: { tag: 'miku', category: 'Character' },
    2: { tag: 'best_quality', category: 'Quality' },
  }
  const folder = await writeTagger({ 'tag_mapping.json': mapping })
  expect(await readModelFolder(folder)).toMatchObject({
    labels: ['general/solo', 'character/miku', 'quality/best quality'],
    scores: { activation: 'sigmoid', thresholds: [0.55, 0.6, 0.55] },
    preprocessing: { resize: { rule: 'square' }, channels: 'bgr', mean: [0.5, 0.5, 0.5] },
  })
})

test.each([
  ['a list', ['solo', 'miku', 'smile']],
  ['places of tags', { miku: 1, smile: 2, solo: 0 }],
  ['idx2tag', { idx2tag: ['solo', 'miku', 'smile'] }],
])('tags.json names tags as %s', async (_name, tags) => {
  const folder = await writeTagger({ 'tags.json': tags })
  expect(await readModelFolder(folder)).toMatchObject({
    labels: ['solo', 'miku', 'smile'],
    scores: { activation: 'sigmoid' },
    preprocessing: { from: null },
  })
})

test('labels.txt names classes and says nothing of scores', async () => {
  const folder = await writeTagger({ 'labels.txt': 'cat\ndog\nelk\n' })
  expect(await readModelFolder(folder)).toMatchObject({
    labels: ['cat', 'dog', 'elk'],
    tagger: null,
    scores: { activation: null, thresholds: null },
  })
})

test.each([
  [
    { 'metadata.json': camie },
    /metadata\.json is of the first Camie tagger, which is not supported; use camie-tagger-v2\./,
  ],
  [
    {
      'selected_tags.csv': selectedTags,
      'preprocess.json': { stages: [{ type: 'pad_to_size', size: 512 }] },
    },
    /preprocess\.json asks for the step pad_to_size, which is not supported; use another model\./,
  ],
  [
    { 'config.json': { problem_type: 'regression' } },
    /config\.json is of a model that gives numbers \(problem_type regression\) and no labels; use one that was trained/,
  ],
  [
    { 'tags.json': { solo: 0, miku: 2, smile: 3 } },
    /tags\.json does not number its labels 0, 1, 2\.\.\.; correct it\./,
  ],
  [{ 'top_tags.txt': 'solo\n' }, /top_tags\.txt names 1 labels but the model has 3 classes/],
])('refuses %o in one sentence', async (files, message) => {
  await expect(readModelFolder(await writeTagger(files))).rejects.toThrow(message)
})
