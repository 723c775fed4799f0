// Damaged, hostile and oversized files fail with the right reason, and never come out as grey or foreign pixels.
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePhoto } from '../../../electron/worker/decode/decode-photo.ts'
import { PhotoError } from '../../../electron/worker/decode/photo-error.ts'
import { awkwardDir, codeOf, cropped, difference, hasPhotos, photosHint, tempFile } from './helpers.ts'

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
  it('decodes whole', async () => {
    expect(await codeOf(tempFile(name, await write()))).toBe('decoded')
  })

  it.each([0.02, 0.5, 0.9])('fails when only %f of it is there', async (part) => {
    const bytes = await write()
    const code = await codeOf(tempFile(name, bytes.subarray(0, bytes.length * part)))
    expect(['truncated', 'corrupt', 'unsupported']).toContain(code)
  })

  it('with a limit on pixels is refused as too large', async () => {
    expect(await codeOf(tempFile(name, await write()), { maxPixels: 300 * 200 - 1 })).toBe('too-large')
    expect(await codeOf(tempFile(name, await write()), { maxPixels: 300 * 200 })).toBe('decoded')
  })
})

describe('damage inside', () => {
  /** Overwrites the middle with bytes that no JPEG holds; what could be pixels just as well, nobody can notice. */
  const damage = (bytes: Buffer): Buffer =>
    Buffer.from(bytes).fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 400)

  it.each(['jpeg', 'progressive jpeg', 'png', 'interlaced png', 'tiff'])(
    'of a %s is noticed',
    async (name) => {
      const bytes = (await writers[name]?.()) ?? Buffer.alloc(0)
      const code = await codeOf(tempFile(name, damage(bytes)))
      expect(['truncated', 'corrupt']).toContain(code)
    },
  )

  it('spares photos a camera wrote untidily', async () => {
    const bytes = await noise().jpeg().toBuffer()
    const untidy = Buffer.from(bytes)
    // The last but one byte of the scan's header names the last coefficient, 63; some cameras write 0.
    const scan = untidy.indexOf(Buffer.of(0xff, 0xda))
    untidy[scan + untidy.readUInt16BE(scan + 2)] = 0
    await expect(sharp(untidy, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow(/invalid SOS/i)
    const [tidyPhoto, untidyPhoto] = await Promise.all([
      decodePhoto(tempFile('tidy.jpg', bytes), cropped),
      decodePhoto(tempFile('untidy.jpg', untidy), cropped),
    ])
    expect(difference(tidyPhoto.pixels, untidyPhoto.pixels).max).toBe(0)
  })

  it('does not leak into photos decoded at the same time', async () => {
    const bytes = await noise().jpeg().toBuffer()
    const good = tempFile('good.jpg', bytes)
    const bad = tempFile('bad.jpg', bytes.subarray(0, bytes.length / 2))
    const { pixels } = await decodePhoto(good, cropped)
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => decodePhoto(n % 2 === 0 ? good : bad, cropped)),
    )
    results.forEach((result, n) => {
      expect(result.status).toBe(n % 2 === 0 ? 'fulfilled' : 'rejected')
      if (result.status === 'fulfilled') expect(difference(result.value.pixels, pixels).max).toBe(0)
    })
  })
})

describe('what is not a photo', () => {
  it.each([
    ['an empty file', '', 'corrupt'],
    ['text', 'Dear diary, today I renamed a file.', 'unsupported'],
    ['a short text', 'hi', 'unsupported'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', 'unsupported'],
    ['a PDF', '%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n', 'unsupported'],
    ['a Netpbm image', 'P3\n2 1 255\n0 0 0 255 255 255\n', 'unsupported'],
  ])('%s named .jpg', async (_name, content, code) => {
    expect(await codeOf(tempFile('photo.jpg', content))).toBe(code)
  })

  it('keeps libvips from opening SVG even when asked directly', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    await expect(sharp(svg).png().toBuffer()).rejects.toThrow()
  })

  it('a file that is gone, a folder', async () => {
    expect(await codeOf('/no/such/photo.jpg')).toBe('missing')
    expect(await codeOf(import.meta.dirname)).toBe('unreadable')
  })

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a file without permission (skipped for the administrator, who may read all)',
    async () => {
      const path = tempFile('secret.jpg', await noise().jpeg().toBuffer())
      chmodSync(path, 0)
      expect(await codeOf(path)).toBe('unreadable')
    },
  )

  it('says in one sentence what is wrong', async () => {
    const error: unknown = await decodePhoto(tempFile('x.jpg', ''), cropped).catch(
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(PhotoError)
    expect(error).toMatchObject({ code: 'corrupt', message: 'The file is empty.' })
  })
})

describe('time', () => {
  it('ends a photo that takes too long', async () => {
    const path = tempFile('slow.png', await noise(3000, 2000).png({ compressionLevel: 0 }).toBuffer())
    expect(await codeOf(path, { decodeTimeoutMs: 5 })).toBe('timeout')
  })
})

describe.skipIf(!hasPhotos)(`HEIC${photosHint}`, () => {
  const path = join(awkwardDir, 'example.heic')
  const bytes = hasPhotos ? readFileSync(path) : Buffer.alloc(0)

  it.each([0.001, 0.3, 0.45])('fails when only %f of it is there', async (part) => {
    const code = await codeOf(tempFile('cut.heic', bytes.subarray(0, bytes.length * part)))
    expect(['truncated', 'corrupt']).toContain(code)
  })

  it('notices damage inside the main picture', async () => {
    const damaged = Buffer.from(bytes)
    for (let at = 1000; at < 300_000; at += 7) damaged[at] = at % 256
    expect(['truncated', 'corrupt']).toContain(await codeOf(tempFile('damaged.heic', damaged)))
  })

  it('that takes too long is ended, and the next one decodes', async () => {
    expect(await codeOf(path, { decodeTimeoutMs: 20 })).toBe('timeout')
    expect(await codeOf(path)).toBe('decoded')
  })

  it('with too many pixels or bytes is refused', async () => {
    expect(await codeOf(path, { maxPixels: 1_000_000 })).toBe('too-large')
    expect(await codeOf(path, { maxWholeFileBytes: 100_000 })).toBe('too-large')
  })

  it('leaves the process free to answer while it decodes', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    await Promise.all([1, 2, 3].map(() => decodePhoto(path, cropped)))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })
})
