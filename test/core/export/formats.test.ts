// What each format writes: byte-exact CSV, quoting, spreadsheet-safe cells, JSON lines.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ExportRequest, JobRequest } from '../../../electron/contract/domain.ts'
import { exportChunk, writeExport } from '../../../electron/core/export/export.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { mount } from '../../helpers/mount.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { unwatched } from '../../helpers/unwatched.ts'

const root = '/photos'
const jobRequest: JobRequest = {
  folders: [root],
  photoIds: null,
  model: 'vit',
  device: 'cpu',
  precision: 'fp32',
  inputSizePx: null,
  topK: 5,
  force: false,
}
const request = (changes: Partial<ExportRequest> = {}): ExportRequest => ({
  folders: [root],
  photoIds: null,
  format: 'long',
  modelId: null,
  jobId: null,
  topK: 2,
  minScore: 0,
  isConfirmedOnly: false,
  isSpreadsheetSafe: false,
  ...changes,
})

/** A library with four files: labelled with awkward names, labelled below any minimum, failed, skipped. */
function createLibrary(): { store: Store; folder: string } {
  const folder = tempFolder()
  const store = openStore({ file: path.join(folder, 'library.db') })
  const model = store.models.upsert({
    name: 'vit',
    version: 'abc',
    path: '/models/vit',
    kind: 'checkpoint',
    classes: 3,
    embeddingDim: 2,
    inputWidthPx: 8,
    inputHeightPx: 8,
    weightBytes: 1,
  })
  const variantId = store.models.variant({
    modelId: model.id,
    precision: 'fp32',
    inputWidthPx: 8,
    inputHeightPx: 8,
  })
  const jobId = store.jobs.create(jobRequest, variantId)
  store.folders.add(root)
  const scanId = store.files.beginScan()
  const photo = (name: string, byte: number) => {
    const photoId = store.photos.identify(Buffer.alloc(32, byte), 10)
    store.files.record(scanId, [
      { path: `${root}/${name}`, photoId, sizeBytes: 10, modifiedAtMs: 1, problem: null },
    ])
    return photoId
  }
  const awkward = photo('=sum, "a"\nb.jpg', 1)
  const plain = photo('sub/plain.jpg', 2)
  const damaged = photo('damaged.jpg', 3)
  const skipped = { path: `${root}/notes.txt`, photoId: null, sizeBytes: 1, modifiedAtMs: 1 }
  store.files.record(scanId, [{ ...skipped, problem: { kind: 'skipped', reason: 'It is no photo.' } }])
  const sized = { status: 'labelled' as const, widthPx: 1, heightPx: 1, takenAtMs: null, embedding: null }
  store.predictions.saveBatch(variantId, jobId, [
    {
      ...sized,
      photoId: awkward,
      top: [
        { label: '+1', score: 0.75 },
        { label: 'cat', score: 0.2 },
        { label: 'dog', score: 0.05 },
      ],
    },
    {
      ...sized,
      photoId: plain,
      top: [
        { label: 'cat', score: 0.4 },
        { label: 'dog', score: 0.3 },
      ],
    },
    { status: 'failed', photoId: damaged, reason: 'The file ends too early.' },
  ])
  store.annotations.confirm([plain], 'my cat')
  store.annotations.reject([plain], 'cat')
  return { store, folder }
}

function exportAll(store: Store, wanted: ExportRequest): string {
  let text = ''
  let cursor: string | null = null
  do {
    const chunk = exportChunk(store, wanted, cursor)
    text += chunk.text
    cursor = chunk.cursor
  } while (cursor !== null)
  return text
}

test('long: one row for each photo and rank, human labels first, rejected ones left out', () => {
  const { store } = createLibrary()
  expect(exportAll(store, request())).toBe(
    [
      'file_name,label,score,rank,status,reason,source,model',
      '"=sum, ""a""\nb.jpg",+1,0.750000,1,labelled,,model,vit@abc',
      '"=sum, ""a""\nb.jpg",cat,0.200000,2,labelled,,model,vit@abc',
      'damaged.jpg,,,,failed,The file ends too early.,,',
      'notes.txt,,,,skipped,It is no photo.,,',
      'sub/plain.jpg,my cat,,,labelled,,human,',
      'sub/plain.jpg,dog,0.300000,2,labelled,,model,vit@abc',
      '',
    ].join('\r\n'),
  )
  store.close()
})

test('a minimum score leaves the row of the file, with the reason', () => {
  const { store } = createLibrary()
  const rows = parseCsv(exportAll(store, request({ minScore: 0.9 })))
  expect(rows.map((row) => [row['label'], row['status'], row['reason']])).toEqual([
    ['', 'labelled', 'no label reaches the minimum score'],
    ['', 'failed', 'The file ends too early.'],
    ['', 'skipped', 'It is no photo.'],
    ['my cat', 'labelled', ''],
  ])
  store.close()
})

test('confirmed labels alone leave out everything else', () => {
  const { store } = createLibrary()
  expect(exportAll(store, request({ isConfirmedOnly: true }))).toBe(
    'file_name,label,score,rank,status,reason,source,model\r\nsub/plain.jpg,my cat,,,labelled,,human,\r\n',
  )
  store.close()
})

test('timm, kaggle and hf list labelled photos', () => {
  const { store } = createLibrary()
  expect(exportAll(store, request({ format: 'timm', topK: 1 }))).toBe(
    'filename,label,prob\r\n"=sum, ""a""\nb.jpg",+1,0.750000\r\nsub/plain.jpg,my cat,\r\n',
  )
  expect(exportAll(store, request({ format: 'timm', topK: 3 }))).toBe(
    'filename,label_0,label_1,label_2,prob_0,prob_1,prob_2\r\n' +
      '"=sum, ""a""\nb.jpg",+1,cat,dog,0.750000,0.200000,0.050000\r\nsub/plain.jpg,my cat,dog,,,0.300000,\r\n',
  )
  expect(exportAll(store, request({ format: 'kaggle' }))).toContain('id,label\r\n')
  expect(exportAll(store, request({ format: 'hf' }))).toContain('file_name,label\r\n')
  expect(parseCsv(exportAll(store, request({ format: 'hf' }))).map((row) => row['label'])).toEqual([
    '+1',
    'my cat',
  ])
  store.close()
})

test('jsonl: one object a line with state and provenance', () => {
  const { store } = createLibrary()
  const lines = exportAll(store, request({ format: 'jsonl' }))
    .trim()
    .split('\n')
  expect(JSON.parse(lines[1] ?? '')).toEqual({
    file_name: 'damaged.jpg',
    status: 'failed',
    reason: 'The file ends too early.',
    labels: [],
  })
  expect(JSON.parse(lines[3] ?? '')).toMatchObject({
    file_name: 'sub/plain.jpg',
    labels: [
      { label: 'my cat', source: 'human', state: 'confirmed', rank: null },
      { label: 'dog', source: 'model', state: 'suggested', rank: 2, model: 'vit@abc' },
    ],
  })
  store.close()
})

test('spreadsheet-safe puts an apostrophe before formulas, and only then', () => {
  const { store } = createLibrary()
  const [row] = parseCsv(exportAll(store, request({ isSpreadsheetSafe: true })))
  expect(row).toMatchObject({ file_name: '\'=sum, "a"\nb.jpg', label: "'+1" })
  const [exact] = parseCsv(exportAll(store, request()))
  expect(exact).toMatchObject({ file_name: '=sum, "a"\nb.jpg', label: '+1' })
  store.close()
})

test('with several folders, names are relative to the folder that holds them', () => {
  const { store } = createLibrary()
  const text = exportAll(store, request({ folders: ['/photos/sub', '/photos/other'] }))
  expect(parseCsv(text).map((row) => row['file_name'])).toEqual(['sub/plain.jpg', 'sub/plain.jpg'])
  store.close()
})

test('a file is replaced as a whole, and a failure leaves the old one and no debris', async () => {
  const { store, folder } = createLibrary()
  const file = path.join(folder, 'labels.csv')
  const { rows, bytes } = await writeExport(store, request(), file, unwatched())
  const text = await readFile(file, 'utf8')
  expect(rows).toBe(6)
  expect(bytes).toBe(Buffer.byteLength(text))
  expect(text).toBe(exportAll(store, request()))
  await expect(
    writeExport(store, request(), path.join(folder, 'none', 'labels.csv'), unwatched()),
  ).rejects.toMatchObject({
    code: 'output-unwritable',
  })
  store.close()
  await expect(writeExport(store, request(), file, unwatched())).rejects.toThrow()
  expect(await readFile(file, 'utf8')).toBe(text)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('a full disk leaves the old file as it was', async () => {
  const { store } = createLibrary()
  const folder = tempFolder()
  if (!mount('the test of an export to a full disk', folder, ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs']))
    return
  const file = path.join(folder, 'labels.csv')
  await writeFile(file, 'old')
  await writeFile(path.join(folder, 'filler'), Buffer.alloc(4096))
  await expect(writeExport(store, request(), file, unwatched())).rejects.toMatchObject({ code: 'disk-full' })
  expect(await readFile(file, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['filler', 'labels.csv']))
  store.close()
})

test('what a person said is not cut, however many labels it is', () => {
  const { store } = createLibrary()
  const photoId = store.files.find(`${root}/sub/plain.jpg`)?.photoId
  if (photoId === null || photoId === undefined) throw new Error('the photo is not there')
  const added = Array.from({ length: 6 }, (_, n) => `tag ${n}`)
  const names = ['my cat', ...added]
  for (const name of added) store.annotations.confirm([photoId], name)
  const labelsOf = (changes: Partial<ExportRequest>) =>
    parseCsv(exportChunk(store, request(changes), null).text)
      .filter((row) => row['file_name'] === 'sub/plain.jpg')
      .map((row) => row['label'])
  expect(labelsOf({ topK: 2 })).toEqual(names)
  expect(labelsOf({ topK: 5, isConfirmedOnly: true })).toEqual(names)
  expect(parseCsv(exportChunk(store, request({ format: 'kaggle', topK: 1 }), null).text)).toContainEqual({
    id: 'sub/plain.jpg',
    label: 'my cat',
  })
})
