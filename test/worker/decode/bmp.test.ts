// Windows bitmaps of every kind, made by hand byte by byte.
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { codeOf, exactly, tempFile } from './helpers.ts'

interface BmpParts {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly compression?: number
  /** After the header: masks and palette. */
  readonly tables?: readonly number[]
  readonly rows: readonly number[]
}

const word = (value: number): number[] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  value >>> 24,
]

function bmp({ width, height, bits, compression = 0, tables = [], rows }: BmpParts): Buffer {
  const pixelsAt = 54 + tables.length
  return Buffer.from([
    ...[0x42, 0x4d, ...word(pixelsAt + rows.length), ...word(0), ...word(pixelsAt)],
    ...[...word(40), ...word(width), ...word(height), 1, 0, bits, 0, ...word(compression)],
    ...[...word(0), ...word(2835), ...word(2835), ...word(0), ...word(0)],
    ...tables,
    ...rows,
  ])
}

const red = [255, 0, 0]
const green = [0, 255, 0]
const blue = [0, 0, 255]
const white = [255, 255, 255]
const black = [0, 0, 0]
const palette = [black, red, green, blue, white].flatMap(([r = 0, g = 0, b = 0]) => [b, g, r, 0])

// A picture of 3 x 2: red green blue above white black red. The file holds the lower row first.
const picture = [red, green, blue, white, black, red].flat()
const upper24 = [0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0]
const lower24 = [255, 255, 255, 0, 0, 0, 0, 0, 255, 0, 0, 0]
const half = (...values: number[]): number[] => values.flatMap((value) => [value & 255, value >>> 8])

const size = { width: 3, height: 2 }
const variants: Readonly<Record<string, BmpParts>> = {
  '24-bit': { ...size, bits: 24, rows: [...lower24, ...upper24] },
  '24-bit top-down': { width: 3, height: -2, bits: 24, rows: [...upper24, ...lower24] },
  '32-bit': {
    ...size,
    bits: 32,
    rows: [white, black, red, red, green, blue].flatMap(([r = 0, g = 0, b = 0]) => [b, g, r, 0]),
  },
  '32-bit with masks': {
    ...size,
    bits: 32,
    compression: 3,
    tables: [...word(0xff), ...word(0xff00), ...word(0xff0000)],
    rows: [white, black, red, red, green, blue].flatMap((colour) => [...colour, 0]),
  },
  '16-bit (555)': {
    ...size,
    bits: 16,
    rows: [...half(0x7fff, 0, 0x7c00, 0), ...half(0x7c00, 0x03e0, 0x001f, 0)],
  },
  '16-bit (565)': {
    ...size,
    bits: 16,
    compression: 3,
    tables: [...word(0xf800), ...word(0x07e0), ...word(0x001f)],
    rows: [...half(0xffff, 0, 0xf800, 0), ...half(0xf800, 0x07e0, 0x001f, 0)],
  },
  '8-bit': { ...size, bits: 8, tables: palette, rows: [4, 0, 1, 0, 1, 2, 3, 0] },
  '4-bit': { ...size, bits: 4, tables: palette, rows: [0x40, 0x10, 0, 0, 0x12, 0x30, 0, 0] },
  '8-bit RLE': {
    ...size,
    bits: 8,
    compression: 1,
    tables: palette,
    // Literal of three (padded), end of line, three runs of one, end.
    rows: [0, 3, 4, 0, 1, 0, 0, 0, 1, 1, 1, 2, 1, 3, 0, 1],
  },
  '4-bit RLE': {
    ...size,
    bits: 4,
    compression: 2,
    tables: palette,
    // A run of white and black, a run of one, end of line, literal of three, end.
    rows: [2, 0x40, 1, 0x10, 0, 0, 0, 3, 0x12, 0x30, 0, 1],
  },
}

describe('BMP', () => {
  test.each(Object.entries(variants))('%s decodes to the right pixels', async (_name, parts) => {
    const photo = await decodePhotoAt(tempFile('picture.bmp', bmp(parts)), exactly(3, 2))
    expect([photo.widthPx, photo.heightPx]).toEqual([3, 2])
    expect([...photo.pixels]).toEqual(picture)
  })

  test('of a single pixel decodes', async () => {
    const bytes = bmp({ width: 1, height: 1, bits: 24, rows: [0, 0, 255, 0] })
    const photo = await decodePhotoAt(tempFile('pixel.bmp', bytes), exactly(1, 1))
    expect([...photo.pixels]).toEqual(red)
  })

  test('of 1 bit decodes by its palette', async () => {
    const parts = {
      ...size,
      bits: 1,
      tables: [0, 0, 0, 0, 255, 255, 255, 0],
      rows: [0b10100000, 0, 0, 0, 0b01100000, 0, 0, 0],
    }
    const photo = await decodePhotoAt(tempFile('bits.bmp', bmp(parts)), exactly(3, 2))
    expect([...photo.pixels]).toEqual([black, white, white, white, black, white].flat())
  })

  test('with alpha in use is flattened onto white', async () => {
    const header = bmp({
      width: 1,
      height: 1,
      bits: 32,
      compression: 6,
      tables: [...word(0xff0000), ...word(0xff00), ...word(0xff), ...word(0xff000000)],
      rows: [0, 0, 255, 127],
    })
    const photo = await decodePhotoAt(tempFile('alpha.bmp', header), exactly(1, 1))
    expect([...photo.pixels]).toEqual([255, 128, 128])
  })

  test.each(Object.entries(variants))('%s cut short fails as truncated', async (_name, parts) => {
    const bytes = bmp(parts)
    expect(await codeOf(tempFile('cut.bmp', bytes.subarray(0, bytes.length - 2)))).toBe('truncated')
  })

  test('rejects unsupported variants and impossible sizes', async () => {
    const plain = { ...size, bits: 24, rows: [...lower24, ...upper24] }
    expect(await codeOf(tempFile('jpeg-inside.bmp', bmp({ ...plain, compression: 4 })))).toBe('unsupported')
    expect(await codeOf(tempFile('2-bit.bmp', bmp({ ...plain, bits: 2 })))).toBe('unsupported')
    expect(await codeOf(tempFile('huge.bmp', bmp({ ...plain, width: 90_000, height: 90_000 })))).toBe(
      'too-large',
    )
    expect(await codeOf(tempFile('flat.bmp', bmp({ ...plain, width: 0 })))).toBe('corrupt')
  })
})
