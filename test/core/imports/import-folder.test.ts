// Imports of ImageFolders: our own with any labels, those of others by the names of their folders.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { FolderImportRequest, type ImportReport } from '../../../electron/contract/imports.ts'
import { importFolder } from '../../../electron/core/imports/import-folder.ts'
import { scanLibrary } from '../../../electron/core/library/ingest.ts'
import type { Store } from '../../../electron/core/store/db.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { noopImport } from '../../helpers/noop-task.ts'
import { createPhotoLibrary, exportDataset } from '../exports/helpers.ts'
import { tempStore } from '../store/helpers.ts'
import { saying } from '../../helpers/messages.ts'

const labels = [
  ...['cat', 'Cat', 'CAT', 'animal/cat', 'animal__cat', '/', 'CON', 'nul.txt', '.hidden', 'lost+found'],
  ...['train', 'test', 'what? "yes": <no>|*', 'ends.', 'back\\slash', '日本', 'é', 'e\u0301', '50%', '😀'],
  ...['x'.repeat(300), `${'x'.repeat(300)}y`, 'line\nbreak', "it's", '=1+1', '-', '..'],
  // What lies beside the folders of labels in an undivided dataset.
  ...['classes.txt', 'labelroom-files.csv', 'labelroom-dataset.json', 'Classes.TXT'],
]

const importInto = (
  store: Store,
  folder: string,
  { photosFolder = null, isApplied = true }: Partial<FolderImportRequest> = {},
): Promise<ImportReport> =>
  importFolder(store, FolderImportRequest.parse({ folder, photosFolder, isApplied }), noopImport())

/** Returns the confirmed labels by the path of the photo. */
function confirmedOf(store: Store): Map<string, string[]> {
  const paths = store.files.photoPaths()
  const confirmed = new Map<string, string[]>()
  for (const { photoId, name } of store.annotations.list()) {
    const filePath = paths.get(photoId) ?? ''
    confirmed.set(filePath, [...(confirmed.get(filePath) ?? []), name])
  }
  return confirmed
}

/** Four photos of each label; a fifth of all is unlabelled. */
async function createLabelled() {
  const numbers = Object.fromEntries(
    Array.from({ length: 5 * labels.length }, (_, at) => [`part ${at % 4}/${at % 20}-${at}.jpg`, at]),
  )
  const library = await createPhotoLibrary(numbers)
  for (const [at, name] of Object.keys(numbers).entries())
    if (at % 5 !== 4) library.store.annotations.confirm([library.id(name)], labels[Math.floor(at / 5)] ?? '')
  return library
}

async function secondLibrary(photos: string): Promise<Store> {
  const store = tempStore()
  await scanLibrary(store, [photos])
  return store
}

test('imports an exported ImageFolder with the same labels, whatever their names', async () => {
  const library = await createLabelled()
  const split = { train: 60, val: 20, test: 20 }
  for (const [name, request] of Object.entries({ plain: {}, divided: { split } })) {
    const folder = path.join(library.home, name)
    await exportDataset(library, { format: 'imagefolder', placement: 'hard', ...request }, folder)
    const store = await secondLibrary(library.photos)
    const dry = await importInto(store, folder, { isApplied: false })
    expect(store.annotations.list()).toEqual([])
    expect(dry).toMatchObject({ rows: 4 * labels.length, matchedByHash: 4 * labels.length, unmatched: [] })
    expect(await importInto(store, folder)).toEqual({
      ...dry,
      isApplied: true,
      changed: 4 * labels.length,
    })
    expect(confirmedOf(store)).toEqual(confirmedOf(library.store))
  }
})

test('imports one split of a dataset, also in another library with its photos', async () => {
  const library = await createLabelled()
  const folder = path.join(library.home, 'dataset')
  await exportDataset(library, { format: 'imagefolder', split: { train: 60, val: 20, test: 20 } })
  const store = await secondLibrary(folder)
  const parts = await Promise.all(
    ['train', 'val', 'test'].map((part) => importInto(store, path.join(folder, part))),
  )
  expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(4 * labels.length)
  // Names that differ in case alone are one label, and so are two ways to write an accent.
  const keys = labels.map((name) => name.normalize('NFC').toLowerCase())
  const different = labels.filter((_, at) => keys.indexOf(keys[at] ?? '') === at)
  expect(new Set(store.annotations.list().map(({ name }) => name))).toEqual(new Set(different))
})

test('imports the folders of another program, splits by their names, the rest with its reason', async () => {
  const { home, photos } = await createPhotoLibrary({ 'a.jpg': 1, 'b.jpg': 2, 'sub/c.jpg': 3, 'c2.jpg': 4 })
  const folder = path.join(home, 'folder')
  const copy = (from: string, to: string) => cpSync(path.join(photos, from), path.join(folder, to))
  copy('a.jpg', 'train/hot__dog/1.jpg')
  copy('b.jpg', 'valid/n01440764/deep/2.jpg')
  await writePhoto(path.join(folder, 'train/cat/c.jpg'), 77)
  await writePhoto(path.join(folder, 'train/cat/unknown.jpg'), 78)
  await writePhoto(path.join(folder, 'loose.jpg'), 79)
  writeFileSync(path.join(folder, 'train/cat/notes.txt'), 'x')
  const store = await secondLibrary(photos)
  const report = await importInto(store, folder, { photosFolder: photos })
  expect(report).toMatchObject({ rows: 5, matchedByHash: 2, matchedByPath: 0, matchedByName: 1 })
  expect(report.unmatched).toEqual([
    {
      kind: 'no-class-folder',
      rows: 1,
      examples: [{ line: null, file: 'loose.jpg', reason: saying('it lies in no class folder') }],
    },
    {
      kind: 'unknown-file',
      rows: 1,
      examples: [
        {
          line: null,
          file: 'train/cat/unknown.jpg',
          reason: saying(`no photo under ${photos} has this path or name`),
        },
      ],
    },
  ])
  expect(confirmedOf(store)).toEqual(
    new Map([
      [path.join(photos, 'a.jpg'), ['hot__dog']],
      [path.join(photos, 'b.jpg'), ['n01440764']],
      [path.join(photos, 'sub/c.jpg'), ['cat']],
    ]),
  )
  const strict = await importInto(store, folder, { isApplied: false })
  expect(strict.unmatched.map(({ kind, rows }) => [kind, rows])).toEqual([
    ['unknown-content', 2],
    ['no-class-folder', 1],
  ])
})

test('takes train as a label where the other folders are not splits', async () => {
  const { home, photos, id, store } = await createPhotoLibrary({ 'a.jpg': 1, 'b.jpg': 2 })
  const folder = path.join(home, 'folder')
  cpSync(path.join(photos, 'a.jpg'), path.join(folder, 'train/a.jpg'))
  cpSync(path.join(photos, 'b.jpg'), path.join(folder, 'tram/b.jpg'))
  await importInto(store, folder)
  expect(store.annotations.list().map(({ photoId, name }) => [photoId, name])).toEqual([
    [id('a.jpg'), 'train'],
    [id('b.jpg'), 'tram'],
  ])
})

test('refuses a folder without photos, and a damaged note', async () => {
  const store = tempStore()
  const folder = tempFolder()
  const run = () => importInto(store, folder)
  await expect(run()).rejects.toThrow(/holds no photos/)
  await writePhoto(path.join(folder, 'cat/a.jpg'), 1)
  mkdirSync(path.join(folder, 'dog'))
  writeFileSync(path.join(folder, 'labelroom-dataset.json'), '{')
  await expect(run()).rejects.toThrow(/labelroom-dataset\.json is damaged/)
  rmSync(path.join(folder, 'labelroom-dataset.json'))
  expect((await run()).unmatched).toHaveLength(1)
})

test('refuses a dataset whose folders are not its labels', async () => {
  const library = await createPhotoLibrary({ 'a.jpg': 1, 'b.jpg': 2 })
  library.store.annotations.confirm([library.id('a.jpg'), library.id('b.jpg')], 'cat')
  const whole = path.join(library.home, 'whole')
  const divided = path.join(library.home, 'divided')
  await exportDataset(library, { format: 'jsonl' }, whole)
  await exportDataset(library, { format: 'hf', split: { train: 0, val: 0, test: 100 } }, divided)
  const store = await secondLibrary(library.photos)
  for (const folder of [whole, divided, path.join(divided, 'test')])
    await expect(importInto(store, folder)).rejects.toThrow(/is a dataset in the format (jsonl|hf), whose/)
  expect(store.annotations.list()).toEqual([])
})

test('refuses the empty label, which notes could bring in', async () => {
  const library = await createPhotoLibrary({ 'cat/a.jpg': 1 })
  const folder = library.photos
  const classes = [{ name: ' ', folder: 'cat' }]
  const note = { format: 'imagefolder', splits: [], classes }
  writeFileSync(path.join(folder, 'labelroom-dataset.json'), JSON.stringify(note))
  await expect(importInto(library.store, folder)).rejects.toThrow('labelroom-dataset.json is damaged')
  expect(library.store.annotations.list()).toEqual([])
})

test('a folder whose name is a space labels nothing', async () => {
  const library = await createPhotoLibrary({ ' /a.jpg': 1, 'cat/b.jpg': 2 })
  const report = await importInto(library.store, library.photos)
  expect(report.unmatched).toMatchObject([{ kind: 'no-label', rows: 1 }])
  expect(library.store.annotations.list().map(({ name }) => name)).toEqual(['cat'])
})
