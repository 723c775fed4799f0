// Labels of a photo that was edited in place, as filters, exports, datasets and undo see them.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { DatasetRequest, ExportRequest } from '../../../electron/contract/exports.ts'
import { exifSegment, withSegments } from '../../helpers/image-bytes.ts'
import { saying } from '../../helpers/messages.ts'
import { openTestLibrary } from '../browse/helpers.ts'

const jpegOf = async (background: string, takenAt: string) => {
  const create = { width: 40, height: 30, channels: 3, background } as const
  return withSegments(
    await sharp({ create }).jpeg().toBuffer(),
    exifSegment(1, { camera: 'Camera', takenAt }),
  )
}

test('labels of an edited photo are found by a filter, marked in exports, left out of datasets, and kept by one step', async () => {
  const { client, folder, names, list } = openTestLibrary()
  const photos = path.join(folder, 'photos')
  mkdirSync(photos)
  const write = async (name: string, background: string, takenAt: string) => {
    writeFileSync(path.join(photos, name), await jpegOf(background, takenAt))
  }
  await write('edited.jpg', 'red', '2024:01:02 03:04:05')
  await write('other.jpg', 'green', '2024:01:02 03:04:06')
  await client.library.scan({ folders: [photos] })
  const photoIds = async () => (await list()).flatMap(({ photoId }) => photoId ?? [])
  await client.labels.confirm({ photoIds: await photoIds(), name: 'dog' })
  await write('edited.jpg', 'blue', '2024:01:02 03:04:05')
  await client.library.scan({ folders: [photos] })

  expect(await names({ isChanged: true })).toEqual(['edited.jpg'])
  const exported = async (format: ExportRequest['format']) =>
    (
      await client.exports.chunk({
        request: ExportRequest.parse({ folders: [photos], format }),
        cursor: null,
      })
    ).text
  expect(await exported('long')).toContain(
    'edited.jpg,dog,,,labelled,the image was changed since it was labelled,human,\r\nother.jpg,dog,,,labelled,,human,',
  )
  expect((await exported('jsonl')).match(/"is_changed":true/g)).toHaveLength(1)
  expect(await exported('kaggle')).toBe('id,label\r\nother.jpg,dog\r\n')
  const request = DatasetRequest.parse({ format: 'imagefolder', folders: [photos], minCosine: null })
  const { counts } = await client.exports.preview({ request, limit: 10 })
  expect(counts).toMatchObject({
    exported: 1,
    skipped: [
      {
        reason: saying('Its image was changed since it was labelled. Keep or clear its labels first.'),
        files: 1,
      },
    ],
  })

  expect(await client.labels.resolveChanged({ photoIds: await photoIds(), isKept: true })).toEqual({
    photos: 1,
  })
  expect(await names({ isChanged: true })).toEqual([])
  expect((await client.history.undo({})).redo).toMatchObject({ kind: 'keep-changed', name: 'dog', photos: 1 })
  expect(await names({ isChanged: true })).toEqual(['edited.jpg'])
})
