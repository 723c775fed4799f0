// What belongs to the identity of a photo and what to its rendering, format by format, and files that are not as they say.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { beforeEach, describe, expect, test } from 'vitest'
import { readKeys } from '../../../electron/core/identity/read-keys.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import {
  exifBlock,
  exifSegment,
  gifXmp,
  trailerOfGif,
  pngChunk,
  segment,
  withChunks,
  withGifBlock,
  withSegments,
} from '../../helpers/image-bytes.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

let folder = ''
beforeEach(() => {
  folder = tempFolder()
})

/** The keys of a file with these bytes, as text. */
async function keysOf(bytes: Buffer) {
  const file = join(folder, 'photo.jpg')
  writeFileSync(file, bytes)
  const keys = await readKeys(await inspectFile(file))
  if (keys === null) throw new Error('the file changed')
  return { ...keys, identity: keys.identity.toString('hex'), rendering: keys.rendering.toString('hex') }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** A picture with some detail; each number is another one. */
const picture = (number = 0): Sharp =>
  sharp(
    Buffer.from(Array.from({ length: 48 * 32 * 3 }, (_, at) => (at * (7 + number) + (at % 48) * 5) & 255)),
    { raw: { width: 48, height: 32, channels: 3 } },
  )

const encoders: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  jpeg: (image) => image.jpeg(),
  'progressive jpeg': (image) => image.jpeg({ progressive: true }),
  png: (image) => image.png(),
  webp: (image) => image.webp(),
  'lossless webp': (image) => image.webp({ lossless: true }),
  tiff: (image) => image.tiff({ compression: 'lzw' }),
  'tiled tiff': (image) => image.tiff({ tile: true, tileWidth: 16, tileHeight: 16 }),
  avif: (image) => image.avif({ effort: 0 }),
}
const encode = (name: string, image: Sharp): Promise<Buffer> => (encoders[name]?.(image) ?? image).toBuffer()
const bytesOf = Object.fromEntries(
  await Promise.all(
    Object.keys(encoders).map(async (name) => [name, await encode(name, picture())] as const),
  ),
)

describe.each(Object.keys(encoders))('%s', (name) => {
  test('has the same keys with a description, another rendering when it is rotated, and another identity with other pixels', async () => {
    const plain = await keysOf(bytesOf[name] ?? Buffer.alloc(0))
    const exif = {
      IFD0: { ImageDescription: 'a dog', Model: 'Camera' },
      IFD2: { DateTimeOriginal: '2024:05:06 07:08:09' },
    }
    const described = await keysOf(await encode(name, picture().withExif(exif)))
    const rotated = await keysOf(await encode(name, picture().withMetadata({ orientation: 6 })))
    const other = await keysOf(await encode(name, picture(1)))
    expect([described.identity, described.rendering]).toEqual([plain.identity, plain.rendering])
    // The encoder writes no camera into a TIFF.
    if (!name.endsWith('tiff'))
      expect(described.facts).toMatchObject({ camera: 'Camera', takenAt: '2024:05:06 07:08:09' })
    expect(rotated.identity).toBe(plain.identity)
    expect(rotated.rendering).not.toBe(plain.rendering)
    expect(other.identity).not.toBe(plain.identity)
    expect(plain.facts).toMatchObject({ widthPx: 48, heightPx: 32, isTurned: false })
    expect(rotated.facts).toMatchObject({ widthPx: 48, heightPx: 32, isTurned: true })
    expect(plain.identity).not.toBe(sha256(bytesOf[name] ?? Buffer.alloc(0)))
  })

  test('has the same pixels wherever damage leaves both keys as they were, and never hangs or fails', async () => {
    const original = bytesOf[name] ?? Buffer.alloc(0)
    const keys = await keysOf(original)
    const pixels = await decode(original)
    const random = createRandom(name.length)
    const pick = (count: number) => Math.floor(random() * count)
    let kept = 0
    for (let mutant = 0; mutant < 120; mutant++) {
      const bytes = damage(original, pick)
      const { identity, rendering } = await keysOf(bytes)
      if (identity !== keys.identity || rendering !== keys.rendering) continue
      kept++
      const decoded = await decode(bytes)
      // A decoder may refuse damaged metadata; what it decodes must be the same.
      if (decoded !== null) expect(decoded).toEqual(pixels)
    }
    expect(kept).toBeLessThan(120)
  })
})

const decode = (bytes: Buffer): Promise<Buffer | null> =>
  sharp(bytes, { failOn: 'none' })
    .autoOrient()
    .raw()
    .toBuffer()
    .catch(() => null)

/** Changes a byte, writes a large number somewhere, or cuts or repeats a part. */
function damage(original: Buffer, pick: (count: number) => number): Buffer {
  const bytes = Buffer.from(original)
  const at = pick(bytes.length - 4)
  switch (pick(4)) {
    case 0:
      bytes[at] = pick(256)
      return bytes
    case 1:
      bytes.writeUInt32BE(pick(2) === 0 ? 0xffffffff : pick(2 ** 31), at)
      return bytes
    case 2:
      return bytes.subarray(0, at)
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(pick(at + 1))])
  }
}

describe('JPEG', () => {
  const jpeg = bytesOf['jpeg'] ?? Buffer.alloc(0)

  test('has the same keys with comments, XMP, thumbnails and other metadata, and with data after its end', async () => {
    const keys = await keysOf(jpeg)
    const edits = [
      withSegments(jpeg, segment(0xfe, 'a comment'), segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>')),
      withSegments(jpeg, segment(0xed, 'Photoshop 3.0\0'), segment(0xe0, 'JFXX\0\x10'), exifSegment(1)),
      // A thumbnail is a whole JPEG within a segment.
      withSegments(jpeg, segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), jpeg]))),
      Buffer.concat([jpeg, Buffer.from('a video')]),
      Buffer.concat([withSegments(jpeg, segment(0xe2, 'MPF\0')), jpeg]),
    ]
    for (const edited of edits) expect(await keysOf(edited)).toMatchObject(pickKeys(keys))
  })

  test('has another rendering with a profile or another colour transform, and the same identity', async () => {
    const { identity, rendering } = await keysOf(jpeg)
    const adobe = Buffer.from('Adobe\0\x64\0\0\0\0\0', 'latin1')
    const renderings = [rendering]
    for (const edited of [
      withSegments(jpeg, segment(0xe2, `ICC_PROFILE\0\x01\x01${'p'.repeat(200)}`)),
      withSegments(jpeg, segment(0xe2, `ICC_PROFILE\0\x01\x01${'q'.repeat(200)}`)),
      withSegments(jpeg, segment(0xee, adobe)),
      withSegments(jpeg, exifSegment(8)),
    ]) {
      const keys = await keysOf(edited)
      expect(keys.identity).toBe(identity)
      renderings.push(keys.rendering)
    }
    expect(new Set(renderings).size).toBe(renderings.length)
    // JFIF means YCbCr, whatever Adobe says; without either segment the names of the components say so.
    const jfif = segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0')
    for (const edited of [withSegments(jpeg, jfif), withSegments(jpeg, jfif, segment(0xee, adobe))])
      expect(await keysOf(edited)).toMatchObject({ identity, rendering })
  })

  test('finds its end across pieces of the file, and takes a cut file as far as it goes', async () => {
    const comment = segment(0xfe, 'x'.repeat(60_000))
    const size = 256 * 1024
    const { identity } = await keysOf(jpeg)
    // The end of image moves over the end of the first piece, byte by byte.
    for (let shift = -2; shift <= 2; shift++) {
      const filler = size - jpeg.length - 4 * comment.length + shift
      const long = withSegments(
        jpeg,
        comment,
        comment,
        comment,
        comment,
        segment(0xfe, 'y'.repeat(filler - 4)),
      )
      expect((await keysOf(Buffer.concat([long, Buffer.from('trailer')]))).identity).toBe(identity)
    }
    const cut = jpeg.subarray(0, -40)
    expect((await keysOf(withSegments(cut, segment(0xfe, 'a')))).identity).toBe((await keysOf(cut)).identity)
  })
})

test('PNG has the same identity however its pixels are cut into chunks, with text and with dates', async () => {
  const png = bytesOf['png'] ?? Buffer.alloc(0)
  const keys = await keysOf(png)
  const start = png.indexOf('IDAT', 0, 'latin1') - 4
  const size = png.readUInt32BE(start)
  const data = png.subarray(start + 8, start + 8 + size)
  const cut = [pngChunk('IDAT', data.subarray(0, 100)), pngChunk('IDAT', data.subarray(100))]
  const recut = Buffer.concat([png.subarray(0, start), ...cut, png.subarray(start + 12 + size)])
  const text = withChunks(
    png,
    pngChunk('tEXt', Buffer.from('Keywords\0dog')),
    pngChunk('tIME', Buffer.alloc(7)),
  )
  for (const edited of [recut, text]) expect(await keysOf(edited)).toMatchObject(pickKeys(keys))
  for (const chunk of [pngChunk('eXIf', exifBlock(3)), pngChunk('iCCP', Buffer.from('p\0\0profile'))]) {
    const { identity, rendering } = await keysOf(withChunks(png, chunk))
    expect([identity, rendering === keys.rendering]).toEqual([keys.identity, false])
  }
  const clear = withChunks(png, pngChunk('tRNS', Buffer.alloc(6)))
  expect((await keysOf(clear)).identity).not.toBe(keys.identity)
})

const pickKeys = ({ identity, rendering }: { identity: string; rendering: string }) => ({
  identity,
  rendering,
})

describe('GIF', () => {
  const plain = () => picture().gif().toBuffer()

  test('keeps its keys of before with no metadata, and the same ones with XMP and comments wherever they stand', async () => {
    const gif = await plain()
    const keys = await keysOf(gif)
    expect(keys.facts).toMatchObject({ widthPx: 48, heightPx: 32 })
    expect([keys.identity, keys.earlier]).toEqual([sha256(Buffer.concat([Buffer.from('gif\0'), gif])), null])
    const comment = Buffer.from('\x21\xfe\x05hello\x02!!\0', 'latin1')
    for (const block of [comment, Buffer.from('\x21\xfe\0', 'latin1'), gifXmp('<x/>'), gifXmp('')])
      for (const edited of [withGifBlock(gif, block), withGifBlock(gif, block, 'end')]) {
        const found = await keysOf(edited)
        expect(found).toMatchObject(pickKeys(keys))
        const whole = sha256(Buffer.concat([Buffer.from('gif\0'), edited]))
        expect(found.earlier?.identity.toString('hex')).toBe(whole)
      }
    const old = Buffer.concat([Buffer.from('GIF87a'), gif.subarray(6)])
    expect(await keysOf(old)).toMatchObject(pickKeys(keys))
  })

  test('has another identity with any byte of its image, and with one that is cut, damaged or goes on', async () => {
    const gif = await plain()
    const tagged = withGifBlock(gif, gifXmp('<x/>'))
    const start = tagged.indexOf(trailerOfGif) + trailerOfGif.length
    const seen = new Set([(await keysOf(tagged)).identity])
    const edits: Buffer[] = []
    for (let at = start; at < tagged.length; at += 7) {
      const bytes = Buffer.from(tagged)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      edits.push(bytes)
    }
    for (const cut of [1, 2, 40, tagged.length - 5]) edits.push(tagged.subarray(0, tagged.length - cut))
    edits.push(Buffer.concat([tagged, Buffer.of(0)]))
    for (const edited of edits) seen.add((await keysOf(edited)).identity)
    expect(seen.size).toBe(edits.length + 1)
  })
})

test('BMP has its size, whichever way its rows run', async () => {
  const bmp = Buffer.alloc(70)
  bmp.write('BM')
  for (const [at, value] of [
    [14, 40],
    [18, 5],
    [22, -3],
  ] as const)
    bmp.writeInt32LE(value, at)
  expect((await keysOf(bmp)).facts).toMatchObject({ widthPx: 5, heightPx: 3 })
})

test.each([
  ['a TIFF whose directories form a loop', tiffLoop()],
  ['a TIFF with the same strip four thousand times', tiffStrips()],
  ['a HEIC whose items lie in a billion places', heicExtents()],
  [
    'a PNG of chunks without data',
    Buffer.concat([pngStart(), ...Array.from({ length: 250_000 }, () => pngChunk('tEXt', Buffer.alloc(0)))]),
  ],
  ['a WebP without a picture', Buffer.from('RIFF\x10\0\0\0WEBPXMP \x04\0\0\0abcd', 'latin1')],
])('identifies %s by all its bytes', async (_name, bytes) => {
  const { identity, rendering } = await keysOf(bytes)
  expect([identity, rendering]).toEqual([sha256(bytes), sha256(bytes)])
})

function pngStart(): Buffer {
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), pngChunk('IHDR', Buffer.alloc(13, 1))])
}

function tiffLoop(): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write('II*\0\x08\0\0\0\x01\0', 'latin1')
  tiff.writeUInt16LE(256, 10)
  tiff.writeUInt16LE(3, 12)
  tiff.writeUInt32LE(1, 14)
  tiff.writeUInt16LE(16, 18)
  tiff.writeUInt32LE(8, 22)
  return tiff
}

/** Its strips add up to hundreds of times the size of the file, and lie all in the same place. */
function tiffStrips(): Buffer {
  const count = 4000
  const values = 8 + 2 + 24 + 4
  const tiff = Buffer.alloc(values + 8 * count + 100_000)
  tiff.write('II*\0\x08\0\0\0\x02\0', 'latin1')
  for (const [index, tag] of [273, 279].entries()) {
    const at = 10 + 12 * index
    tiff.writeUInt16LE(tag, at)
    tiff.writeUInt16LE(4, at + 2)
    tiff.writeUInt32LE(count, at + 4)
    tiff.writeUInt32LE(values + 4 * count * index, at + 8)
  }
  for (let strip = 0; strip < count; strip++) {
    tiff.writeUInt32LE(values + 8 * count, values + 4 * strip)
    tiff.writeUInt32LE(100_000, values + 4 * (count + strip))
  }
  return tiff
}

function heicExtents(): Buffer {
  const box = (type: string, body: Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(body.length + 8)
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, body])
  }
  // Offsets and lengths of no bytes: an item with 65,535 places takes six.
  const items = Array.from({ length: 20_000 }, (_, id) => Buffer.from([id >> 8, id & 255, 0, 0, 0xff, 0xff]))
  const head = Buffer.from([0, 0, 0, 0, 0, 0, items.length >> 8, items.length & 255])
  const meta = Buffer.concat([
    Buffer.alloc(4),
    box('pitm', Buffer.from([0, 0, 0, 0, 0, 1])),
    box('iinf', Buffer.alloc(6)),
    box('iloc', Buffer.concat([head, ...items])),
  ])
  return Buffer.concat([box('ftyp', Buffer.from('heic\0\0\0\0heic', 'latin1')), box('meta', meta)])
}
