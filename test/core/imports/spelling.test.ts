// What must not give a label to another photo, or another label: odd names of files, encodings, quotes never closed.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CsvImportReport } from '../../../electron/contract/imports.ts'
import { CsvImportRequest } from '../../../electron/contract/imports.ts'
import { toCsv } from '../../../electron/core/files/csv-text.ts'
import { importCsv } from '../../../electron/core/imports/import-csv.ts'
import { english } from '../../../electron/texts/message.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { noopImport } from '../../helpers/noop-task.ts'
import { addFiles, addPhoto, tempStore } from '../store/helpers.ts'

/** Imports a CSV about photos with these names, each another one; returns the names and labels that were confirmed. */
async function importAbout(
  names: readonly string[],
  csv: string | Uint8Array,
): Promise<{ readonly confirmed: readonly string[][]; readonly report: CsvImportReport }> {
  const store = tempStore()
  const photos = names.map((name) => ({ name, photoId: addPhoto(store, name) }))
  addFiles(store, Object.fromEntries(photos.map(({ name, photoId }) => [`/p/${name}`, photoId])))
  const file = join(tempFolder(), 'labels.csv')
  writeFileSync(file, csv)
  const request = CsvImportRequest.parse({ file, folder: '/p', isApplied: true })
  const report = await importCsv(store, request, noopImport())
  const confirmed = store.annotations
    .list()
    .map(({ photoId, name }) => [photos.find((photo) => photo.photoId === photoId)?.name ?? '', name])
  return { confirmed, report }
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
  'imports names and labels as they were exported, spreadsheet-safe: %s',
  async (isSpreadsheetSafe) => {
    const { confirmed } = await importAbout(
      oddNames,
      toCsv([['file_name', 'label'], ...odd], { isSpreadsheetSafe }),
    )
    expect(confirmed.toSorted()).toEqual(odd.toSorted())
  },
)

test('accepts spaces around a name, and paths of Windows', async () => {
  const { confirmed, report } = await importAbout(
    ['lead.jpg', 'a/b.jpg', 'c.jpg'],
    'file_name,label\n lead.jpg ,x\na\\b.jpg,y\nC:\\Users\\me\\c.jpg,z\n',
  )
  expect(confirmed).toEqual([
    ['lead.jpg', 'x'],
    ['a/b.jpg', 'y'],
    ['c.jpg', 'z'],
  ])
  expect(report).toMatchObject({ matchedByPath: 2, matchedByName: 1 })
})

test('refuses text that is not UTF-8, but reads the Unicode text of spreadsheets', async () => {
  const text = 'file_name\tlabel\nlead.jpg\tcaf\u{e9}\n'
  await expect(importAbout(['lead.jpg'], Buffer.from(text, 'latin1'))).rejects.toThrow(
    /labels\.csv is not text in UTF-8\. Choose its encoding, or save it as CSV in UTF-8\./,
  )
  const little = Buffer.from(`\u{feff}${text}`, 'utf16le')
  for (const bytes of [little, Buffer.from(little).swap16()])
    expect((await importAbout(['lead.jpg'], bytes)).confirmed).toEqual([['lead.jpg', 'caf\u{e9}']])
})

test('refuses a quotation mark that is never closed, and names its line', async () => {
  await expect(importAbout(['a.jpg'], 'file_name,label\na.jpg,cat\nb.jpg,"dog\nc.jpg,cat\n')).rejects.toThrow(
    /labels\.csv has a quotation mark in line 3 that is never closed/,
  )
})

test.each(['camera/IMG_1.jpg', 'IMG_1.jpg'])(
  'does not give %s the label of another content',
  async (file) => {
    const hash = createHash('sha256').update('renamed.jpg').digest('hex')
    const { confirmed } = await importAbout(
      ['renamed.jpg', 'IMG_1.jpg'],
      `file_name,label,sha256\n${file},cat,${hash}\n`,
    )
    expect(confirmed).toEqual([['renamed.jpg', 'cat']])
  },
)

test('names what a row without a name lacks', async () => {
  const { report } = await importAbout(['a.jpg'], `file_name,label,sha256\n,cat,\n,dog,${'0'.repeat(64)}\n`)
  expect(report.unmatched[0]?.examples.map(({ reason }) => english(reason))).toEqual([
    'it names no photo',
    'no photo of the library has this hash',
  ])
})
