// Tables and folders as other programs write them: which photo has which label is found, or asked for.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { CsvImportRequest } from '../../../electron/contract/imports.ts'
import { asksForColumns, findColumns } from '../../../electron/core/imports/columns.ts'
import { labelsOf } from '../../../electron/core/imports/cell-labels.ts'
import { readClassFolders } from '../../../electron/core/imports/class-folders.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { saying } from '../../helpers/messages.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const request = (columns: CsvImportRequest['columns'] = null) => ({ file: '/labels.csv', columns })

/** The file's cell and the labels of one row, by the usual names or those of the user. */
function read(header: string, row: readonly string[], columns: CsvImportRequest['columns'] = null) {
  const names = header.split(',')
  const found = findColumns(names, row, request(columns))
  return [row[found.file], labelsOf(row, found, names)]
}

test.each([
  ['Label Studio', 'image,id,choice', ['a.jpg', '7', 'cat'], ['cat']],
  ['Label Studio, several', 'image,id,choice', ['a.jpg', '7', '{"choices": ["cat","dog"]}'], ['cat', 'dog']],
  ['FiftyOne', 'filepath,ground_truth', ['a.jpg', 'cat'], ['cat']],
  ['FiftyOne, with .label', 'filepath,ground_truth.label', ['a.jpg', 'cat'], ['cat']],
  ['FiftyOne, as JSON', 'filepath,ground_truth', ['a.jpg', '{"label": "cat", "confidence": 1}'], ['cat']],
  ['CVAT', 'image_name,image_label', ['a.jpg', 'cat'], ['cat']],
  ['Kaggle', 'Id,Category', ['a.jpg', 'cat'], ['cat']],
  ['timm', 'filename,label_0,label_1', ['a.jpg', 'cat', 'dog'], ['cat']],
  ['tags', 'image_name,tags', ['a.jpg', 'cat, tabby|sofa'], ['cat', 'tabby', 'sofa']],
  ['a list of Python', 'file,labels', ['a.jpg', "['cat', 'dog']"], ['cat', 'dog']],
  ['predictions', 'file,predicted_label', ['a.jpg', 'cat'], ['cat']],
  ['one-hot columns', 'file,cat,dog,fox', ['a.jpg', '1', '0', '1.0'], ['cat', 'fox']],
  ['a label with brackets', 'file,label', ['a.jpg', '[unknown]'], ['[unknown]']],
])('the columns of %s are known', (_name, header, row, labels) => {
  expect(read(header, row)).toEqual(['a.jpg', labels])
})

test('columns that are not known are asked for, and taken where the user names them', () => {
  const isAsked = (...header: string[]) =>
    asksForColumns(findColumns(header, [], request()), header.length, 'x.csv') !== null
  expect([isAsked('bild', 'art'), isAsked('file', 'art'), isAsked('bild', 'label')]).toEqual([
    true,
    true,
    true,
  ])
  expect([isAsked('file', 'label'), isAsked('sha256', 'label')]).toEqual([false, false])
  const named = { file: 'bild', label: 'art', hash: null }
  expect(read('bild,art', ['a.jpg', 'cat'], named)).toEqual(['a.jpg', ['cat']])
  expect(() => read('bild,art', ['a.jpg', 'cat'], { ...named, label: 'arten' })).toThrow(/no column arten/)
})

test('photos are found by URLs, case and accents, and tables by sep= and an old encoding', async () => {
  const [home, photos] = [tempFolder(), tempFolder()]
  for (const [at, name] of ['a b.jpg', 'IMG_1.JPG', 'caf\u00e9.jpg', 'sub/x.jpg', 'sub/X.jpg'].entries()) {
    mkdirSync(path.dirname(path.join(photos, name)), { recursive: true })
    await writePhoto(path.join(photos, name), at)
  }
  const { client } = openTestCore(home)
  await client.library.scan({ folders: [photos] })
  const file = path.join(home, 'labels.csv')
  const labels = async (bytes: string | Buffer, changes: Partial<CsvImportRequest> = {}) => {
    writeFileSync(file, bytes)
    const report = await client.imports.labels({ file, folder: photos, ...changes })
    return report.labels.map(({ name }) => name)
  }
  expect(await labels('image,choice\n/data/local-files/?d=a%20b.jpg,url\nimg_1.jpg,case\n')).toEqual([
    'url',
    'case',
  ])
  expect(await labels('file,label\n/data/upload/3/0a1b2c3d-IMG_1.JPG,upload\n')).toEqual(['upload'])
  // As its exports with pictures name them; a photo that has this very name comes first.
  expect(await labels('file,label\n0a1b2c3d-IMG_1.JPG,bare\n')).toEqual(['bare'])
  expect(await labels('file,label\n0a1b2c3d-unknown.jpg,none\n')).toEqual([])
  expect(await labels('file,label\ncafe\u0301.jpg,accent\n')).toEqual(['accent'])
  // Two photos differ in case alone: none of them is meant by a third spelling, and each by its own.
  expect(await labels('file,label\nSUB/X.JPG,which\nsub/X.jpg,this\n')).toEqual(['this'])
  expect(await labels('sep=;\nfile;label\na b.jpg;one, two\n')).toEqual(['one, two'])
  const old = Buffer.from('file,label\na b.jpg,caf\u00e9\n', 'latin1')
  await expect(labels(old)).rejects.toThrow(/not text in UTF-8/)
  expect(await labels(old, { encoding: 'windows-1252' })).toEqual(['caf\u00e9'])
})

test.each([
  [
    ['images/train/cat/1.jpg', 'images/val/dog/2.jpg'],
    ['cat', 'dog'],
  ],
  [
    ['train/images/cat/1.jpg', 'test/images/dog/2.jpg'],
    ['cat', 'dog'],
  ],
  [
    ['data/cat/1.jpg', 'data/dog/2.jpg'],
    ['cat', 'dog'],
  ],
  [
    ['images/1.jpg', 'images/2.jpg'],
    [null, null],
  ],
  [
    ['train/dog/puppy/1.jpg', 'train/dog/3.jpg', 'train/2.jpg'],
    ['dog', 'dog', null],
  ],
  [
    ['images/1.jpg', 'cat/2.jpg'],
    ['images', 'cat'],
  ],
])('of %j the folders that name classes are found', async (files, labels) => {
  const { labelOf, isOpen } = await readClassFolders(tempFolder(), files)
  expect(files.map(labelOf)).toEqual(labels)
  expect(isOpen).toBe(false)
})

test('the level of the class folders is asked for where no photo lies in one, and taken from the user', async () => {
  const photos = tempFolder()
  const files = ['2023/cat/1.jpg', '2024/dog/2.jpg', 'shots/dog/a/3.jpg']
  for (const [at, file] of files.entries()) {
    mkdirSync(path.dirname(path.join(photos, file)), { recursive: true })
    await writePhoto(path.join(photos, file), at)
  }
  const { client } = openTestCore(tempFolder())
  await client.library.scan({ folders: [photos] })
  const asked = await client.imports.folder({ folder: photos })
  const question = saying(
    `Each photo in ${photos} lies in several folders, and which of them is its label is not clear. Choose the level: 1: 2023, 2024, shots; 2: cat, dog; 3: a.`,
  )
  expect(asked).toMatchObject({ rows: 0, labels: [], level: null, question })
  await expect(client.imports.folder({ folder: photos, isApplied: true })).rejects.toMatchObject({
    code: 'bad-request',
  })
  expect(await client.labels.list({})).toEqual([])
  const report = await client.imports.folder({ folder: photos, level: 2, isApplied: true })
  expect(report).toMatchObject({ level: 2, changed: 3, question: null })
  expect(report.labels).toEqual([
    { name: 'cat', photos: 1 },
    { name: 'dog', photos: 2 },
  ])
})

/** A word in each encoding, as Python writes it. */
const inEncoding = {
  'windows-1252': { text: 'Bär', bytes: Buffer.from('42e472', 'hex') },
  'windows-1250': { text: 'Łoś', bytes: Buffer.from('a36f9c', 'hex') },
  'windows-1251': { text: 'Лиса', bytes: Buffer.from('cbe8f1e0', 'hex') },
  gb18030: { text: '大熊猫', bytes: Buffer.from('b4f3d0dcc3a8', 'hex') },
  big5: { text: '貓', bytes: Buffer.from('bfdf', 'hex') },
  shift_jis: { text: 'ネコ', bytes: Buffer.from('836c8352', 'hex') },
  'euc-kr': { text: '고양이', bytes: Buffer.from('b0edbee7c0cc', 'hex') },
}

test.each([
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-kr',
] as const)('a table in %s shows its first rows as they were written', async (encoding) => {
  const [home, photos] = [tempFolder(), tempFolder()]
  await writePhoto(path.join(photos, 'a.jpg'), 1)
  const { client } = openTestCore(home)
  await client.library.scan({ folders: [photos] })
  const file = path.join(home, 'labels.csv')
  const lines = Array.from({ length: 7 }, (_, row) => Buffer.from(`\na.jpg,${row} `))
  const label = inEncoding[encoding]
  const bytes = lines.flatMap((line) => [line, label.bytes])
  writeFileSync(file, Buffer.concat([Buffer.from('bild,art'), ...bytes]))
  const asked = await client.imports.labels({ file, folder: photos, encoding })
  expect(asked).toMatchObject({ rows: 0, header: ['bild', 'art'], columns: { file: null, label: null } })
  expect(asked.question).not.toBeNull()
  expect(asked.firstRows).toEqual([0, 1, 2, 3, 4].map((row) => ['a.jpg', `${row} ${label.text}`]))
  await expect(client.imports.labels({ file, folder: photos })).rejects.toThrow(/not text in UTF-8/)
  const columns = { file: 'bild', label: 'art', hash: null }
  expect(await client.imports.labels({ file, folder: photos, encoding, columns })).toMatchObject({
    photos: 1,
    question: null,
    firstRows: asked.firstRows,
  })
})

test('nothing of a file that is not called like a table is shown', async () => {
  const home = tempFolder()
  const { client } = openTestCore(home)
  const file = path.join(home, 'secrets.env')
  writeFileSync(file, 'TOKEN=hunter2,label\n1,2\n')
  const report = await client.imports.labels({ file, folder: home })
  expect(report).toMatchObject({ header: [], firstRows: [] })
  expect(report.question).not.toBeNull()
})

test('labels are read from the texts beside photos', async () => {
  const [home, photos] = [tempFolder(), tempFolder()]
  for (const [at, name] of ['a.jpg', 'b.jpg'].entries()) await writePhoto(path.join(photos, name), at)
  writeFileSync(path.join(photos, 'a.txt'), 'cat, on a sofa,\n')
  const { client } = openTestCore(home)
  await client.library.scan({ folders: [photos] })
  const report = await client.imports.folder({ folder: photos, labels: 'texts' })
  expect(report.labels.map(({ name }) => name)).toEqual(['cat', 'on a sofa'])
  expect(report).toMatchObject({ rows: 2, photos: 1 })
})
