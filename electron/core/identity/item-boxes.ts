// The boxes in the index of an ISO media file that HEIC and AVIF are made of (ISO 23008-12).
import { readBoxes, type Box } from '../../common/iso-boxes.ts'

/** Reads numbers one after the other; fails with RangeError at the end. */
export function createCursor(bytes: Buffer, start = 0) {
  let at = start
  return {
    /** An unsigned number of 0 to 8 bytes. */
    uint(size: number): number {
      if (size > 6 && size !== 8) throw new RangeError('no number has this size')
      const value =
        size === 0 ? 0 : size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size)
      at += size
      return value
    },
    text(size: number): string {
      at += size
      if (at > bytes.length) throw new RangeError('a text is cut off')
      return bytes.toString('latin1', at - size, at)
    },
  }
}

/** An extent without offset and size takes no bytes, so that their number needs a limit. */
const maxExtents = 100_000

const versionOf = (body: Buffer): number => body.readUInt8(0)

export interface ItemType {
  readonly type: string
  /** Of an item of type `mime`; empty for others. */
  readonly contentType: string
}

/** `iinf`: the type of each item. */
export function readItemTypes(body: Buffer): Map<number, ItemType> {
  const isShort = versionOf(body) === 0
  const types = new Map<number, ItemType>()
  for (const { type, body: entry } of readBoxes(body.subarray(isShort ? 6 : 8))) {
    const version = versionOf(entry)
    if (type !== 'infe' || version < 2) continue
    const cursor = createCursor(entry, 4)
    const id = cursor.uint(version === 2 ? 2 : 4)
    cursor.uint(2)
    const itemType = cursor.text(4)
    // A name comes between the two, each ending in NUL.
    const texts = itemType === 'mime' ? entry.toString('latin1', version === 2 ? 12 : 14).split('\0') : []
    types.set(id, { type: itemType, contentType: texts[1] ?? '' })
  }
  return types
}

export interface Extent {
  readonly offset: number
  readonly size: number
}

export interface ItemLocation {
  /** Whether offsets count within `idat`, else within the file. */
  readonly isInIndex: boolean
  readonly extents: readonly Extent[]
}

/** `iloc`: where the data of each item lies. Fails with RangeError for what these formats do not use. */
export function readItemLocations(body: Buffer): Map<number, ItemLocation> {
  const version = versionOf(body)
  const cursor = createCursor(body, 4)
  const sizes = cursor.uint(2)
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const indexBytes = version === 0 ? 0 : sizes & 15
  const items = new Map<number, ItemLocation>()
  let all = 0
  for (let left = cursor.uint(version < 2 ? 2 : 4); left > 0; left--) {
    const id = cursor.uint(version < 2 ? 2 : 4)
    const method = version === 0 ? 0 : cursor.uint(2) & 15
    const isForeign = cursor.uint(2) !== 0
    const base = cursor.uint(baseBytes)
    const extents: Extent[] = []
    for (let count = cursor.uint(2); count > 0; count--) {
      if (++all > maxExtents) throw new RangeError('items in too many parts')
      cursor.uint(indexBytes)
      const offset = base + cursor.uint(offsetBytes)
      extents.push({ offset, size: cursor.uint(lengthBytes) })
    }
    if (method > 1 || isForeign) throw new RangeError('the item is made of another one')
    items.set(id, { isInIndex: method === 1, extents })
  }
  return items
}

/** `iref`: the references of one type, from each item to others. */
export function readReferences(body: Buffer): { type: string; from: number; to: number[] }[] {
  const size = versionOf(body) === 0 ? 2 : 4
  return readBoxes(body.subarray(4)).map(({ type, body: reference }) => {
    const cursor = createCursor(reference)
    const from = cursor.uint(size)
    const count = cursor.uint(2)
    return { type, from, to: Array.from({ length: count }, () => cursor.uint(size)) }
  })
}

/** `iprp`: the properties of each item, in the order in which they apply. */
export function readProperties(body: Buffer): Map<number, Box[]> {
  const boxes = readBoxes(body)
  const all = readBoxes(boxes.find(({ type }) => type === 'ipco')?.body ?? Buffer.alloc(0))
  const properties = new Map<number, Box[]>()
  for (const { body: entry } of boxes.filter(({ type }) => type === 'ipma')) {
    const indexBytes = (entry.readUInt8(3) & 1) === 1 ? 2 : 1
    const cursor = createCursor(entry, 4)
    for (let left = cursor.uint(4); left > 0; left--) {
      const id = cursor.uint(versionOf(entry) === 0 ? 2 : 4)
      const own = properties.get(id) ?? []
      for (let count = cursor.uint(1); count > 0; count--) {
        // The highest bit says whether a reader must know the property.
        const property = all[(cursor.uint(indexBytes) & (indexBytes === 2 ? 0x7fff : 0x7f)) - 1]
        if (property !== undefined) own.push(property)
      }
      properties.set(id, own)
    }
  }
  return properties
}
