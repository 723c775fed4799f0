// An EXIF block made of what the directories of a RAW file say about the shot, as a JPEG would hold it.
import { tiffValueBytes, type TiffDirectory, type TiffReader } from '../tiff-reader.ts'
import { exifTags, gpsTags, tiffTags } from '../tiff-tags.ts'

/** A directory with the reader of the block that it lies in; null where the file has none. */
export type Place = { readonly reader: TiffReader; readonly directory: TiffDirectory } | null

/** What is said about a shot: maker, model, orientation; exposure, aperture, ISO, date, focal length, lens; place. */
const wanted = {
  main: [tiffTags.make, tiffTags.model, tiffTags.orientation],
  exif: Object.values(exifTags).filter((tag) => tag !== exifTags.makerNote),
  gps: Object.values(gpsTags),
} as const
const pointerTags = [tiffTags.exif, tiffTags.gps] as const
const shortType = 3
const longType = 4
/** Longer values are no such values. */
const maxValueBytes = 1024
const headBytes = 8

interface Value {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly bytes: Buffer
}

/**
 * Reads what is wanted of them; single values that cannot be read, and directories in the other order of bytes, are left
 * out.
 * @param orientation where the first directory has none.
 */
export async function cameraExif(
  main: Place,
  exif: Place,
  gps: Place,
  orientation = 1,
): Promise<Buffer | null> {
  if (main === null) return null
  const { isLittle } = main.reader
  const own = await valuesOf(main, wanted.main, isLittle)
  if (orientation !== 1 && !own.some(({ tag }) => tag === tiffTags.orientation))
    own.push({
      tag: tiffTags.orientation,
      type: shortType,
      count: 1,
      bytes: writeNumber(orientation, 2, isLittle),
    })
  const lists: Value[][] = [own]
  for (const [place, tags] of [
    [exif, wanted.exif],
    [gps, wanted.gps],
  ] as const)
    lists.push(place === null ? [] : await valuesOf(place, tags, isLittle))
  return lists.every((list) => list.length === 0) ? null : writeBlock(lists, isLittle)
}

async function valuesOf(
  { reader, directory }: NonNullable<Place>,
  tags: readonly number[],
  isLittle: boolean,
): Promise<Value[]> {
  const values: Value[] = []
  for (const tag of reader.isLittle === isLittle ? tags : []) {
    const entry = directory.entries.get(tag)
    const size = entry === undefined ? 0 : tiffValueBytes(entry)
    if (entry === undefined || size === 0 || size > maxValueBytes) continue
    const bytes = await reader.value(directory, tag).catch((error: unknown) => {
      if (error instanceof RangeError) return null
      throw error
    })
    if (bytes !== null) values.push({ tag, type: entry.type, count: entry.count, bytes: Buffer.from(bytes) })
  }
  return values
}

function writeNumber(value: number, size: 2 | 4, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(size)
  if (isLittle) bytes.writeUIntLE(value, 0, size)
  else bytes.writeUIntBE(value, 0, size)
  return bytes
}

/** A TIFF without pixels: the first list is its directory, the others lie below it. */
function writeBlock([main = [], ...below]: readonly Value[][], isLittle: boolean): Buffer {
  const number = (value: number, size: 2 | 4) => writeNumber(value, size, isLittle)
  const tableBytes = (entries: number) => 2 + entries * 12 + 4
  const filled = below.map((values, index) => ({ values, tag: pointerTags[index] ?? 0 }))
  const present = filled.filter(({ values }) => values.length > 0)
  let at = headBytes + tableBytes(main.length + present.length)
  const pointers = present.map(({ values, tag }): Value => {
    const pointer = { tag, type: longType, count: 1, bytes: number(at, 4) }
    at += tableBytes(values.length)
    return pointer
  })
  const tables: Buffer[] = []
  const data: Buffer[] = []
  for (const values of [[...main, ...pointers], ...present.map((list) => list.values)]) {
    tables.push(number(values.length, 2))
    for (const { tag, type, count, bytes } of values.toSorted((a, b) => a.tag - b.tag)) {
      const isInline = bytes.length <= 4
      const held = isInline ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : number(at, 4)
      tables.push(number(tag, 2), number(type, 2), number(count, 4), held)
      if (isInline) continue
      // Values lie at even offsets.
      const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
      data.push(padded)
      at += padded.length
    }
    tables.push(number(0, 4))
  }
  return Buffer.concat([
    Buffer.from(isLittle ? 'II' : 'MM', 'latin1'),
    number(42, 2),
    number(headBytes, 4),
    ...tables,
    ...data,
  ])
}
