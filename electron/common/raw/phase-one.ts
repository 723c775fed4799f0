// Where Phase One's IIQ keeps the sensor's image: in a directory of its own behind the head of the TIFF.
import { accessFrom, type RandomAccess } from '../tiff-reader.ts'
import type { Extent } from './jpeg-preview.ts'

/** Offsets count from here. */
const blockAt = 8
const rawDataTag = 0x010f
const maxEntries = 1000
/** Tag, type, size and value, four bytes each. */
const entryBytes = 16

/** Null where it is no such file. Fails as its reads do. */
export async function phaseOneImage(file: RandomAccess): Promise<Extent | null> {
  const block = accessFrom(file, blockAt)
  const head = await block.read(0, 12)
  const order = head.toString('latin1', 0, 4)
  if (order !== 'IIII' && order !== 'MMMM') return null
  const u32 = (bytes: Buffer, at: number) =>
    order === 'IIII' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
  const at = u32(head, 8)
  const count = u32(await block.read(at, 4), 0)
  if (count > maxEntries) return null
  const entries = await block.read(at + 8, count * entryBytes)
  for (let entry = 0; entry < entries.length; entry += entryBytes)
    if (u32(entries, entry) === rawDataTag)
      return { offset: blockAt + u32(entries, entry + 12), sizeBytes: u32(entries, entry + 8) }
  return null
}
