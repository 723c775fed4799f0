// Labels from CSV files as other programs write them: columns, matching, dry run, reasons.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCsv } from '../../../electron/core/import/csv.ts'
import { importCsv } from '../../../electron/core/import/import-csv.ts'
import { CsvImportRequest } from '../../../electron/contract/imports.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { unwatched } from '../../helpers/unwatched.ts'
import { addFiles, addPhoto, tempStore } from '../store/helpers.ts'

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
    importCsv(store, CsvImportRequest.parse({ file, folder: '/p', isApplied }), unwatched())
  const said = () => store.embeddings.judgements().map(({ photoId, name }) => [photoId, name])
  return { run, said, beach, dog, other }
}

test('a path, then a name that only one photo has, then the hash; the rest with its reason', async () => {
  const hash = createHash('sha256').update('other').digest('hex')
  const { run, said, beach, dog, other } = setUp(
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
      examples: [{ line: 6, file: 'x/same.jpg', reason: '2 photos have this name, and none this path' }],
    },
    {
      kind: 'unknown-file',
      rows: 1,
      examples: [{ line: 7, file: 'outside.jpg', reason: 'no photo under /p has this path or name' }],
    },
    { kind: 'no-label', rows: 1, examples: [{ line: 8, file: 'dog.png', reason: 'it has no label' }] },
  ])
  expect(report).toMatchObject({ photos: 3, changed: 0 })
  expect(said()).toEqual([])
  expect(await run(true)).toEqual({ ...report, isApplied: true, changed: 3 })
  expect(await run(true)).toMatchObject({ photos: 3, changed: 0 })
  expect(said()).toEqual([
    [beach, 'sea'],
    [dog, 'dog, small'],
    [dog, 'puppy'],
    [other, 'other'],
  ])
})

test('suggestions in an export of Labelroom are not taken for what a person said', async () => {
  const { run, said, dog } = setUp(
    'file_name,label,score,rank,status,reason,source,model\ndog.png,dog,,,labelled,,human,\ndog.png,wolf,0.5,1,labelled,,model,vit@1\n',
  )
  expect((await run(true)).unmatched).toMatchObject([{ kind: 'suggestion', rows: 1 }])
  expect(said()).toEqual([[dog, 'dog']])
})

test('of many rows that match nothing, the most frequent kind comes first, with a few examples', async () => {
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

test('a file without fitting columns is refused with the columns that it has', async () => {
  const { run } = setUp('a,b\n1,2\n')
  await expect(run(true)).rejects.toThrow(/has no columns .* it has: a, b/)
})

test('CSV: quotes, byte order mark, semicolons, line ends, line numbers', () => {
  const text = 'a;b\r\n"1;""x""\n2";3\r\n\r\n4;5'
  expect([...parseCsv(`\u{feff}${text}`, 'x.csv')]).toEqual([
    { line: 1, end: 5, cells: ['a', 'b'] },
    { line: 2, end: 20, cells: ['1;"x"\n2', '3'] },
    { line: 5, end: text.length + 1, cells: ['4', '5'] },
  ])
  expect([...parseCsv('a,b\rc,d\r', 'x.csv')].map(({ cells }) => cells)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})
