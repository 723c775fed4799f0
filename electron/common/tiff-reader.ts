// Reads the directories and values of a TIFF, wherever they lie in the file, without reading the rest.
import { readTiffEntries, type TiffEntry } from './exif-block.ts'

/** A file, or a part of one, of which any bytes can be read. */
export interface RandomAccess {
  readonly sizeBytes: number
  /** Returns exactly these bytes. Fails where they are not all there, or where too many were read already. */
  readonly read: (offset: number, count: number) => Promise<Buffer>
}

/** Bytes in memory. Fails with RangeError. */
export const bufferAccess = (bytes: Buffer): RandomAccess => ({
  sizeBytes: bytes.length,
  read: (offset, count) =>
    offset >= 0 && count >= 0 && offset + count <= bytes.length
      ? Promise.resolve(bytes.subarray(offset, offset + count))
      : Promise.reject(new RangeError('the bytes end before')),
})

/** The part of a file from an offset on. */
export const accessFrom = (file: RandomAccess, offset: number): RandomAccess => ({
  sizeBytes: file.sizeBytes - offset,
  read: (at, count) => file.read(offset + at, count),
})

/** More entries than any program writes. */
const maxEntries = 4096

/** Bytes of one value by its type; 0 for an unknown one. */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

export interface TiffDirectory {
  readonly entries: ReadonlyMap<number, TiffEntry>
  /** Where the next one lies; 0 at the end. */
  readonly next: number
}

export const tiffValueBytes = ({ count, type }: TiffEntry): number => count * (typeBytes[type] ?? 0)

export type TiffReader = ReturnType<typeof createTiffReader>

/** The byte order is that of the first two bytes; what follows them differs among the RAW formats and is not looked at. */
export async function openTiff(file: RandomAccess): Promise<(TiffReader & { first: number }) | null> {
  const head = await file.read(0, 8)
  const isLittle = head[0] === 0x49
  const isBig = (isLittle ? head[2] : head[3]) === 0x2b
  const reader = createTiffReader(file, isLittle, isBig)
  if (!isBig) return { ...reader, first: isLittle ? head.readUInt32LE(4) : head.readUInt32BE(4) }
  if ((isLittle ? head.readUInt16LE(4) : head.readUInt16BE(4)) !== 8) return null
  return { ...reader, first: reader.pointer(await file.read(8, 8)) }
}

/** Reads directories whose offsets count from the start of `file`; all fail as its reads do, or with RangeError. */
export function createTiffReader(file: RandomAccess, isLittle: boolean, isBig = false) {
  const word = isBig ? 8 : 4
  const u64 = (bytes: Buffer, at: number) =>
    Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  const u32 = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const u16 = (bytes: Buffer, at: number) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const pointer = (bytes: Buffer) => (isBig ? u64 : u32)(bytes, 0)

  /** Returns where a value lies in the file; null where it is within its entry. */
  const placeOf = (entry: TiffEntry): number | null =>
    tiffValueBytes(entry) <= word ? null : pointer(entry.value)
  /** Returns the bytes of a value; null where the directory has none. */
  const value = async ({ entries }: TiffDirectory, name: number): Promise<Buffer | null> => {
    const entry = entries.get(name)
    if (entry === undefined) return null
    const place = placeOf(entry)
    return place === null
      ? entry.value.subarray(0, tiffValueBytes(entry))
      : file.read(place, tiffValueBytes(entry))
  }
  return {
    isLittle,
    pointer,
    placeOf,
    value,
    directory: async (at: number): Promise<TiffDirectory> => {
      const countBytes = await file.read(at, isBig ? 8 : 2)
      const count = isBig ? u64(countBytes, 0) : u16(countBytes, 0)
      if (count > maxEntries) throw new RangeError('more entries than any program writes')
      const table = at + countBytes.length
      const tableBytes = count * (isBig ? 20 : 12)
      const entries = readTiffEntries(await file.read(table, tableBytes), isLittle, isBig)
      const next = pointer(await file.read(table + tableBytes, word))
      return { entries: new Map(entries.map((entry) => [entry.tag, entry])), next }
    },
    /** Returns the unsigned integers of a value; none where there is no such value. */
    numbers: async (directory: TiffDirectory, name: number): Promise<number[]> => {
      const bytes = await value(directory, name)
      const type = directory.entries.get(name)?.type ?? 0
      const size = typeBytes[type] ?? 0
      if (bytes === null || size === 0) return []
      const read = size === 1 ? (at: number) => bytes.readUInt8(at) : null
      const wide = size === 8 ? u64 : size === 4 ? u32 : u16
      return Array.from({ length: bytes.length / size }, (_, at) => read?.(at) ?? wide(bytes, at * size))
    },
  }
}
