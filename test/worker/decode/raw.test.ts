// RAW files of twelve makers' layouts: the largest preview is what is shown, turned as the RAW file says; its sensor's
// image is what its labels belong to.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { bufferAccess } from '../../../electron/common/tiff-reader.ts'
import { readRaw } from '../../../electron/common/raw/raw-file.ts'
import { defaultPhotoLimits } from '../../../electron/contract/inference.ts'
import { readBlocks, readKeys } from '../../../electron/core/identity/read-keys.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import { readExif } from '../../../electron/worker/exif.ts'
import { exifSegment, withSegments } from '../../helpers/image-bytes.ts'
import { saying } from '../../helpers/messages.ts'
import { decodePhotoAt, photoOnDisk } from '../../helpers/photo-on-disk.ts'
import {
  losslessJpeg,
  rawFile,
  rawKinds,
  rawShot,
  type RawKind,
  type RawParts,
} from '../../helpers/raw-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { codeOf, exactly, tempFile } from './helpers.ts'

const sensor = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 37) & 255))
/** A JPEG whose left half is red. */
let preview = Buffer.alloc(0)
let small = Buffer.alloc(0)
/** The same as a JPEG of full size, whose sides are turned by its own EXIF: Fujifilm says it nowhere else. */
let turned: Buffer = Buffer.alloc(0)

const jpegOf = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } })
    .composite([
      { input: { create: { width: width / 2, height, channels: 3, background: '#f00' } }, left: 0, top: 0 },
    ])
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer()

beforeAll(async () => {
  preview = Buffer.from(await jpegOf(480, 320, '#00f'))
  small = Buffer.from(await jpegOf(96, 64, '#0f0'))
  turned = withSegments(preview, exifSegment(6, { camera: rawShot.camera, takenAt: rawShot.takenAt }))
})

const build = (kind: RawKind, parts: Partial<RawParts> = {}): Buffer =>
  rawFile(kind, { sensor, preview: kind === 'raf' ? turned : preview, small, orientation: 6, ...parts })

const keysOf = async (name: string, bytes: Buffer) => {
  const file = join(tempFolder(), name)
  writeFileSync(file, bytes)
  const keys = await readKeys(await inspectFile(file))
  if (keys === null) throw new Error('the file changed')
  return { ...keys, identity: keys.identity.toString('hex'), rendering: keys.rendering.toString('hex') }
}

describe.each(rawKinds)('%s', (kind) => {
  test('shows the largest preview, turned as the file says, with the date and camera of the file', async () => {
    const path = tempFile(`a.${kind}`, build(kind))
    const { pixels, ...facts } = await decodePhotoAt(path, exactly(4, 8))
    expect(facts).toEqual({
      widthPx: 320,
      heightPx: 480,
      takenAtMs: Date.parse('2024-05-06T07:08:09'),
    })
    // Turned clockwise, the left half is above.
    const rgb = (x: number, y: number) => [...pixels.subarray((y * 4 + x) * 3, (y * 4 + x) * 3 + 3)]
    const [top, bottom] = [rgb(1, 1), rgb(1, 6)]
    expect([top[0], bottom[2]].every((value) => (value ?? 0) > 240)).toBe(true)
    expect([top[2], bottom[0]].every((value) => (value ?? 255) < 15)).toBe(true)
    const { exif } = await readExif({ type: 'exif', id: 1, ...photoOnDisk(path), limits: defaultPhotoLimits })
    expect(exif).toMatchObject({ camera: rawShot.camera, takenAt: '2024-05-06T07:08:09' })
  })

  test('keeps its identity with another preview and orientation, and has another one with another sensor image', async () => {
    const plain = await keysOf(`a.${kind}`, build(kind))
    const other = kind === 'raf' ? withSegments(small, exifSegment(6)) : small
    const shownOtherwise = await keysOf(`a.${kind}`, build(kind, { preview: other, orientation: 1 }))
    const otherSensor = await keysOf(`a.${kind}`, build(kind, { sensor: Buffer.from(sensor).reverse() }))
    // In a CR2 the preview is the first image of the file.
    if (kind !== 'cr2' && kind !== 'iiq') expect(shownOtherwise.identity).toBe(plain.identity)
    expect(shownOtherwise.rendering).not.toBe(plain.rendering)
    expect(otherSensor.identity).not.toBe(plain.identity)
    expect(plain.facts).toMatchObject({
      ...{ widthPx: 480, heightPx: 320, camera: expect.stringContaining('Maker One') as string },
      takenAt: rawShot.takenAt,
    })
    expect((await readBlocks(tempFile('b.tif', build(kind))))?.format).toBe('raw')
  })

  test('without a preview it is no photo', async () => {
    const bytes = build(kind, { preview: null, small: null })
    const reason = 'This RAW file holds no preview picture; export the photo as JPEG.'
    expect(await codeOf(tempFile(`a.${kind}`, bytes))).toBe('unsupported')
    await expect(keysOf(`a.${kind}`, bytes)).rejects.toMatchObject({ translatable: saying(reason) })
  })

  test('damaged in any place it is read within bounds, and what is called a preview lies in the file', async () => {
    const random = createRandom(kind.length)
    const whole = build(kind)
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(whole)
      // Heads and tables are few bytes among many: most hits are there.
      const structure = bytes.subarray(0, round % 2 === 0 ? 200 : bytes.length)
      for (let hits = 1 + (round % 4); hits > 0; hits--)
        structure[Math.floor(random() * structure.length)] =
          [0, 1, 255, Math.floor(random() * 256)][round % 4] ?? 0
      const cut = round % 5 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes
      let readBytes = 0
      const access = bufferAccess(cut)
      const raw = await readRaw({
        ...access,
        read: async (offset, count) => {
          const bytes = await access.read(offset, count)
          readBytes += count
          return bytes
        },
      })
      expect(readBytes).toBeLessThan(64 * 1024 + 64 * cut.length)
      if (raw?.preview === null || raw === null) continue
      expect(raw.preview.offset + raw.preview.sizeBytes).toBeLessThanOrEqual(cut.length)
    }
  })
})

test('a sensor image of lossless JPEG is no preview', async () => {
  const raw = await readRaw(bufferAccess(build('cr2', { preview: losslessJpeg(sensor), small: null })))
  expect(raw?.preview).toBeNull()
})

test('directories that lie in a circle come to an end', async () => {
  const bytes = build('nef')
  const first = bytes.readUInt32BE(4)
  // The first directory is followed by itself.
  bytes.writeUInt32BE(first, first + 2 + bytes.readUInt16BE(first) * 12)
  expect((await readRaw(bufferAccess(bytes)))?.preview).toMatchObject({ widthPx: 480 })
})

test('a TIFF of a scanner stays a TIFF, also under the name of a RAW file', async () => {
  const bytes = await sharp(preview).tiff().toBuffer()
  expect(await readRaw(bufferAccess(bytes))).toBeNull()
  expect(await codeOf(tempFile('scan.nef', bytes))).toBe('decoded')
})

test('a cut preview is refused and not shown in part', async () => {
  const bytes = build('raf')
  bytes.writeUInt32BE(Math.floor(turned.length / 2), 88)
  expect(await codeOf(tempFile('a.raf', bytes))).toBe('truncated')
})
