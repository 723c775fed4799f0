// Draws the app's icons from build/icons/icon.svg: PNG for Linux, ICO for Windows, ICNS for macOS. Run after a change.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'

const folder = path.join(import.meta.dirname, 'icons')
const svg = await readFile(path.join(folder, 'icon.svg'))

const draw = (sizePx: number): Promise<Buffer> =>
  sharp(svg, { density: 300 }).resize(sizePx, sizePx).png({ compressionLevel: 9, palette: true }).toBuffer()

/** An ICO is a directory of pictures; since Windows Vista they may be PNG. */
async function makeIco(sizesPx: readonly number[]): Promise<Buffer> {
  const pictures = await Promise.all(sizesPx.map(draw))
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  for (const [index, picture] of pictures.entries()) {
    const at = 6 + 16 * index
    // 0 stands for 256.
    const size = (sizesPx[index] ?? 0) % 256
    header.writeUInt8(size, at)
    header.writeUInt8(size, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(picture.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += picture.length
  }
  return Buffer.concat([header, ...pictures])
}

/** An ICNS is a list of tagged PNG pictures. */
async function makeIcns(tags: Readonly<Record<string, number>>): Promise<Buffer> {
  const entry = (tag: string, content: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(tag, 'latin1')
    head.writeUInt32BE(8 + content.length, 4)
    return Buffer.concat([head, content])
  }
  const entries = await Promise.all(
    Object.entries(tags).map(async ([tag, sizePx]) => entry(tag, await draw(sizePx))),
  )
  return entry('icns', Buffer.concat(entries))
}

for (const sizePx of [16, 32, 48, 64, 128, 256, 512])
  await writeFile(path.join(folder, `${sizePx}x${sizePx}.png`), await draw(sizePx))
await writeFile(path.join(folder, 'icon.ico'), await makeIco([16, 32, 48, 256]))
await writeFile(
  path.join(folder, 'icon.icns'),
  await makeIcns({ ic07: 128, ic08: 256, ic09: 512, ic10: 1024 }),
)
