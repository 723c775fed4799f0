// Writes TIFFs with any directories, as RAW files have them: behind each other and below each other.

/** A value of a tag: numbers (LONG, or SHORT with `short`), text, or bytes. */
type Value = number | readonly number[] | string | Buffer | { readonly short: number }

export interface Directory {
  readonly tags?: Readonly<Record<number, Value>>
  /** Bytes put into the file, with the tags of their offset and size. */
  readonly data?: readonly (readonly [offsetTag: number, sizeTag: number, bytes: Buffer])[]
  /** Directories below it, with the tag that names them. */
  readonly below?: Readonly<Record<number, readonly Directory[]>>
}

export interface Written {
  readonly bytes: Buffer
  /** Where blocks of bytes lie in the file. */
  readonly offsetOf: (bytes: Buffer) => number
}

/**
 * @param head the bytes of the file up to its first block; the offset of the first directory is written at 4.
 * @param chain the directories behind each other.
 */
export function writeTiff(head: Buffer, chain: readonly Directory[]): Written {
  const isLittle = head[0] === 0x49
  const parts: Buffer[] = [Buffer.from(head)]
  const places = new Map<Buffer, number>()
  let end = head.length
  const number = (value: number, size: 2 | 4) => {
    const bytes = Buffer.alloc(size)
    if (isLittle) bytes.writeUIntLE(value, 0, size)
    else bytes.writeUIntBE(value, 0, size)
    return bytes
  }
  const place = (bytes: Buffer): number => {
    const at = end
    places.set(bytes, at)
    parts.push(bytes, Buffer.alloc(bytes.length % 2))
    end += bytes.length + (bytes.length % 2)
    return at
  }
  const encode = (value: Value): { type: number; count: number; bytes: Buffer } => {
    if (typeof value === 'string')
      return { type: 2, count: value.length + 1, bytes: Buffer.from(`${value}\0`, 'latin1') }
    if (Buffer.isBuffer(value)) return { type: 7, count: value.length, bytes: value }
    if (typeof value === 'object' && 'short' in value)
      return { type: 3, count: 1, bytes: number(value.short, 2) }
    const values = typeof value === 'number' ? [value] : value
    return { type: 4, count: values.length, bytes: Buffer.concat(values.map((each) => number(each, 4))) }
  }
  const write = ({ tags = {}, data = [], below = {} }: Directory, next: number): number => {
    const values: Record<number, Value> = { ...tags }
    for (const [offsetTag, sizeTag, bytes] of data) {
      values[offsetTag] = place(bytes)
      values[sizeTag] = bytes.length
    }
    for (const [tag, directories] of Object.entries(below))
      values[Number(tag)] = directories.map((directory) => write(directory, 0))
    const entries = Object.entries(values).map(([tag, value]) => {
      const { type, count, bytes } = encode(value)
      const held =
        bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : number(place(bytes), 4)
      return Buffer.concat([number(Number(tag), 2), number(type, 2), number(count, 4), held])
    })
    return place(Buffer.concat([number(entries.length, 2), ...entries, number(next, 4)]))
  }
  const first = chain.reduceRight((next, directory) => write(directory, next), 0)
  number(first, 4).copy(parts[0] ?? head, 4)
  return {
    bytes: Buffer.concat(parts),
    offsetOf: (bytes) => places.get(bytes) ?? -1,
  }
}
