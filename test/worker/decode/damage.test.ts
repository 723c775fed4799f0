// Damaged, hostile and oversized files fail with the right reason, and never come out as grey or foreign pixels.
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { PhotoError } from '../../../electron/worker/decode/photo-error.ts'
import { edgeCasesDir, codeOf, cropped, difference, hasPhotos, photosHint, tempFile } from './helpers.ts'

/** Noise, always the same, so that every part of a file matters and no run differs from another. */
function noise(width = 300, height = 200): Sharp {
  let state = 1
  const bytes = Buffer.alloc(width * height * 3).map(() => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state >>> 16
  })
  return sharp(bytes, { raw: { width, height, channels: 3 } })
}

const writers: Readonly<Record<string, () => Promise<Buffer>>> = {
  jpeg: () => noise().jpeg().toBuffer(),
  'progressive jpeg': () => noise().jpeg({ progressive: true }).toBuffer(),
  png: () => noise().png().toBuffer(),
  'interlaced png': () => noise().png({ progressive: true }).toBuffer(),
  webp: () => noise().webp().toBuffer(),
  'lossless webp': () => noise().webp({ lossless: true }).toBuffer(),
  gif: () => noise().gif().toBuffer(),
  tiff: () => noise().tiff({ compression: 'lzw' }).toBuffer(),
  'plain tiff': () => noise().tiff({ compression: 'none' }).toBuffer(),
  avif: () => noise().avif({ effort: 0 }).toBuffer(),
}

describe.each(Object.entries(writers))('a %s', (name, write) => {
  test('decodes when the file is whole', async () => {
    expect(await codeOf(tempFile(name, await write()))).toBe('decoded')
  })

  test.each([0.02, 0.5, 0.9])('fails when only %f of the file is there', async (part) => {
    const bytes = await write()
    const code = await codeOf(tempFile(name, bytes.subarray(0, bytes.length * part)))
    expect(['truncated', 'corrupt', 'unsupported']).toContain(code)
  })

  test('is rejected as too-large above the limit on pixels', async () => {
    expect(await codeOf(tempFile(name, await write()), { maxPixels: 300 * 200 - 1 })).toBe('too-large')
    expect(await codeOf(tempFile(name, await write()), { maxPixels: 300 * 200 })).toBe('decoded')
  })
})

describe('damage inside', () => {
  /** Overwrites the middle with bytes that no JPEG holds; what could be pixels just as well, nobody can notice. */
  const damage = (bytes: Buffer): Buffer =>
    Buffer.from(bytes).fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 400)

  test.each(['jpeg', 'progressive jpeg', 'png', 'interlaced png', 'tiff'])(
    'of a %s fails the photo',
    async (name) => {
      const bytes = (await writers[name]?.()) ?? Buffer.alloc(0)
      const code = await codeOf(tempFile(name, damage(bytes)))
      expect(['truncated', 'corrupt']).toContain(code)
    },
  )

  test("of a camera's non-standard header does not fail the photo", async () => {
    const bytes = await noise().jpeg().toBuffer()
    const nonStandard = Buffer.from(bytes)
    // The last but one byte of the scan's header names the last coefficient, 63; some cameras write 0.
    const scan = nonStandard.indexOf(Buffer.of(0xff, 0xda))
    nonStandard[scan + nonStandard.readUInt16BE(scan + 2)] = 0
    await expect(sharp(nonStandard, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow(/invalid SOS/i)
    const [standardPhoto, nonStandardPhoto] = await Promise.all([
      decodePhotoAt(tempFile('standard.jpg', bytes), cropped),
      decodePhotoAt(tempFile('non-standard.jpg', nonStandard), cropped),
    ])
    expect(difference(standardPhoto.pixels, nonStandardPhoto.pixels).max).toBe(0)
  })

  test('does not affect photos decoded at the same time', async () => {
    const bytes = await noise().jpeg().toBuffer()
    const good = tempFile('good.jpg', bytes)
    const bad = tempFile('bad.jpg', bytes.subarray(0, bytes.length / 2))
    const { pixels } = await decodePhotoAt(good, cropped)
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => decodePhotoAt(n % 2 === 0 ? good : bad, cropped)),
    )
    results.forEach((result, n) => {
      expect(result.status).toBe(n % 2 === 0 ? 'fulfilled' : 'rejected')
      if (result.status === 'fulfilled') expect(difference(result.value.pixels, pixels).max).toBe(0)
    })
  })
})

describe('what is not a photo', () => {
  test.each([
    ['an empty file', '', 'corrupt'],
    ['text', 'Dear diary, today I renamed a file.', 'unsupported'],
    ['a short text', 'hi', 'unsupported'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'unsupported'],
    ['a PDF', '%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n', 'unsupported'],
    ['a Netpbm image', 'P3\n2 1 255\n0 0 0 255 255 255\n', 'unsupported'],
  ])('%s named .jpg is rejected', async (_name, content, code) => {
    expect(await codeOf(tempFile('photo.jpg', content))).toBe(code)
  })

  test('keeps libvips from opening SVG even when asked directly', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    await expect(sharp(svg).png().toBuffer()).rejects.toThrow()
  })

  test('a missing file and a folder fail as missing and unreadable', async () => {
    expect(await codeOf('/no/such/photo.jpg')).toBe('missing')
    expect(await codeOf(import.meta.dirname)).toBe('unreadable')
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a file without read permission fails as unreadable (skipped for root, who may read all)',
    async () => {
      const path = tempFile('secret.jpg', await noise().jpeg().toBuffer())
      chmodSync(path, 0)
      expect(await codeOf(path)).toBe('unreadable')
    },
  )

  test('fails with one sentence that says what is wrong', async () => {
    const error: unknown = await decodePhotoAt(tempFile('x.jpg', ''), cropped).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(PhotoError)
    expect(error).toMatchObject({ code: 'corrupt', message: 'The file is empty.' })
  })
})

describe('time', () => {
  test('a photo that takes too long fails as timeout', async () => {
    const path = tempFile('slow.png', await noise(3000, 2000).png({ compressionLevel: 0 }).toBuffer())
    expect(await codeOf(path, { decodeTimeoutMs: 5 })).toBe('timeout')
  })
})

describe.skipIf(!hasPhotos)(`HEIC${photosHint}`, () => {
  const path = join(edgeCasesDir, 'example.heic')
  const bytes = hasPhotos ? readFileSync(path) : Buffer.alloc(0)

  test.each([0.001, 0.3, 0.45])('fails when only %f of the file is there', async (part) => {
    const code = await codeOf(tempFile('cut.heic', bytes.subarray(0, bytes.length * part)))
    expect(['truncated', 'corrupt']).toContain(code)
  })

  test('fails when the main picture is damaged', async () => {
    const damaged = Buffer.from(bytes)
    for (let at = 1000; at < 300_000; at += 7) damaged[at] = at % 256
    expect(['truncated', 'corrupt']).toContain(await codeOf(tempFile('damaged.heic', damaged)))
  })

  test('that takes too long fails as timeout, and the next one decodes', async () => {
    expect(await codeOf(path, { decodeTimeoutMs: 20 })).toBe('timeout')
    expect(await codeOf(path)).toBe('decoded')
  })

  test('with too many pixels or bytes is rejected as too-large', async () => {
    expect(await codeOf(path, { maxPixels: 1_000_000 })).toBe('too-large')
    expect(await codeOf(path, { maxWholeFileBytes: 100_000 })).toBe('too-large')
  })

  test('does not block the event loop while it decodes', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    await Promise.all([1, 2, 3].map(() => decodePhotoAt(path, cropped)))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })
})
