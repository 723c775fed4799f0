// More columns of a table: what the file and the sidecar say about the photo.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { ExportColumn, ExportRequest } from '../../../electron/contract/exports.ts'
import { exportChunk } from '../../../electron/core/exports/export.ts'
import { scanLibrary } from '../../../electron/core/library/ingest.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { tempStore } from '../store/helpers.ts'

/** A folder with a camera's photo, whose keywords are in a sidecar, and one that says nothing. */
async function scanned() {
  const folder = tempFolder()
  const photo = (colour: string) =>
    sharp({ create: { width: 8, height: 6, channels: 3, background: colour } })
  await photo('red')
    .withExif({
      IFD0: { Make: 'Canon', Model: 'R5' },
      IFD2: { DateTimeOriginal: '2024:05:06 07:08:09', LensModel: 'RF 50mm' },
      IFD3: {
        GPSLatitudeRef: 'S',
        GPSLatitude: '33/1 51/1 30/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '151/1 12/1 0/1',
      },
    })
    .jpeg()
    .toFile(join(folder, 'a.jpg'))
  await photo('blue').jpeg().toFile(join(folder, 'b.jpg'))
  const sidecar = xmpPacket(
    '<xmp:Rating>5</xmp:Rating>',
    list('dc:subject', 'Bag', 'Paris, France', '2024'),
    '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">=1+1</rdf:li></rdf:Alt></dc:title>',
  )
  writeFileSync(join(folder, 'a.jpg.xmp'), sidecar)
  writeFileSync(join(folder, 'a.mov'), 'film')
  const store = tempStore()
  await scanLibrary(store, [folder])
  const photoId = store.files.find(join(folder, 'a.jpg'))?.photoId
  if (photoId === undefined || photoId === null) throw new Error('the photo is not there')
  store.annotations.confirm([photoId], 'harbour')
  store.ratings.set([photoId], { flag: 'pick' })
  store.photos.noteSeen(photoId, { widthPx: 8, heightPx: 6, takenAtMs: null })
  return { folder, store }
}

const expected = (folder: string) => ({
  taken_at: '2024-05-06T07:08:09',
  latitude: '-33.8583333',
  longitude: '151.2',
  camera: 'Canon R5',
  lens: 'RF 50mm',
  width: '8',
  height: '6',
  sha256: createHash('sha256')
    .update(readFileSync(join(folder, 'a.jpg')))
    .digest('hex'),
  path: join(folder, 'a.jpg'),
  rating: '5',
  rating_source: 'file',
  flag: 'pick',
  title: '=1+1',
  keywords: '2024|Paris, France',
  companions: join(folder, 'a.mov'),
})

test('every table has the columns that were asked for after its own', async () => {
  const { folder, store } = await scanned()
  for (const format of ['long', 'timm', 'kaggle', 'hf'] as const) {
    const request = ExportRequest.parse({
      format,
      topK: 1,
      isConfirmedOnly: true,
      columns: ExportColumn.options,
    })
    const { text } = await exportChunk(store, request, null)
    expect(text.split('\r\n')[0]?.endsWith(ExportColumn.options.join(','))).toBe(true)
    expect(parseCsv(text)).toEqual([expect.objectContaining(expected(folder))])
  }
})

test('what is not known is empty, a title is no formula in a spreadsheet, and JSON lines hold numbers and lists', async () => {
  const { store } = await scanned()
  const columns = ['latitude', 'title', 'keywords'] as const
  const table = ExportRequest.parse({ format: 'long', columns, isSpreadsheetSafe: true })
  const rows = parseCsv((await exportChunk(store, table, null)).text)
  expect(rows.map(({ latitude, title, keywords }) => ({ latitude, title, keywords }))).toEqual([
    {
      latitude: expect.stringContaining('33.8583333') as string,
      title: "'=1+1",
      keywords: '2024|Paris, France',
    },
    ...Array<object>(3).fill({ latitude: '', title: '', keywords: '' }),
  ])
  const lines = await exportChunk(store, ExportRequest.parse({ format: 'jsonl', columns }), null)
  expect(JSON.parse(lines.text.split('\n')[0] ?? '')).toMatchObject({
    latitude: -33.8583333,
    title: '=1+1',
    keywords: ['2024', 'Paris, France'],
  })
})
