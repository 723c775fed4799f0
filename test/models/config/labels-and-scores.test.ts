// Labels and scores are those that the files say, or that their library gives; where nothing says it, it is unknown.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readLabels } from '../../../models/config/labels.ts'
import { readScores, type ScoreFacts } from '../../../models/config/scores.ts'
import { writeFile } from 'node:fs/promises'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function folderWith(config: unknown): Promise<string> {
  const folder = tempFolder()
  if (config !== null) await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  return folder
}

test('timm’s models of ImageNet have the names that timm gives them', async () => {
  const { names, from } = await readLabels(await folderWith({ architecture: 'vit_tiny' }), 1000, null)
  expect([names[0], names[207], from]).toEqual(['tench', 'golden retriever', 'ImageNet-1k (timm)'])
})

test('a thousand classes of another library are not taken for those of ImageNet', async () => {
  expect(await readLabels(await folderWith({ model_type: 'vit' }), 1000, null)).toMatchObject({ from: null })
})

test('descriptions stand for numbers of WordNet, and a table of names is a list', async () => {
  const folder = await folderWith({
    label_names: { 0: 'n01440764', 1: 'n01443537' },
    label_descriptions: { n01440764: 'tench, Tinca tinca', n01443537: 'goldfish, Carassius auratus' },
  })
  expect((await readLabels(folder, 2, null)).names).toEqual([
    'tench, Tinca tinca',
    'goldfish, Carassius auratus',
  ])
})

test('gaps in id2label are counted, and its numbers may be names', async () => {
  const folder = await folderWith({ id2label: { 0: 'cat', 1: 7, 3: 'elk' } })
  expect(await readLabels(folder, 5, null)).toEqual({
    names: ['cat', '7', 'class_2', 'elk', 'class_4'],
    from: join(folder, 'config.json'),
    unnamed: 2,
  })
})

const facts = {
  classes: 7,
  library: null,
  ending: null,
  isProbability: false,
  tagger: null,
  catalogued: null,
}

test.each<[string, unknown, Partial<ScoreFacts>, string | null]>([
  ['several labels', { problem_type: 'multi_label_classification' }, {}, 'sigmoid'],
  ['one label', { problem_type: 'single_label_classification' }, {}, 'softmax'],
  ['a graph that ends in a sigmoid', null, { ending: 'sigmoid' }, 'sigmoid'],
  ['a classifier of transformers', { architectures: ['ViTForImageClassification'] }, {}, 'softmax'],
  ['a single class', null, { classes: 1 }, 'sigmoid'],
  ['timm’s ImageNet-21k', { architecture: 'vit_tiny' }, { library: 'timm', classes: 21_843 }, 'softmax'],
  ['a model of the catalogue', null, { catalogued: 'sigmoid' }, 'sigmoid'],
  ['timm with classes of its own', { architecture: 'vit_tiny' }, { library: 'timm' }, null],
  ['a graph alone', null, {}, null],
])(
  '%s is scored as its files say, or as nothing where they say nothing',
  async (_name, config, more, activation) => {
    const folder = await folderWith(config)
    expect((await readScores({ ...facts, ...more, folder })).activation).toBe(activation)
  },
)
