// Every photo of the awkward collection does what it should: decode rightly or fail for the right reason.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodePhoto } from '../../../electron/worker/decode/decode-photo.ts'
import { awkwardDir, codeOf, cropped, difference, hasPhotos, photosHint } from './helpers.ts'

const sizes: Readonly<Record<string, readonly [number, number]>> = {
  '2569067123_aca715a2ee_o.jpg': [2725, 2225],
  '4.webp': [1024, 772],
  'Channel_digital_image_CMYK_color.jpg': [500, 333],
  'Crash_test.gif': [800, 533],
  'Flag_of_the_Netherlands-16bit.png': [900, 600],
  'Landscape_1.jpg': [600, 450],
  'Landscape_3.jpg': [600, 450],
  'Landscape_5.jpg': [600, 450],
  'Landscape_6.jpg': [600, 450],
  'Landscape_8.jpg': [600, 450],
  'Portrait_1.jpg': [450, 600],
  'Portrait_6.jpg': [450, 600],
  'Portrait_8.jpg': [450, 600],
  'animated-loop-3.webp': [370, 285],
  'concert.jpg': [400, 267],
  'example.heic': [1280, 854],
  'flowers.jpeg': [1920, 1080],
  'grey-8bit-alpha.png': [400, 300],
  'rotating-squares.gif': [80, 80],
  'sdr_cosmos12920_cicp1-13-6_yuv444_full_qp10.avif': [2048, 858],
}
const failures: Readonly<Record<string, string>> = {
  'corrupt-header.jpg': 'truncated',
  'relax.jp2': 'unsupported',
  'truncated.jpg': 'truncated',
  'truncated.png': 'truncated',
}

const pixelsOf = async (name: string): Promise<Uint8Array> =>
  (await decodePhoto(join(awkwardDir, name), cropped)).pixels

function meanOfChannels(pixels: Uint8Array): number[] {
  const sums = [0, 0, 0]
  pixels.forEach((value, at) => (sums[at % 3] = (sums[at % 3] ?? 0) + value))
  return sums.map((sum) => Math.round(sum / (pixels.length / 3)))
}

describe.skipIf(!hasPhotos)(`awkward photos${photosHint}`, () => {
  it('has an expectation for every file', () => {
    const names = readdirSync(awkwardDir).toSorted()
    expect(names).toEqual([...Object.keys(sizes), ...Object.keys(failures)].toSorted())
  })

  it.each(Object.entries(sizes))('decodes %s', async (name, [widthPx, heightPx]) => {
    const photo = await decodePhoto(join(awkwardDir, name), cropped)
    expect([photo.widthPx, photo.heightPx, photo.pixels.length]).toEqual([widthPx, heightPx, 224 * 224 * 3])
    // Not one flat colour: something was really decoded.
    expect(new Set(photo.pixels).size).toBeGreaterThan(5)
  })

  it.each(Object.entries(failures))('refuses %s as %s', async (name, code) => {
    expect(await codeOf(join(awkwardDir, name))).toBe(code)
  })

  it.each(['Landscape_3', 'Landscape_5', 'Landscape_6', 'Landscape_8'])(
    '%s is turned upright',
    async (name) => {
      const upright = await pixelsOf('Landscape_1.jpg')
      expect(difference(await pixelsOf(`${name}.jpg`), upright).mean).toBeLessThan(6)
    },
  )

  it.each(['Portrait_6', 'Portrait_8'])('%s is turned upright', async (name) => {
    const upright = await pixelsOf('Portrait_1.jpg')
    expect(difference(await pixelsOf(`${name}.jpg`), upright).mean).toBeLessThan(6)
  })

  it('tells different photos apart by the same measure', async () => {
    const [landscape, portrait] = await Promise.all([pixelsOf('Landscape_1.jpg'), pixelsOf('Portrait_1.jpg')])
    expect(difference(landscape, portrait).mean).toBeGreaterThan(25)
  })

  it('reads 16 bits: the red, white and blue of the Dutch flag', async () => {
    const pixels = await pixelsOf('Flag_of_the_Netherlands-16bit.png')
    const at = (row: number): number[] => [
      ...pixels.subarray((row * 224 + 112) * 3, (row * 224 + 112) * 3 + 3),
    ]
    expect(at(20)).toEqual([174, 28, 40])
    expect(at(112)).toEqual([255, 255, 255])
    expect(at(200)).toEqual([33, 70, 139])
  })

  it('makes grey photos equal in all channels', async () => {
    const [red, green, blue] = meanOfChannels(await pixelsOf('concert.jpg'))
    expect([green, blue]).toEqual([red, red])
  })
})
