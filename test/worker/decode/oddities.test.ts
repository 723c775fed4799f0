// Sound photos with odd files around their pixels are read as every viewer reads them; what is missing is told.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { decodeJpeg2000 } from '../../../electron/worker/decode/jpeg2000.ts'
import { readItems } from '../../../electron/worker/decode/iso-boxes.ts'
import { damagePhotosDir, damagesOf } from './damage/damages.ts'
import { codeOf, cropped, difference, exactly, tempFile } from './helpers.ts'

const photo = (name: string): Buffer => readFileSync(join(damagePhotosDir, name))
const own = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'photos', name))

async function pixelsOf(bytes: Buffer, name: string): Promise<Uint8Array> {
  return (await decodePhotoAt(tempFile(name, bytes), cropped)).pixels
}

/** The colour at a point of a decoded file, in shares of its size. */
async function colourAt(bytes: Buffer, name: string, x: number, y: number): Promise<number[]> {
  const { pixels } = await decodePhotoAt(tempFile(name, bytes), exactly(16, 16))
  const at = (Math.floor(y * 16) * 16 + Math.floor(x * 16)) * 3
  return [...pixels.subarray(at, at + 3)]
}

function inserted(bytes: Buffer, at: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)])
}

const isTurn = ({ type }: { readonly type: string }) => type === 'irot'

/** Where a JPEG's segment with this marker begins. */
const segmentAt = (bytes: Buffer, marker: number): number => bytes.indexOf(Buffer.of(0xff, marker))

describe('a JPEG', () => {
  const baseline = photo('baseline.jpg')

  test.each([
    ['5 bytes', Buffer.from('odd!!')],
    ['255 bytes', Buffer.alloc(255, 7)],
    ['an escaped 255', Buffer.of(0xff, 0x00, 0xff, 0x00)],
  ])('with %s between its segments is decoded as without them', async (_name, bytes) => {
    const odd = inserted(baseline, segmentAt(baseline, 0xdb), bytes)
    expect(difference(await pixelsOf(odd, 'odd.jpg'), await pixelsOf(baseline, 'whole.jpg')).max).toBe(0)
  })

  test('with bytes between its segments still fails where pixels are missing', async () => {
    const odd = inserted(baseline, segmentAt(baseline, 0xdb), Buffer.from('odd!!'))
    expect(await codeOf(tempFile('cut.jpg', odd.subarray(0, odd.length - 300)))).not.toBe('decoded')
  })

  test.each(['baseline.jpg', 'progressive.jpg', 'grey.jpg'])(
    'that lacks only its last two bytes is labelled (%s)',
    async (name) => {
      const whole = photo(name)
      for (const missing of [1, 2]) {
        const cut = whole.subarray(0, whole.length - missing)
        expect(difference(await pixelsOf(cut, name), await pixelsOf(whole, name)).max).toBe(0)
      }
    },
  )

  test('that lacks whole scans fails, although each scan that is there is whole', async () => {
    const whole = photo('progressive.jpg')
    const lastScan = whole.lastIndexOf(Buffer.of(0xff, 0xda))
    expect(await codeOf(tempFile('scans.jpg', whole.subarray(0, lastScan)))).not.toBe('decoded')
  })

  test('with a hole in its last rows fails, whatever the crop', async () => {
    const holed = Buffer.from(photo('grey.jpg'))
    holed.fill(0, holed.length - 120, holed.length - 60)
    expect(await codeOf(tempFile('hole.jpg', holed))).not.toBe('decoded')
  })
})

describe('a GIF', () => {
  const gif = photo('plain.gif')

  test('whose data breaks off inside fails', async () => {
    const zeroTail = Buffer.from(gif).fill(0, Math.floor(gif.length * 0.7))
    expect(await codeOf(tempFile('zeros.gif', zeroTail))).toBe('truncated')
  })

  test('is labelled by its first picture, whatever follows', async () => {
    const animated = photo('animated.gif')
    const cut = animated.subarray(0, animated.length * 0.8)
    expect(difference(await pixelsOf(cut, 'cut.gif'), await pixelsOf(animated, 'whole.gif')).max).toBe(0)
  })
})

describe('a PNG', () => {
  test.each([0, 4, 12, 14])('whose last %i bytes are missing is labelled', async (missing) => {
    const whole = photo('plain.png')
    const cut = whole.subarray(0, whole.length - missing)
    expect(difference(await pixelsOf(cut, 'cut.png'), await pixelsOf(whole, 'whole.png')).max).toBe(0)
  })
})

describe('an AVIF', () => {
  test('that is animated is labelled by its first picture', async () => {
    const [red = 0, , blue = 255] = await colourAt(own('animated.avif'), 'animated.avif', 0.5, 0.5)
    expect([red > 180, blue < 60]).toEqual([true, true])
  })

  test.each([
    ['as its container says', (bytes: Buffer) => bytes],
    [
      'as its data says',
      (bytes: Buffer) => bytes.fill('free', bytes.indexOf('colr'), bytes.indexOf('colr') + 4),
    ],
  ])('in grey of limited range is stretched to black and white, %s', async (_name, change) => {
    const grey = change(own('grey-limited.avif'))
    // Pillow reads 0 and 255; the coded values are 16 and 235.
    expect(Math.max(...(await colourAt(grey, 'grey.avif', 0.2, 0.5)))).toBeLessThan(4)
    expect(Math.min(...(await colourAt(grey, 'grey.avif', 0.8, 0.5)))).toBeGreaterThan(251)
  })

  test('has its transparency turned with its colours', async () => {
    const turned = own('turned.avif')
    expect(await colourAt(turned, 'turned.avif', 0.5, 0.2)).toEqual([255, 255, 255])
    const [, , blue = 0] = await colourAt(turned, 'turned.avif', 0.9, 0.8)
    expect(blue).toBeGreaterThan(200)
    expect((await colourAt(turned, 'turned.avif', 0.1, 0.8))[0]).toBeLessThan(60)
  })

  test('whose colours alone are transformed twice is refused', async () => {
    const twice = own('turned.avif')
    const primary = readItems(twice)?.items.find(({ properties }) => properties.some(isTurn))
    const [turn, spare] = [
      primary?.properties.find(isTurn),
      primary?.properties.find(({ type }) => type === 'pixi'),
    ]
    twice.writeUInt8(twice.readUInt8(turn?.linkAt ?? -1), spare?.linkAt ?? -1)
    expect(await codeOf(tempFile('twice.avif', twice))).toBe('unsupported')
  })

  test('that leaves its colours open keeps the range that it names', async () => {
    // The coded data says limited; the container has the last word.
    const named = own('turned.avif')
    const colours = named.indexOf('nclx') + 4
    named.writeUInt8(0x80, colours + 6)
    const open = Buffer.from(named)
    for (const at of [0, 2, 4]) open.writeUInt16BE(2, colours + at)
    const [a, b] = [await pixelsOf(named, 'named.avif'), await pixelsOf(open, 'open.avif')]
    expect(difference(a, b).mean).toBeLessThan(0.5)
  })
})

test('a BMP whose pixels begin before its palette fails', async () => {
  const bmp = Buffer.from(photo('palette.bmp'))
  bmp.writeUInt32LE(54, 10)
  bmp.writeUInt32LE(256, 46)
  expect(await codeOf(tempFile('palette.bmp', bmp))).toBe('corrupt')
})

test.each(['plain.jxl', 'plain.jp2'])('%s looks like the photo that it was made of', async (name) => {
  const { mean } = difference(
    await pixelsOf(photo(name), name),
    await pixelsOf(photo('plain.png'), 'plain.png'),
  )
  expect(mean).toBeLessThan(5)
  expect(await codeOf(tempFile(name, photo(name)), { maxPixels: 192 * 128 - 1 })).toBe('too-large')
})

describe('zero bytes in a JPEG', () => {
  const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../../docs/samples', name))

  test.each(['coffee.jpg', 'fig in a bowl.jpg'])(
    'in place of pixels are damage, of which libjpeg says nothing in %s',
    async (name) => {
      const holed = sample(name)
      holed.fill(0, holed.length >> 1, (holed.length >> 1) + 512)
      expect(await codeOf(tempFile(name, holed))).toBe('corrupt')
    },
  )

  test('before the end mark and in plain areas are none', async () => {
    const whole = sample('coffee.jpg')
    const filled = inserted(whole, whole.lastIndexOf(Buffer.of(0xff, 0xd9)), Buffer.alloc(2000))
    expect(await pixelsOf(filled, 'filled.jpg')).toEqual(await pixelsOf(whole, 'whole.jpg'))
    const grey = sharp({ create: { width: 4000, height: 4000, channels: 3, background: '#808080' } })
    const plain = await grey.jpeg({ optimizeCoding: true }).toBuffer()
    expect(plain.includes(Buffer.alloc(512))).toBe(true)
    expect(await colourAt(plain, 'plain.jpg', 0.5, 0.5)).toEqual([128, 128, 128])
  })
})

describe('a JPEG 2000', () => {
  const unlimited = () => undefined

  test('is decoded at half and a quarter of its size, as far as it is stored in such sizes, else whole', async () => {
    const sizes = [0, 1, 2, 9].map((halvings) => decodeJpeg2000(photo('plain.jp2'), unlimited, halvings))
    const found = (await Promise.all(sizes)).map(({ widthPx, heightPx }) => [widthPx, heightPx])
    expect(found).toEqual([
      [192, 128],
      [96, 64],
      [48, 32],
      [192, 128],
    ])
  })

  test('that is decoded at a part of its size looks the same, and keeps its own size', async () => {
    const file = tempFile('plain.jp2', photo('plain.jp2'))
    const small = exactly(24, 16)
    const whole = await decodePhotoAt(file, small, { shrinkOnLoad: 'off' })
    const shrunk = await decodePhotoAt(file, small)
    expect(shrunk).toMatchObject({ widthPx: 192, heightPx: 128 })
    expect(shrunk.pixels).not.toEqual(whole.pixels)
    expect(difference(shrunk.pixels, whole.pixels).mean).toBeLessThan(2)
  })

  test('that is damaged is refused at a part of its size where it is refused whole', async () => {
    const isDecoded = (bytes: Buffer, halvings: number) =>
      decodeJpeg2000(bytes, unlimited, halvings).then(
        () => true,
        () => false,
      )
    for (const [seed, bytes] of damagesOf(photo('plain.jp2')).entries())
      expect([seed, await isDecoded(bytes, 2)]).toEqual([seed, await isDecoded(bytes, 0)])
  })
})
