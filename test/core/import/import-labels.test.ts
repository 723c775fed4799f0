// Labels from CSV files as other programs write them: columns, matching, dry run, reasons.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCsv } from '../../../electron/core/import/csv.ts'
import { importLabels } from '../../../electron/core/import/import-labels.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
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
  const run = (isApplied: boolean) => importLabels(store, { file, folder: '/p', isApplied })
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
    { line: 6, file: 'x/same.jpg', reason: '2 photos have this name, and none this path' },
    { line: 7, file: 'outside.jpg', reason: 'no photo under /p has this path or name' },
    { line: 8, file: 'dog.png', reason: 'it has no label' },
  ])
  expect(said()).toEqual([])
  expect(await run(true)).toEqual({ ...report, isApplied: true })
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
  expect((await run(true)).unmatched).toHaveLength(1)
  expect(said()).toEqual([[dog, 'dog']])
})

test('a file without fitting columns is refused with the columns that it has', async () => {
  const { run } = setUp('a,b\n1,2\n')
  await expect(run(true)).rejects.toThrow(/has no columns .* it has: a, b/)
})

test('CSV: quotes, byte order mark, semicolons, line ends, line numbers', () => {
  expect([...parseCsv('\u{feff}a;b\r\n"1;""x""\n2";3\r\n\r\n4;5')]).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1;"x"\n2', '3'] },
    { line: 5, cells: ['4', '5'] },
  ])
  expect([...parseCsv('a,b\rc,d\r')].map(({ cells }) => cells)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
})
