// Datasets for other tools: tags beside photos, Label Studio, FiftyOne and Datumaro read what is written.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { addVariant, labelled } from '../store/helpers.ts'
import { createPhotoLibrary, exportDataset, listFiles, type PhotoLibrary } from './helpers.ts'

async function createLibrary(): Promise<PhotoLibrary> {
  const library = await createPhotoLibrary({ 'a b/1.jpg': 1, 'a b/1.JPG.jpg': 2, '1.jpg': 3, 'maybe.jpg': 4 })
  const { store, id } = library
  store.annotations.confirm([id('a b/1.jpg'), id('1.jpg')], 'cat')
  store.annotations.confirm([id('a b/1.JPG.jpg'), id('1.jpg')], 'dog & "co"')
  const { variantId, jobId } = addVariant(store)
  store.predictions.saveBatch(variantId, jobId, [labelled(id('maybe.jpg'), ['fox', 'dog'])])
  return library
}

const own = new Set(['classes.txt', 'labelroom-dataset.json', 'labelroom-files.csv'])

test('each photo has its tags in a text beside it', async () => {
  const library = await createLibrary()
  await exportDataset(library, { format: 'txt' })
  const folder = path.join(library.home, 'dataset')
  const files = listFiles(folder).filter((file) => !own.has(file))
  expect(files).toEqual([
    ...['images/1.jpg', 'images/1.txt', 'images/a b/1.JPG.jpg'],
    ...['images/a b/1.JPG.txt', 'images/a b/1.jpg', 'images/a b/1.txt'],
  ])
  expect(readFileSync(path.join(folder, 'images/1.txt'), 'utf8')).toBe('cat, dog & "co"')
})

test('Label Studio gets confirmed labels as annotations and suggestions as predictions', async () => {
  const library = await createLibrary()
  await exportDataset(library, { format: 'labelstudio', minScore: 0.5, placement: 'none' })
  const folder = path.join(library.home, 'dataset')
  const tasks = JSON.parse(readFileSync(path.join(folder, 'tasks.json'), 'utf8')) as unknown[]
  const result = (choices: string[]) => [
    { from_name: 'choice', to_name: 'image', type: 'choices', value: { choices } },
  ]
  expect(tasks).toContainEqual({
    data: { image: '/data/local-files/?d=a%20b/1.jpg' },
    annotations: [{ result: result(['cat']) }],
  })
  expect(tasks).toContainEqual({
    data: { image: '/data/local-files/?d=maybe.jpg' },
    predictions: [{ model_version: 'labelroom', score: 0.8, result: result(['fox']) }],
  })
  expect(readFileSync(path.join(folder, 'label-config.xml'), 'utf8')).toContain(
    '<Choice value="dog &amp; &quot;co&quot;"/>',
  )
})

test('FiftyOne finds each photo of a flat folder by its name without the extension', async () => {
  const library = await createLibrary()
  await exportDataset(library, { format: 'fiftyone' })
  const folder = path.join(library.home, 'dataset')
  const { classes, labels } = JSON.parse(readFileSync(path.join(folder, 'labels.json'), 'utf8')) as {
    classes: string[]
    labels: Record<string, number>
  }
  expect(classes).toEqual(['cat', 'dog & "co"'])
  const stems = listFiles(folder).flatMap((file) => /^data\/(.*)\.[^.]+$/.exec(file)?.[1] ?? [])
  expect(Object.keys(labels).sort()).toEqual(stems.sort())
  expect(Object.values(labels).sort()).toEqual([0, 0, 1])
})

test('Datumaro finds the label in the folder and in the beginning of the name', async () => {
  const library = await createLibrary()
  await exportDataset(library, { format: 'datumaro' })
  const files = listFiles(path.join(library.home, 'dataset')).filter((file) => !own.has(file))
  expect(files.length).toBe(3)
  for (const file of files) {
    const [label = '', name = ''] = file.split('/')
    expect(name.startsWith(`${label}_`)).toBe(true)
  }
})
