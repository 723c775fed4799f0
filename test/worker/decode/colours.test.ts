// Colours: profiles, CMYK, 16 bits, grey and transparency all become plain sRGB.
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { isSrgbProfile } from '../../../electron/worker/decode/icc.ts'
import { colourOf, cropped, exactly, tempFile } from './helpers.ts'

const colour = { r: 200, g: 60, b: 60 }
const plain = (channels: 3 | 4 = 3, alpha = 1) =>
  sharp({ create: { width: 64, height: 48, channels, background: { ...colour, alpha } } })

function expectNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const far = actual.some((value, at) => Math.abs(value - (expected[at] ?? NaN)) > tolerance)
  expect(far, `${actual.join()} is not within ${tolerance} of ${expected.join()}`).toBe(false)
}

describe('colours', () => {
  test('keeps sRGB as it is, with and without a profile', async () => {
    const png = tempFile('plain.png', await plain().png().toBuffer())
    const tagged = tempFile('tagged.png', await plain().withIccProfile('srgb').png().toBuffer())
    expect(await colourOf(png)).toEqual([200, 60, 60])
    expect(await colourOf(tagged)).toEqual([200, 60, 60])
  })

  test.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('converts Display P3 (%s)', async (format) => {
    const bytes = await plain().withIccProfile('p3').toFormat(format, { quality: 100 }).toBuffer()
    const stored = [...(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3)]
    expectNear(stored, [184, 70, 65], 2)
    expectNear(await colourOf(tempFile(`p3.${format}`, bytes)), [200, 60, 60], 2)
  })

  test.each(['srgb', 'p3'])('converts 16-bit photos with a profile (%s)', async (profile) => {
    const bytes = await plain().toColourspace('rgb16').withIccProfile(profile).png().toBuffer()
    const { depth, icc } = await sharp(bytes).metadata()
    expect([depth, icc === undefined]).toEqual(['ushort', false])
    expectNear(await colourOf(tempFile('deep.png', bytes)), [200, 60, 60], 1)
  })

  test('reads 16-bit photos without a profile as sRGB', async () => {
    const bytes = await plain().toColourspace('rgb16').png().toBuffer()
    expect(await colourOf(tempFile('deep.png', bytes))).toEqual([200, 60, 60])
  })

  test.each([
    ['with a profile', true],
    ['without', false],
  ])('converts CMYK %s', async (_name, isTagged) => {
    const image = plain().toColourspace('cmyk')
    const bytes = await (isTagged ? image.withIccProfile('cmyk') : image).jpeg({ quality: 100 }).toBuffer()
    const { space, hasProfile } = await sharp(bytes).metadata()
    expect([space, hasProfile]).toEqual(['cmyk', isTagged])
    // Print inks have no exact counterpart of this red.
    expectNear(await colourOf(tempFile('inks.jpg', bytes)), [200, 55, 55], 16)
  })

  test('distinguishes sRGB profiles from others', async () => {
    const profileOf = async (name: string): Promise<Buffer> =>
      (await sharp(await plain().withIccProfile(name).png().toBuffer()).metadata()).icc ?? Buffer.alloc(0)
    expect(isSrgbProfile(await profileOf('srgb'))).toBe(true)
    expect(isSrgbProfile(await profileOf('p3'))).toBe(false)
    expect(isSrgbProfile(Buffer.alloc(500))).toBe(false)
  })

  test('flattens transparent pictures onto white', async () => {
    expectNear(await colourOf(tempFile('half.png', await plain(4, 0.5).png().toBuffer())), [227, 157, 157], 1)
    expect(await colourOf(tempFile('none.webp', await plain(4, 0).webp().toBuffer()))).toEqual([
      255, 255, 255,
    ])
  })

  test('repeats grey in three channels', async () => {
    const bytes = await plain().greyscale().png().toBuffer()
    const [red, green, blue] = await colourOf(tempFile('grey.png', bytes))
    expect([green, blue]).toEqual([red, red])
  })
})

describe('several pictures in one file', () => {
  const two = async (format: 'gif' | 'webp' | 'tiff') => {
    const pages = ['red', 'blue'].map((background) =>
      sharp({ create: { width: 32, height: 32, channels: 3, background } })
        .png()
        .toBuffer(),
    )
    return sharp(await Promise.all(pages), { join: { animated: true } })
      .toFormat(format)
      .toBuffer()
  }

  test.each(['gif', 'webp', 'tiff'] as const)('decodes the first picture of a %s', async (format) => {
    const bytes = await two(format)
    expect((await sharp(bytes).metadata()).pages).toBe(2)
    const photo = await decodePhotoAt(tempFile(`two.${format}`, bytes), exactly(8, 8))
    expect([photo.widthPx, photo.heightPx]).toEqual([32, 32])
    expectNear([...photo.pixels.subarray(0, 3)], [255, 0, 0], 3)
  })
})

test('a file with a wrong extension is decoded by its content', async () => {
  const path = tempFile('really-png.jpg', await plain().png().toBuffer())
  const photo = await decodePhotoAt(path, cropped)
  expect([photo.widthPx, photo.heightPx]).toEqual([64, 48])
})
