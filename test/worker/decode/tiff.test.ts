// TIFFs of unusual kinds, written by hand: extra channels are ignored, and what is no picture of colours is refused.
import { describe, expect, test } from 'vitest'
import { fromDecoderError } from '../../../electron/worker/decode/photo-error.ts'
import { codeOf, colourOf, tempFile } from './helpers.ts'

interface Kind {
  readonly samples: number
  readonly bits?: number
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat?: number
  /** 1 grey, 2 RGB, 5 CMYK. */
  readonly photometric: number
  /** 0 unspecified, 2 transparency. */
  readonly extraSamples?: readonly number[]
  readonly compression?: number
  readonly isTiled?: boolean
}

const side = 16

/** A square TIFF, each pixel of which has the bytes `pixel`. */
function tiff(kind: Kind, pixel: readonly number[]): Buffer {
  const { samples, bits = 8, sampleFormat = 1, extraSamples = [], compression = 1, isTiled = false } = kind
  const data = Buffer.from(Array.from({ length: side * side }, () => pixel).flat())
  const dataAt = 8
  const bitsAt = dataAt + data.length
  const extraAt = bitsAt + 16
  const formatAt = extraAt + 16
  const list = (at: number, values: readonly number[]): number =>
    values.length > 2 ? at : (values[0] ?? 0) + ((values[1] ?? 0) << 16)
  const perSample = (value: number): number[] => Array.from({ length: samples }, () => value)
  const shorts: readonly (readonly [tag: number, count: number, value: number])[] = [
    [256, 1, side],
    [257, 1, side],
    [258, samples, list(bitsAt, perSample(bits))],
    [259, 1, compression],
    [262, 1, kind.photometric],
    ...(isTiled ? [] : ([[273, 1, dataAt]] as const)),
    [277, 1, samples],
    ...(isTiled
      ? []
      : ([
          [278, 1, side],
          [279, 1, data.length],
        ] as const)),
    ...(isTiled
      ? ([
          [322, 1, side],
          [323, 1, side],
          [324, 1, dataAt],
          [325, 1, data.length],
        ] as const)
      : []),
    ...(extraSamples.length > 0 ? ([[338, extraSamples.length, list(extraAt, extraSamples)]] as const) : []),
    [339, samples, list(formatAt, perSample(sampleFormat))],
  ]
  const directoryAt = formatAt + 16
  const file = Buffer.alloc(directoryAt + 6 + shorts.length * 12)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(directoryAt, 4)
  data.copy(file, dataAt)
  const write = (at: number, values: readonly number[]): void => {
    for (const [index, value] of values.entries()) file.writeUInt16LE(value, at + index * 2)
  }
  write(bitsAt, perSample(bits))
  write(extraAt, extraSamples)
  write(formatAt, perSample(sampleFormat))
  file.writeUInt16LE(shorts.length, directoryAt)
  for (const [index, [tag, count, value]] of shorts.entries()) {
    const at = directoryAt + 2 + index * 12
    write(at, [tag, 3])
    file.writeUInt32LE(count, at + 4)
    file.writeUInt32LE(value, at + 8)
  }
  return file
}

const rgb = { samples: 4, photometric: 2 }

describe('channels of a TIFF that are not transparency', () => {
  test.each([
    ['a saved selection', { ...rgb, extraSamples: [0] }, [200, 60, 30, 0], [200, 60, 30]],
    [
      'two saved selections',
      { ...rgb, samples: 5, extraSamples: [0, 0] },
      [200, 60, 30, 0, 9],
      [200, 60, 30],
    ],
    ['a selection beside grey', { samples: 2, photometric: 1, extraSamples: [0] }, [80, 0], [80, 80, 80]],
  ])('are ignored: %s', async (_name, kind, pixel, colour) => {
    expect(await colourOf(tempFile('extra.tif', tiff(kind, pixel)))).toEqual(colour)
  })

  test('do not take transparency away where it is meant', async () => {
    const file = tiff({ ...rgb, extraSamples: [2] }, [200, 60, 30, 0])
    expect(await colourOf(tempFile('alpha.tif', file))).toEqual([255, 255, 255])
  })
})

describe('a TIFF that no right picture comes out of', () => {
  test.each([
    ['floating-point grey', { samples: 1, photometric: 1, bits: 32, sampleFormat: 3 }, [0, 0, 0, 63]],
    ['32-bit grey', { samples: 1, photometric: 1, bits: 32 }, [1, 2, 3, 4]],
    ['signed grey', { samples: 1, photometric: 1, sampleFormat: 2 }, [129]],
    ['old-style JPEG in tiles', { samples: 3, photometric: 6, compression: 6, isTiled: true }, [1, 2, 3]],
    ['LZMA', { samples: 3, photometric: 2, compression: 34_925 }, [1, 2, 3]],
    ['Zstandard', { samples: 3, photometric: 2, compression: 50_000 }, [1, 2, 3]],
    ['CIELAB', { samples: 3, photometric: 8, compression: 8 }, [1, 2, 3]],
  ])('fails as unsupported: %s', async (_name, kind, pixel) => {
    expect(await codeOf(tempFile('kind.tif', tiff(kind, pixel)))).toBe('unsupported')
  })
})

test('what a TIFF lacks does not make its file be gone', () => {
  const error = fromDecoderError(
    new Error('tiff2vips: TIFF directory is missing required "ImageLength" field'),
  )
  expect(error.code).toBe('corrupt')
})
