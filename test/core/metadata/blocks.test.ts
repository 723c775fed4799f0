// Where formats keep what programs say: extended XMP of JPEGs, boxes of JPEG XL and JPEG 2000, GIFs, and RAW files.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readBlocks, readKeys } from '../../../electron/core/identity/read-keys.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import { readMetadata } from '../../../electron/core/metadata/file-metadata.ts'
import { exifBlock, gifXmp, segment, withGifBlock, withSegments } from '../../helpers/image-bytes.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { isoBox, rawFile } from '../../helpers/raw-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function saidIn(bytes: Buffer) {
  const file = join(tempFolder(), 'a.bin')
  writeFileSync(file, bytes)
  const [alone, keyed] = [await readBlocks(file), await readKeys(await inspectFile(file))]
  if (alone === null || keyed === null) throw new Error('it is no photo')
  const said = await readMetadata(alone.blocks, alone.facts)
  expect(await readMetadata(keyed.blocks, keyed.facts)).toEqual(said)
  return said
}

const keywords = (...words: readonly string[]) => xmpPacket(list('dc:subject', 'Bag', ...words))
const signatures = {
  jxl: isoBox('JXL ', Buffer.from('\r\n\x87\n', 'latin1')),
  jp2: isoBox('jP  ', Buffer.from('\r\n\x87\n', 'latin1')),
}
const xmpUuid = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex')
const exif = Buffer.concat([
  Buffer.alloc(4),
  exifBlock(1, { camera: 'Camera', takenAt: '2024:05:06 07:08:09' }),
])

test.each([
  ['JPEG XL', [signatures.jxl, isoBox('xml ', keywords('owl')), isoBox('Exif', exif)]],
  [
    'JPEG XL with compressed boxes',
    [
      signatures.jxl,
      isoBox('brob', Buffer.from('xml '), brotliCompressSync(keywords('owl'))),
      isoBox('brob', Buffer.from('Exif'), brotliCompressSync(exif)),
    ],
  ],
])('%s says its keywords, camera and date', async (_, boxes) => {
  const { metadata } = await saidIn(Buffer.concat(boxes))
  expect(metadata).toMatchObject({ keywords: ['owl'], camera: 'Camera', takenAt: '2024-05-06T07:08:09' })
})

test('JPEG 2000 says its keywords', async () => {
  const bytes = Buffer.concat([signatures.jp2, isoBox('uuid', xmpUuid, keywords('owl'))])
  expect((await saidIn(bytes)).metadata.keywords).toEqual(['owl'])
})

test('compressed boxes that would fill the memory say nothing', async () => {
  const bomb = brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))
  const bytes = Buffer.concat([signatures.jxl, isoBox('brob', Buffer.from('xml '), bomb)])
  expect(await saidIn(bytes)).toMatchObject({ isDamaged: false, metadata: { keywords: [] } })
})

const digest = '0123456789ABCDEF0123456789ABCDEF'
const packet = (named: string) =>
  xmpPacket('<xmp:Rating>4</xmp:Rating>', `<xmpNote:HasExtendedXMP>${named}</xmpNote:HasExtendedXMP>`)

/** The extended packet in parts of this many bytes, of which some are left out. */
function parts(more: Buffer, size: number, left: readonly number[] = []): Buffer[] {
  const count = Math.ceil(more.length / size)
  return Array.from({ length: count }, (_, part) => {
    const head = Buffer.alloc(40)
    head.write(digest, 'latin1')
    head.writeUInt32BE(more.length, 32)
    head.writeUInt32BE(part * size, 36)
    const prefix = Buffer.from('http://ns.adobe.com/xmp/extension/\0', 'latin1')
    return segment(0xe1, Buffer.concat([prefix, head, more.subarray(part * size, (part + 1) * size)]))
  }).filter((_, part) => !left.includes(part))
}

test.each([
  ['in any order of its parts', digest, [], ['owl', 'sea'], false],
  ['unless the packet names another one', 'F'.repeat(32), [], [], false],
  ['unless a part of it is missing', digest, [1], [], false],
] as const)('extended XMP counts %s', async (_, named, left, expected, isDamaged) => {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  const main = segment(
    0xe1,
    Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), packet(named)]),
  )
  const more = parts(keywords('owl', 'sea'), 300, left)
  const said = await saidIn(withSegments(jpeg, main, ...more.toReversed()))
  expect(said).toMatchObject({ isDamaged, metadata: { keywords: expected, rating: 4 } })
})

const teal = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
const rated = xmpPacket(list('dc:subject', 'Bag', 'owl'), '<xmp:Rating>3</xmp:Rating>')
const xmpSegment = segment(
  0xe1,
  Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), rated]),
)
const sensor = Buffer.alloc(900, 7)

test.each([
  ['RAF in its JPEG', 'raf', true],
  ['RW2 in its directory', 'rw2', false],
  ['RW2 in its JPEG', 'rw2', true],
  ['IIQ in its directory', 'iiq', false],
  ['IIQ in its JPEG', 'iiq', true],
] as const)('%s says its keywords and rating', async (_, kind, isInPreview) => {
  const jpeg = await teal().jpeg().toBuffer()
  const bytes = rawFile(
    kind,
    isInPreview ? { preview: withSegments(jpeg, xmpSegment), sensor } : { preview: jpeg, sensor, xmp: rated },
  )
  expect((await saidIn(bytes)).metadata).toMatchObject({ keywords: ['owl'], rating: 3 })
})

test('GIF says its keywords and rating, before its image and behind it', async () => {
  const gif = await teal().gif().toBuffer()
  for (const place of ['start', 'end'] as const) {
    const bytes = withGifBlock(gif, gifXmp(rated), place)
    expect((await saidIn(bytes)).metadata).toMatchObject({ keywords: ['owl'], rating: 3 })
  }
  expect(
    (await saidIn(Buffer.concat([gif.subarray(0, -1), gifXmp(rated).subarray(0, 90)]))).metadata.keywords,
  ).toEqual([])
})
