// What each format writes: byte-exact CSV, quoting, spreadsheet-safe cells, JSON lines.
import { toCsv } from '../../../electron/core/files/csv-text.ts'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { ExportRequest } from '../../../electron/contract/exports.ts'
import type { JobRequest } from '../../../electron/contract/jobs.ts'
import { exportChunk, writeExport, type ExportChunk } from '../../../electron/core/exports/export.ts'
import { createOutputs } from '../../../electron/core/outputs/outputs.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { mount } from '../../helpers/mount.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { noopTask } from '../../helpers/noop-task.ts'
import { keysOf } from '../../helpers/keys.ts'

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
  shard: null,
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
  columns: [],
  hasEmbeddings: false,
  shard: null,
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
    task: 'labels',
    classes: 3,
    embeddingDim: 2,
    readsWords: false,
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
    const photoId = store.photos.identify(keysOf(Buffer.alloc(32, byte), 10), null)
    store.files.record(scanId, [
      { path: `${root}/${name}`, photoId, sizeBytes: 10, modifiedAtMs: 1, problem: null },
    ])
    return photoId
  }
  const awkward = photo('=sum, "a"\nb.jpg', 1)
  const plain = photo('sub/plain.jpg', 2)
  const damaged = photo('damaged.jpg', 3)
  const skipped = { path: `${root}/notes.txt`, photoId: null, sizeBytes: 1, modifiedAtMs: 1 }
  store.files.record(scanId, [
    { ...skipped, problem: { kind: 'skipped', reason: verbatim('It is no photo.') } },
  ])
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
    { status: 'failed', photoId: damaged, reason: verbatim('The file ends too early.') },
  ])
  store.annotations.confirm([plain], 'my cat')
  store.annotations.reject([plain], 'cat')
  return { store, folder }
}

/** Writes a table as a call of the core would. */
function exportTo(store: Store, file: string, overwrite = false) {
  const outputs = createOutputs({
    store,
    ownFolders: [],
    ownFiles: () => Promise.resolve([]),
    libraries: () => Promise.resolve([store.file]),
    writtenListFile: path.join(path.dirname(store.file), 'written-files.json'),
    unlistedFolder: null,
    takesStreams: false,
  })
  return writeExport({ store, outputs }, request(), { file, overwrite }, noopTask())
}

async function exportAll(store: Store, wanted: ExportRequest): Promise<string> {
  let text = ''
  let cursor: string | null = null
  do {
    const chunk: ExportChunk = await exportChunk(store, wanted, cursor)
    text += chunk.text
    cursor = chunk.cursor
  } while (cursor !== null)
  return text
}

test('writes one long row for each photo and rank, human labels first, no rejected ones', async () => {
  const { store } = createLibrary()
  expect(await exportAll(store, request())).toBe(
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

test('keeps the row of a file below the minimum score, with the reason', async () => {
  const { store } = createLibrary()
  const rows = parseCsv(await exportAll(store, request({ minScore: 0.9 })))
  expect(rows.map((row) => [row['label'], row['status'], row['reason']])).toEqual([
    ['', 'labelled', 'no label reaches the minimum score'],
    ['', 'failed', 'The file ends too early.'],
    ['', 'skipped', 'It is no photo.'],
    ['my cat', 'labelled', ''],
  ])
  store.close()
})

test('leaves out everything but confirmed labels on request', async () => {
  const { store } = createLibrary()
  expect(await exportAll(store, request({ isConfirmedOnly: true }))).toBe(
    'file_name,label,score,rank,status,reason,source,model\r\nsub/plain.jpg,my cat,,,labelled,,human,\r\n',
  )
  store.close()
})

test('lists labelled photos for timm, kaggle and hf', async () => {
  const { store } = createLibrary()
  expect(await exportAll(store, request({ format: 'timm', topK: 1 }))).toBe(
    'filename,label,prob\r\n"=sum, ""a""\nb.jpg",+1,0.750000\r\nsub/plain.jpg,my cat,\r\n',
  )
  expect(await exportAll(store, request({ format: 'timm', topK: 3 }))).toBe(
    'filename,label_0,label_1,label_2,prob_0,prob_1,prob_2\r\n' +
      '"=sum, ""a""\nb.jpg",+1,cat,dog,0.750000,0.200000,0.050000\r\nsub/plain.jpg,my cat,dog,,,0.300000,\r\n',
  )
  expect(await exportAll(store, request({ format: 'kaggle' }))).toContain('id,label\r\n')
  expect(await exportAll(store, request({ format: 'hf' }))).toContain('file_name,label\r\n')
  expect(parseCsv(await exportAll(store, request({ format: 'hf' }))).map((row) => row['label'])).toEqual([
    '+1',
    'my cat',
  ])
  store.close()
})

test('writes one jsonl object a line with state and provenance', async () => {
  const { store } = createLibrary()
  const lines = (await exportAll(store, request({ format: 'jsonl' }))).trim().split('\n')
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

test('tells spreadsheets the encoding, and puts an apostrophe before formulas, only when spreadsheet-safe', async () => {
  const { store } = createLibrary()
  const safe = await exportAll(store, request({ isSpreadsheetSafe: true }))
  expect(safe.split('\uFEFF')).toHaveLength(2)
  expect(await exportAll(store, request())).not.toContain('\uFEFF')
  const [row] = parseCsv(safe.replace(/^\uFEFF/, ''))
  expect(row).toMatchObject({ file_name: '\'=sum, "a"\nb.jpg', label: "'+1" })
  const [exact] = parseCsv(await exportAll(store, request()))
  expect(exact).toMatchObject({ file_name: '=sum, "a"\nb.jpg', label: '+1' })
  store.close()
})

test('writes composed accents for spreadsheets', () => {
  expect(toCsv([['cafe\u0301']], { isSpreadsheetSafe: true })).toBe('caf\u00e9\r\n')
  expect(toCsv([['cafe\u0301']])).toBe('cafe\u0301\r\n')
})

test('writes names relative to the common folder of several folders', async () => {
  const { store } = createLibrary()
  const text = await exportAll(store, request({ folders: ['/photos/sub', '/photos/other'] }))
  expect(parseCsv(text).map((row) => row['file_name'])).toEqual(['sub/plain.jpg', 'sub/plain.jpg'])
  store.close()
})

test('replaces a file atomically, and keeps only the old one on failure', async () => {
  const { store, folder } = createLibrary()
  const file = path.join(folder, 'labels.csv')
  const { rows, bytes } = await exportTo(store, file)
  const text = await readFile(file, 'utf8')
  expect(rows).toBe(6)
  expect(bytes).toBe(Buffer.byteLength(text))
  expect(text).toBe(await exportAll(store, request()))
  await expect(exportTo(store, path.join(folder, 'none', 'labels.csv'))).rejects.toMatchObject({
    code: 'output-unwritable',
  })
  store.close()
  await expect(exportTo(store, file)).rejects.toThrow()
  expect(await readFile(file, 'utf8')).toBe(text)
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('keeps the old file on a full disk', async () => {
  const { store } = createLibrary()
  const folder = tempFolder()
  if (!mount('the test of an export to a full disk', folder, ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs']))
    return
  const file = path.join(folder, 'labels.csv')
  await writeFile(file, 'old')
  await writeFile(path.join(folder, 'filler'), Buffer.alloc(4096))
  await expect(exportTo(store, file, true)).rejects.toMatchObject({ code: 'disk-full' })
  expect(await readFile(file, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['filler', 'labels.csv']))
  store.close()
})

test('never cuts confirmed labels, however many there are', async () => {
  const { store } = createLibrary()
  const photoId = store.files.find(`${root}/sub/plain.jpg`)?.photoId
  if (photoId === null || photoId === undefined) throw new Error('the photo is not there')
  const added = Array.from({ length: 6 }, (_, n) => `tag ${n}`)
  const names = ['my cat', ...added]
  for (const name of added) store.annotations.confirm([photoId], name)
  const labelsOf = async (changes: Partial<ExportRequest>) =>
    parseCsv((await exportChunk(store, request(changes), null)).text)
      .filter((row) => row['file_name'] === 'sub/plain.jpg')
      .map((row) => row['label'])
  expect(await labelsOf({ topK: 2 })).toEqual(names)
  expect(await labelsOf({ topK: 5, isConfirmedOnly: true })).toEqual(names)
  expect(
    parseCsv((await exportChunk(store, request({ format: 'kaggle', topK: 1 }), null)).text),
  ).toContainEqual({
    id: 'sub/plain.jpg',
    label: 'my cat',
  })
})
