// HEIC is oriented and coloured by properties of its container; they are added to a real file here, byte by byte.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import { edgeCasesDir, cropped, difference, exactly, hasPhotos, photosHint, tempFile } from './helpers.ts'

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}

/** Adds a property to the main picture of example.heic, which has six properties in all. */
function withProperty(file: Buffer, property: Buffer): Buffer {
  const startOf = (type: string): number => file.indexOf(type, 0, 'latin1') - 4
  const properties = startOf('ipco')
  const links = startOf('ipma')
  const linksEnd = links + file.readUInt32BE(links)
  // version and count of items (8), then the first item: id (2), number of links (1), two links.
  const firstItem = links + 16
  const newLinks = Buffer.concat([
    file.subarray(links, firstItem + 5),
    Buffer.of(0x80 | 7),
    file.subarray(firstItem + 5, linksEnd),
  ])
  newLinks.writeUInt32BE(newLinks.length)
  newLinks.writeUInt8(3, firstItem - links + 2)
  const added = property.length + 1
  const out = Buffer.concat([file.subarray(0, links), property, newLinks, file.subarray(linksEnd)])
  out.writeUInt32BE(file.readUInt32BE(properties) + property.length, properties)
  for (const type of ['meta', 'iprp']) {
    out.writeUInt32BE(file.readUInt32BE(startOf(type)) + added, startOf(type))
  }
  // Four items of 18 bytes each follow the head of iloc; their data now lies further back.
  for (let item = 0; item < 4; item++) {
    const at = startOf('iloc') + 16 + item * 18 + 4
    out.writeUInt32BE(out.readUInt32BE(at) + added, at)
  }
  return out
}

describe.skipIf(!hasPhotos)(`HEIC properties${photosHint}`, () => {
  const file = hasPhotos ? readFileSync(join(edgeCasesDir, 'example.heic')) : Buffer.alloc(0)

  test('rotates the photo once, as its container says', async () => {
    const plain = await decodePhotoAt(tempFile('plain.heic', file), cropped)
    const turned = await decodePhotoAt(
      tempFile('turned.heic', withProperty(file, box('irot', Buffer.of(3)))),
      cropped,
    )
    // 3 quarter turns to the left are one to the right.
    const expected = await sharp(plain.pixels, { raw: { width: 224, height: 224, channels: 3 } })
      .rotate(90)
      .raw()
      .toBuffer()
    expect([turned.widthPx, turned.heightPx]).toEqual([plain.heightPx, plain.widthPx])
    expect(difference(turned.pixels, expected).mean).toBeLessThan(1.5)
    expect(difference(turned.pixels, plain.pixels).mean).toBeGreaterThan(20)
  })

  test('converts its colour profile to sRGB', async () => {
    const p3 = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).withIccProfile('p3')
    const { icc } = await sharp(await p3.png().toBuffer()).metadata()
    const colr = box('colr', Buffer.concat([Buffer.from('prof'), icc ?? Buffer.alloc(0)]))
    const plain = await decodePhotoAt(tempFile('plain.heic', file), exactly(32, 32))
    const wide = await decodePhotoAt(tempFile('wide.heic', withProperty(file, colr)), exactly(32, 32))
    // The same numbers mean stronger colours in Display P3.
    const strength = (pixels: Uint8Array): number => {
      let sum = 0
      for (let at = 0; at < pixels.length; at += 3) {
        const colour = [...pixels.subarray(at, at + 3)]
        sum += Math.max(...colour) - Math.min(...colour)
      }
      return sum
    }
    expect(strength(wide.pixels)).toBeGreaterThan(strength(plain.pixels) * 1.05)
  })
})

test('turns the transparency with the colours where only these are said to be turned', async () => {
  // Made by heif-enc, then given an irot of 90 degrees to the left for its colours alone: the right quarter of a picture
  // of 128 x 64 px, which is transparent, is on top.
  const file = fileURLToPath(new URL('photos/turned-alpha.heic', import.meta.url))
  const { pixels } = await decodePhotoAt(file, exactly(64, 128))
  const at = (x: number, y: number) => [...pixels.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)]
  for (const x of [4, 60]) for (const value of at(x, 8)) expect(value).toBeGreaterThan(250)
  for (const [x, y, expected] of [
    [50, 64, [200, 30, 30]],
    [50, 120, [200, 30, 30]],
    [10, 120, [20, 200, 20]],
  ] as const)
    for (const [channel, value] of at(x, y).entries())
      expect(Math.abs(value - (expected[channel] ?? 0))).toBeLessThan(12)
})
