// Photos with unusual formats and headers: each decodes correctly or fails for the right reason.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { edgeCasesDir, codeOf, cropped, difference, hasPhotos, photosHint } from './helpers.ts'

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
  'relax.jp2': [320, 240],
  'rotating-squares.gif': [80, 80],
  'sdr_cosmos12920_cicp1-13-6_yuv444_full_qp10.avif': [2048, 858],
}
const failures: Readonly<Record<string, string>> = {
  'corrupt-header.jpg': 'truncated',
  'truncated.jpg': 'truncated',
  'truncated.png': 'truncated',
}

const pixelsOf = async (name: string): Promise<Uint8Array> =>
  (await decodePhotoAt(join(edgeCasesDir, name), cropped)).pixels

function meanOfChannels(pixels: Uint8Array): number[] {
  const sums = [0, 0, 0]
  pixels.forEach((value, at) => (sums[at % 3] = (sums[at % 3] ?? 0) + value))
  return sums.map((sum) => Math.round(sum / (pixels.length / 3)))
}

describe.skipIf(!hasPhotos)(`edge cases${photosHint}`, () => {
  test('has an expectation for every file', () => {
    const names = readdirSync(edgeCasesDir).toSorted()
    expect(names).toEqual([...Object.keys(sizes), ...Object.keys(failures)].toSorted())
  })

  test.each(Object.entries(sizes))('decodes %s', async (name, [widthPx, heightPx]) => {
    const photo = await decodePhotoAt(join(edgeCasesDir, name), cropped)
    expect([photo.widthPx, photo.heightPx, photo.pixels.length]).toEqual([widthPx, heightPx, 224 * 224 * 3])
    // Not one flat colour: something was really decoded.
    expect(new Set(photo.pixels).size).toBeGreaterThan(5)
  })

  test.each(Object.entries(failures))('rejects %s as %s', async (name, code) => {
    expect(await codeOf(join(edgeCasesDir, name))).toBe(code)
  })

  test.each(['Landscape_3', 'Landscape_5', 'Landscape_6', 'Landscape_8'])(
    '%s is rotated upright',
    async (name) => {
      const upright = await pixelsOf('Landscape_1.jpg')
      expect(difference(await pixelsOf(`${name}.jpg`), upright).mean).toBeLessThan(6)
    },
  )

  test.each(['Portrait_6', 'Portrait_8'])('%s is rotated upright', async (name) => {
    const upright = await pixelsOf('Portrait_1.jpg')
    expect(difference(await pixelsOf(`${name}.jpg`), upright).mean).toBeLessThan(6)
  })

  test('the same measure distinguishes different photos', async () => {
    const [landscape, portrait] = await Promise.all([pixelsOf('Landscape_1.jpg'), pixelsOf('Portrait_1.jpg')])
    expect(difference(landscape, portrait).mean).toBeGreaterThan(25)
  })

  test('decodes 16-bit colours: the red, white and blue of the Dutch flag', async () => {
    const pixels = await pixelsOf('Flag_of_the_Netherlands-16bit.png')
    const at = (row: number): number[] => [
      ...pixels.subarray((row * 224 + 112) * 3, (row * 224 + 112) * 3 + 3),
    ]
    expect(at(20)).toEqual([174, 28, 40])
    expect(at(112)).toEqual([255, 255, 255])
    expect(at(200)).toEqual([33, 70, 139])
  })

  test('makes grey photos equal in all channels', async () => {
    const [red, green, blue] = meanOfChannels(await pixelsOf('concert.jpg'))
    expect([green, blue]).toEqual([red, red])
  })
})
