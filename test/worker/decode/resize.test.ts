// Sizes, crops and resampling agree with torchvision and PIL; tensors are right to the digit.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { planResize } from '../../../electron/worker/decode/resize-plan.ts'
import { toTensor } from '../../../electron/worker/decode/to-tensor.ts'
import {
  edgeCasesDir,
  cropped,
  difference,
  exactly,
  hasPhotos,
  objectsDir,
  photosHint,
  stretched,
  tempFile,
} from './helpers.ts'
import { referencePixels } from './pil-reference.ts'

describe('planResize', () => {
  const plan = (width: number, height: number, sizePx: number) =>
    planResize(width, height, { ...cropped, resize: { rule: 'shortest-edge', sizePx } })

  test('rounds the long side down', () => {
    expect(plan(500, 333, 256)).toEqual({
      widthPx: 384,
      heightPx: 256,
      crop: { left: 80, top: 16, width: 224, height: 224 },
    })
    expect(plan(333, 500, 256)).toMatchObject({ widthPx: 256, heightPx: 384 })
  })

  test('rounds half an offset to the even neighbour, as Python does', () => {
    // (337 - 224) / 2 = 56.5 and (339 - 224) / 2 = 57.5
    expect(plan(337, 224, 224).crop.left).toBe(56)
    expect(plan(339, 224, 224).crop.left).toBe(58)
  })

  test('centres a crop that is larger than the resized photo, as torchvision pads', () => {
    expect(plan(500, 333, 200)).toMatchObject({ widthPx: 300, heightPx: 200, crop: { left: 38, top: -12 } })
  })
})

async function fullPixels(path: string) {
  const image = sharp(path, { ignoreIcc: true }).autoOrient().toColourspace('srgb').removeAlpha()
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

describe.skipIf(!hasPhotos)(`resampling on real photos${photosHint}`, () => {
  const photos = hasPhotos
    ? readdirSync(objectsDir)
        .filter((name) => name.endsWith('.jpg'))
        .slice(0, 40)
    : []

  test.each([
    ['shortest edge, bicubic', cropped],
    ['exact, bilinear', stretched],
  ] as const)('agrees with PIL for %s', async (_name, preprocessing) => {
    let compared = 0
    for (const name of photos) {
      const path = join(objectsDir, name)
      // Photos with a profile are converted, which PIL leaves to the caller.
      if ((await sharp(path).metadata()).hasProfile) continue
      const reference = referencePixels(await fullPixels(path), preprocessing)
      const { pixels } = await decodePhotoAt(path, preprocessing)
      const { mean, max } = difference(pixels, reference)
      expect(mean, name).toBeLessThan(0.5)
      expect(max, name).toBeLessThanOrEqual(16)
      compared++
    }
    expect(compared).toBeGreaterThan(20)
  })

  test.each([
    ['off', 0.5],
    ['careful', 1.2],
    ['fast', 3],
  ] as const)('a camera photo differs little with shrink-on-load %s', async (shrinkOnLoad, most) => {
    const path = join(edgeCasesDir, '2569067123_aca715a2ee_o.jpg')
    const reference = referencePixels(await fullPixels(path), cropped)
    const { pixels } = await decodePhotoAt(path, cropped, { shrinkOnLoad })
    expect(difference(pixels, reference).mean).toBeLessThan(most)
  })
})

describe('resampling', () => {
  // A slope in red, a slope in green and a chequered blue: any shift or blur shows.
  const pattern = (width: number, height: number): Buffer =>
    Buffer.from(
      Array.from({ length: width * height }, (_, n) => {
        const x = n % width
        const y = Math.floor(n / width)
        return [(x * 255) / width, (y * 255) / height, (x + y) % 2 === 0 ? 200 : 60]
      }).flat(),
    )

  test.each([
    [40, 30],
    [30, 400],
    [400, 30],
    [224, 100],
  ])('enlarges a photo of %i x %i as PIL does', async (width, height) => {
    const data = pattern(width, height)
    const path = tempFile(
      'small.png',
      await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer(),
    )
    for (const preprocessing of [cropped, stretched]) {
      const { pixels } = await decodePhotoAt(path, preprocessing)
      expect(difference(pixels, referencePixels({ width, height, data }, preprocessing)).mean).toBeLessThan(
        0.5,
      )
    }
  })

  test('leaves the pixels of a photo of the right size unchanged', async () => {
    const data = pattern(20, 10)
    const path = tempFile(
      'same.png',
      await sharp(data, { raw: { width: 20, height: 10, channels: 3 } })
        .png()
        .toBuffer(),
    )
    expect(Buffer.compare((await decodePhotoAt(path, exactly(20, 10))).pixels, data)).toBe(0)
  })
})

describe('toTensor', () => {
  const preprocessing = { ...exactly(2, 1), mean: [0.5, 0.25, 0], std: [0.5, 0.25, 2] } as const

  test('separates the channels and normalises each', () => {
    const out = new Float32Array(8).fill(9)
    toTensor(Uint8Array.of(0, 255, 51, 255, 0, 102), preprocessing, out, 1)
    const expected = [9, -1, 1, 3, -1, 0.1, 0.2, 9]
    out.forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] ?? NaN, 6)
    })
  })

  test('rejects pixels and tensors of the wrong length', () => {
    expect(() => toTensor(new Uint8Array(5), preprocessing, new Float32Array(6), 0)).toThrow(RangeError)
    expect(() => toTensor(new Uint8Array(6), preprocessing, new Float32Array(6), 1)).toThrow(RangeError)
  })
})
