// EXIF orientation as awkward files have it: the size that is read from the header is that of the picture libvips turns.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openPhoto } from '../../../electron/worker/decode/decode-photo.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const shortType = 3
const longType = 4

/** An APP1 segment whose EXIF says nothing but the orientation, in the order of bytes that Motorola used. */
function exif(orientation: number, type = shortType): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write('MM\0*', 'latin1')
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(0x0112, 10)
  tiff.writeUInt16BE(type, 12)
  tiff.writeUInt32BE(1, 14)
  if (type === longType) tiff.writeUInt32BE(orientation, 18)
  else tiff.writeUInt16BE(orientation, 18)
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, 0xe1, 0, payload.length + 2])
  return Buffer.concat([head, payload])
}

test.each([
  ['an orientation as a long number', [exif(6, longType)], [20, 40]],
  ['two segments, the first upright', [exif(1), exif(6)], [40, 20]],
  ['two segments, the first rotated', [exif(6), exif(1)], [20, 40]],
  ['two segments, the first upside down', [exif(3), exif(6)], [40, 20]],
  ['an orientation that does not exist', [exif(9)], [40, 20]],
] as const)(
  'our header reader and libvips agree on the size of a photo with %s',
  async (_name, segments, size) => {
    const create = { width: 40, height: 20, channels: 3, background: 'blue' } as const
    const jpeg = await sharp({ create }).jpeg().toBuffer()
    const file = join(tempFolder(), 'photo.jpg')
    writeFileSync(file, Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]))
    const { autoOrient } = await sharp(file).metadata()
    expect([autoOrient.width, autoOrient.height]).toEqual(size)
    const { widthPx, heightPx } = await openPhoto(readFileSync(file))
    expect([widthPx, heightPx]).toEqual(size)
  },
)
