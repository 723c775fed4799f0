// Reads the first bytes of a file and tells by them what it really is; names lie, and some decoders must not run.
import { open } from 'node:fs/promises'
import type { PhotoFormat } from '../../contract/formats.ts'
import { fromSystemError, PhotoError } from './photo-error.ts'

/** Enough for the header of nearly every camera JPEG (EXIF is at most 64 KB), and one disk read. */
const shortHeadBytes = 64 * 1024

export interface FileHead {
  readonly bytes: Buffer
  readonly sizeBytes: number
}

/** The first bytes (64 KB unless told) and the size of a file. Throws PhotoError where it is missing, unreadable or empty. */
export async function readHead(path: string, headBytes = shortHeadBytes): Promise<FileHead> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(headBytes), 0, headBytes, 0)
    if (bytesRead === 0) throw new PhotoError('corrupt', 'The file is empty.')
    return { bytes: buffer.subarray(0, bytesRead), sizeBytes: size }
  } catch (error) {
    throw error instanceof PhotoError ? error : fromSystemError(error)
  }
}

const ascii = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end)

/** AVIF and HEIC share a container; the brands of its first box tell them apart. */
function sniffIsoMedia(bytes: Buffer): PhotoFormat | null {
  const boxEnd = Math.min(bytes.readUInt32BE(0), bytes.length, 256)
  const brands = [ascii(bytes, 8, 12)]
  for (let at = 16; at + 4 <= boxEnd; at += 4) brands.push(ascii(bytes, at, at + 4))
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  return brands.some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) ? 'heic' : null
}

/** The format the content has, whatever the name says; null where it is none that Labelroom opens. */
export function sniffFormat(bytes: Buffer): PhotoFormat | null {
  if (bytes.length < 12) return null
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg'
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'webp'
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'gif'
  // The last two are BigTIFF.
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(ascii(bytes, 0, 4))) return 'tiff'
  if (ascii(bytes, 4, 8) === 'ftyp') return sniffIsoMedia(bytes)
  return ascii(bytes, 0, 2) === 'BM' ? 'bmp' : null
}
