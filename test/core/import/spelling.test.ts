// What must not give a label to another photo, or another label: odd names of files, encodings, quotes never closed.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CsvImportReport } from '../../../electron/contract/imports.ts'
import { CsvImportRequest } from '../../../electron/contract/imports.ts'
import { toCsv } from '../../../electron/core/export/csv-text.ts'
import { importCsv } from '../../../electron/core/import/import-csv.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { unwatched } from '../../helpers/unwatched.ts'
import { addFiles, addPhoto, tempStore } from '../store/helpers.ts'

/** Imports a CSV about photos with these names, each another one; gives the names and labels that were confirmed. */
async function importAbout(
  names: readonly string[],
  csv: string | Uint8Array,
): Promise<{ readonly said: readonly string[][]; readonly report: CsvImportReport }> {
  const store = tempStore()
  const photos = names.map((name) => ({ name, photoId: addPhoto(store, name) }))
  addFiles(store, Object.fromEntries(photos.map(({ name, photoId }) => [`/p/${name}`, photoId])))
  const file = join(tempFolder(), 'labels.csv')
  writeFileSync(file, csv)
  const request = CsvImportRequest.parse({ file, folder: '/p', isApplied: true })
  const report = await importCsv(store, request, unwatched())
  const said = store.embeddings
    .judgements()
    .map(({ photoId, name }) => [photos.find((photo) => photo.photoId === photoId)?.name ?? '', name])
  return { said, report }
}

const oddNames = [
  ' lead.jpg',
  'lead.jpg',
  'a\\b.jpg',
  'a/b.jpg',
  '\u{feff}mark.jpg',
  '=1+1.jpg',
  '-x.jpg',
  '@y.jpg',
]
const odd = oddNames.map((name, at) => [name, `${at % 2 === 0 ? '=' : ''}label ${at}`])

test.skipIf(process.platform === 'win32').each([false, true])(
  'names and labels come back as they were exported, spreadsheet-safe: %s',
  async (isSpreadsheetSafe) => {
    const { said } = await importAbout(
      oddNames,
      toCsv([['file_name', 'label'], ...odd], { isSpreadsheetSafe }),
    )
    expect(said.toSorted()).toEqual(odd.toSorted())
  },
)

test('spaces around a name, and paths of Windows, are still understood', async () => {
  const { said, report } = await importAbout(
    ['lead.jpg', 'a/b.jpg', 'c.jpg'],
    'file_name,label\n lead.jpg ,x\na\\b.jpg,y\nC:\\Users\\me\\c.jpg,z\n',
  )
  expect(said).toEqual([
    ['lead.jpg', 'x'],
    ['a/b.jpg', 'y'],
    ['c.jpg', 'z'],
  ])
  expect(report).toMatchObject({ matchedByPath: 2, matchedByName: 1 })
})

test('text that is not UTF-8 is refused; what spreadsheets call Unicode text is read', async () => {
  const text = 'file_name\tlabel\nlead.jpg\tcaf\u{e9}\n'
  await expect(importAbout(['lead.jpg'], Buffer.from(text, 'latin1'))).rejects.toThrow(
    /labels\.csv is not text in UTF-8\. Save it as CSV in UTF-8\./,
  )
  const little = Buffer.from(`\u{feff}${text}`, 'utf16le')
  for (const bytes of [little, Buffer.from(little).swap16()])
    expect((await importAbout(['lead.jpg'], bytes)).said).toEqual([['lead.jpg', 'caf\u{e9}']])
})

test('a quotation mark that is never closed is refused, and named by its line', async () => {
  await expect(importAbout(['a.jpg'], 'file_name,label\na.jpg,cat\nb.jpg,"dog\nc.jpg,cat\n')).rejects.toThrow(
    /labels\.csv has a quotation mark in line 3 that is never closed/,
  )
})

test.each(['camera/IMG_1.jpg', 'IMG_1.jpg'])(
  '%s does not get the label of the content that is meant',
  async (file) => {
    const hash = createHash('sha256').update('renamed.jpg').digest('hex')
    const { said } = await importAbout(
      ['renamed.jpg', 'IMG_1.jpg'],
      `file_name,label,sha256\n${file},cat,${hash}\n`,
    )
    expect(said).toEqual([['renamed.jpg', 'cat']])
  },
)

test('a row without a name says what it lacks', async () => {
  const { report } = await importAbout(['a.jpg'], `file_name,label,sha256\n,cat,\n,dog,${'0'.repeat(64)}\n`)
  expect(report.unmatched[0]?.examples.map(({ reason }) => reason)).toEqual([
    'it names no photo',
    'no photo of the library has this hash',
  ])
})
