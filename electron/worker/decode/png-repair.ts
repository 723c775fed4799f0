// Gives a PNG the end that it lacks, where its pixels are whole.
import { constants, crc32, deflateSync, inflateSync } from 'node:zlib'

const signatureBytes = 8
/** Length, type and checksum around the data of each chunk. */
const chunkFrameBytes = 12
/** Pixels of a file without an end are unpacked as a whole; more than this are left as they are. */
const maxUnpackedBytes = 2 ** 30

function makeChunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + chunkFrameBytes)
  out.writeUInt32BE(data.length)
  out.write(type, 4, 'latin1')
  data.copy(out, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

/** The chunks before the pixels and the packed pixels, or null where the file has its end or more is damaged. */
function readParts(bytes: Buffer): { head: Buffer; packed: Buffer } | null {
  const pixelParts: Buffer[] = []
  let headEnd: number | null = null
  for (let at = signatureBytes; at + 8 <= bytes.length;) {
    const type = bytes.toString('latin1', at + 4, at + 8)
    const dataEnd = at + 8 + bytes.readUInt32BE(at)
    const isWhole = dataEnd + 4 <= bytes.length
    if (
      isWhole &&
      (type === 'IEND' || crc32(bytes.subarray(at + 4, dataEnd)) !== bytes.readUInt32BE(dataEnd))
    )
      return null
    if (type === 'IDAT') {
      headEnd ??= at
      pixelParts.push(bytes.subarray(at + 8, dataEnd))
    }
    at = dataEnd + 4
  }
  return headEnd === null ? null : { head: bytes.subarray(0, headEnd), packed: Buffer.concat(pixelParts) }
}

/**
 * The PNG with all pixels that it holds and an end, or null where the file has its end or is damaged before it. Whether
 * all pixels are there is for the decoder to say.
 */
export function repairPng(bytes: Buffer): Buffer | null {
  const parts = readParts(bytes)
  if (parts === null) return null
  try {
    const pixels = inflateSync(parts.packed, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: maxUnpackedBytes,
    })
    const packed = deflateSync(pixels, { level: 1 })
    return Buffer.concat([parts.head, makeChunk('IDAT', packed), makeChunk('IEND', Buffer.alloc(0))])
  } catch {
    return null
  }
}
