// Labels from CSV files as other programs write them: columns, matching, dry run, reasons.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCsv, type CsvRow } from '../../../electron/core/imports/csv.ts'
import { importCsv } from '../../../electron/core/imports/import-csv.ts'
import { CsvImportRequest } from '../../../electron/contract/imports.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { noopImport } from '../../helpers/noop-task.ts'
import { addFiles, addPhoto, tempStore } from '../store/helpers.ts'
import { saying } from '../../helpers/messages.ts'

function setUp(csv: string) {
  const store = tempStore()
  const [beach, dog, other] = [addPhoto(store, 'beach'), addPhoto(store, 'dog'), addPhoto(store, 'other')]
  addFiles(store, {
    '/p/holiday/beach 1.jpg': beach,
    '/p/dog.png': dog,
    '/p/a/same.jpg': dog,
    '/p/b/same.jpg': other,
    '/q/outside.jpg': other,
  })
  const file = join(tempFolder(), 'labels.csv')
  writeFileSync(file, csv)
  const run = (isApplied: boolean) =>
    importCsv(store, CsvImportRequest.parse({ file, folder: '/p', isApplied }), noopImport())
  const confirmed = () => store.annotations.list().map(({ photoId, name }) => [photoId, name])
  return { run, confirmed, beach, dog, other }
}

test('matches by path, then by a unique name, then by hash, and lists the rest with its reason', async () => {
  const hash = createHash('sha256').update('other').digest('hex')
  const { run, confirmed, beach, dog, other } = setUp(
    [
      'Image,Class,SHA256',
      'holiday/beach 1.jpg,sea,',
      'elsewhere/dog.png,"dog, small",',
      'dog,puppy,',
      `nowhere.jpg,other,${hash.toUpperCase()}`,
      'x/same.jpg,dog,',
      'outside.jpg,dog,',
      'dog.png,,',
    ].join('\r\n'),
  )
  const report = await run(false)
  expect(report).toMatchObject({
    rows: 7,
    columns: { file: 'Image', label: 'Class', hash: 'SHA256' },
    matchedByPath: 1,
    matchedByName: 2,
    matchedByHash: 1,
    isApplied: false,
  })
  expect(report.unmatched).toEqual([
    {
      kind: 'ambiguous-name',
      rows: 1,
      examples: [
        { line: 6, file: 'x/same.jpg', reason: saying('2 photos have this name, and none this path') },
      ],
    },
    {
      kind: 'unknown-file',
      rows: 1,
      examples: [{ line: 7, file: 'outside.jpg', reason: saying('no photo under /p has this path or name') }],
    },
    {
      kind: 'no-label',
      rows: 1,
      examples: [{ line: 8, file: 'dog.png', reason: saying('it has no label') }],
    },
  ])
  expect(report).toMatchObject({ photos: 3, changed: 0 })
  expect(confirmed()).toEqual([])
  expect(await run(true)).toEqual({ ...report, isApplied: true, changed: 3 })
  expect(await run(true)).toMatchObject({ photos: 3, changed: 0 })
  expect(confirmed()).toEqual([
    [beach, 'sea'],
    [dog, 'dog, small'],
    [dog, 'puppy'],
    [other, 'other'],
  ])
})

test('does not confirm the suggestions in an export of Labelroom', async () => {
  const { run, confirmed, dog } = setUp(
    'file_name,label,score,rank,status,reason,source,model\ndog.png,dog,,,labelled,,human,\ndog.png,wolf,0.5,1,labelled,,model,vit@1\n',
  )
  expect((await run(true)).unmatched).toMatchObject([{ kind: 'suggestion', rows: 1 }])
  expect(confirmed()).toEqual([[dog, 'dog']])
})

test('lists unmatched rows by kind, the most frequent first, with a few examples', async () => {
  const unknown = Array.from({ length: 50 }, (_, n) => `gone-${n}.jpg,cat`)
  const { run } = setUp(['file,label', 'dog.png,', ...unknown].join('\n'))
  const { rows, unmatched } = await run(false)
  expect(rows).toBe(51)
  expect(unmatched.map(({ kind, rows: count }) => [kind, count])).toEqual([
    ['unknown-file', 50],
    ['no-label', 1],
  ])
  expect(unmatched[0]?.examples.map(({ line }) => line)).toEqual(Array.from({ length: 20 }, (_, n) => n + 3))
})

test('refuses a file without fitting columns, and repeats nothing of its content', async () => {
  const { run } = setUp('HF_TOKEN=secret,b\n1,2\n')
  const refusal = run(true)
  await expect(refusal).rejects.toThrow(/^None of the 2 cells in the first line of .* names a column/)
  await expect(refusal).rejects.not.toThrow(/secret/)
})

test('confirms no label of more than 500 characters', async () => {
  const { run, confirmed, dog } = setUp(
    `file,label\ndog.png,${'x'.repeat(501)}\ndog.png,${'y'.repeat(500)}\n`,
  )
  expect((await run(true)).unmatched).toMatchObject([
    { kind: 'no-label', examples: [{ line: 2, reason: saying('its label is longer than 500 characters') }] },
  ])
  expect(confirmed()).toEqual([[dog, 'y'.repeat(500)]])
})

async function rowsOf(csv: string) {
  const file = join(tempFolder(), 'x.csv')
  writeFileSync(file, csv)
  const rows: CsvRow[] = []
  for await (const row of readCsv(file)) rows.push(row)
  return rows
}

test('reads quotes, a byte order mark, semicolons and any line ends, with line numbers', async () => {
  expect(await rowsOf('\u{feff}a;b\r\n"1;""x""\r\n2";3\r\n\r\n4;5')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1;"x"\r\n2', '3'] },
    { line: 5, cells: ['4', '5'] },
  ])
  expect((await rowsOf('a,b\rc,d\r')).map(({ cells }) => cells)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})

test.each([
  ['a quotation mark that stays open', 'a,"'],
  ['a row of commas', ',,,'],
])('refuses %s in a large file before it fills the memory', async (_, start) => {
  let readBytes = 0
  const file = join(tempFolder(), 'x.csv')
  writeFileSync(
    file,
    `file,label\nb,cat\n${start}${start.endsWith('"') ? 'x\n'.repeat(2e6) : ','.repeat(4e6)}`,
  )
  const rows = readCsv(file, (bytes) => (readBytes = bytes))
  expect((await rows.next()).value?.line).toBe(1)
  expect((await rows.next()).value?.line).toBe(2)
  await expect(rows.next()).rejects.toThrow(/x\.csv has a row of more than 1 MB, which begins in line 3\./)
  expect(readBytes).toBeLessThan(1.5e6)
})
