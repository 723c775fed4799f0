// Reads the boxes of AVIF and HEIC files as far as they say how the main picture is shown.

export interface Box {
  readonly type: string
  /** Behind the size and the type. */
  readonly start: number
  readonly end: number
}

/** Bytes of version and flags before the content of a full box. */
const fullBoxBytes = 4

/** The boxes from `start` to `end`; those that do not fit are left out. */
export function boxesIn(file: Buffer, start: number, end: number): Box[] {
  const boxes: Box[] = []
  for (let at = start; at + 8 <= end;) {
    const size = file.readUInt32BE(at)
    const isLarge = size === 1 && at + 16 <= end
    const length = size === 0 ? end - at : isLarge ? Number(file.readBigUInt64BE(at + 8)) : size
    const head = isLarge ? 16 : 8
    if (length < head || at + length > end) break
    boxes.push({ type: file.toString('latin1', at + 4, at + 8), start: at + head, end: at + length })
    at += length
  }
  return boxes
}

/** One property of an item and the byte that links to it. */
export interface LinkedProperty extends Box {
  readonly linkAt: number
}

export interface Item {
  readonly id: number
  readonly properties: readonly LinkedProperty[]
}

export interface ItemFile {
  readonly primaryId: number
  readonly items: readonly Item[]
  /** Number of each property box, counted from 1. */
  readonly propertyBoxes: readonly Box[]
  /** Pairs of an item and what it belongs to, by kind ('auxl', 'dimg'). */
  readonly references: readonly { readonly kind: string; readonly from: number; readonly to: number }[]
  readonly locationBox: Box | null
}

/** Links of items to properties, of which only small numbers (one byte each) are read. */
function readLinks(file: Buffer, box: Box, properties: readonly Box[]): Item[] {
  const isWide = (file.readUInt32BE(box.start) & 1) === 1
  if (isWide || file.readUInt8(box.start) > 0) return []
  const items: Item[] = []
  let at = box.start + fullBoxBytes + 4
  for (let left = file.readUInt32BE(box.start + fullBoxBytes); left > 0 && at + 3 <= box.end; left--) {
    const id = file.readUInt16BE(at)
    const count = file.readUInt8(at + 2)
    const linked: LinkedProperty[] = []
    for (let linkAt = at + 3; linkAt < Math.min(box.end, at + 3 + count); linkAt++) {
      const property = properties[(file.readUInt8(linkAt) & 127) - 1]
      if (property !== undefined) linked.push({ ...property, linkAt })
    }
    items.push({ id, properties: linked })
    at += 3 + count
  }
  return items
}

/** The items of a file with one-byte links and 16-bit numbers, as nearly all are; null where there are none. */
export function readItems(file: Buffer): ItemFile | null {
  const meta = boxesIn(file, 0, file.length).find(({ type }) => type === 'meta')
  if (meta === undefined) return null
  const boxes = boxesIn(file, meta.start + fullBoxBytes, meta.end)
  const find = (type: string, among: readonly Box[] = boxes): Box | undefined =>
    among.find((box) => box.type === type)
  const [primary, all, refs] = [find('pitm'), find('iprp'), find('iref')]
  if (primary === undefined || all === undefined) return null
  const parts = boxesIn(file, all.start, all.end)
  const [container, links] = [find('ipco', parts), find('ipma', parts)]
  if (container === undefined || links === undefined) return null
  const propertyBoxes = boxesIn(file, container.start, container.end)
  const references = refs === undefined ? [] : boxesIn(file, refs.start + fullBoxBytes, refs.end)
  return {
    primaryId: file.readUInt16BE(primary.start + fullBoxBytes),
    items: readLinks(file, links, propertyBoxes),
    propertyBoxes,
    references: references
      .filter(({ start, end }) => end - start >= 6)
      .map(({ type, start }) => ({
        kind: type,
        from: file.readUInt16BE(start),
        to: file.readUInt16BE(start + 4),
      })),
    locationBox: find('iloc') ?? null,
  }
}
