// Detects the format of a photo from its first bytes: extensions may be wrong, and some decoders must not run.
import { beginsAsRaw } from '../common/raw/raw-file.ts'
import type { PhotoFormat } from './formats.ts'

const ascii = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end)

/** AVIF and HEIC share a container; the brands of its first box distinguish them. */
function sniffIsoMedia(bytes: Buffer): PhotoFormat | null {
  const boxEnd = Math.min(bytes.readUInt32BE(0), bytes.length, 256)
  const brands = [ascii(bytes, 8, 12)]
  for (let at = 16; at + 4 <= boxEnd; at += 4) brands.push(ascii(bytes, at, at + 4))
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  return brands.some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) ? 'heic' : null
}

/** The format of the content, whatever the name; null where Labelroom does not open it. A TIFF may be a RAW file. */
export function sniffFormat(bytes: Buffer): PhotoFormat | null {
  if (bytes.length < 12) return null
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'gif'
  if (beginsAsRaw(bytes.subarray(0, 16))) return 'raw'
  // The last two are BigTIFF. Many RAW files begin so as well: `readRaw` tells.

  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return 'tiff'
  if (ascii(bytes, 4, 8) === 'ftyp') return sniffIsoMedia(bytes)
  // Each is bare data or in a container.
  if (ascii(bytes, 0, 2) === '\xff\n' || ascii(bytes, 0, 8) === '\0\0\0\fJXL ') return 'jxl'
  if (ascii(bytes, 0, 4) === '\xffO\xffQ' || ascii(bytes, 0, 8) === '\0\0\0\fjP  ') return 'jp2'
  return ascii(bytes, 0, 2) === 'BM' ? 'bmp' : null
}
