// The coded images of a HEIC or AVIF: the data of its image items and their tiles, without thumbnails and metadata.
import { readExifBlock } from '../../common/exif-block.ts'
import { BeyondBounds, type ByteSource } from './byte-source.ts'
import { noFacts, type ImageData, type PhotoFacts } from './image-data.ts'
import { outermostBoxes, readBoxes, type Box } from '../../common/iso-boxes.ts'
import {
  readItemLocations,
  readItemTypes,
  readProperties,
  readReferences,
  type ItemLocation,
  type ItemType,
} from './item-boxes.ts'
import type { ImageHash } from './image-hash.ts'

const imageTypes = new Set([
  'hvc1',
  'hev1',
  'av01',
  'avc1',
  'vvc1',
  'jpeg',
  'j2k1',
  'unci',
  'grid',
  'iden',
  'iovl',
])
/** What a decoder must know of the coded data, and what it does to the decoded pixels. */
const codingProperties = new Set([
  'hvcC',
  'av1C',
  'avcC',
  'vvcC',
  'jpgC',
  'j2kH',
  'ispe',
  'auxC',
  'lsel',
  'a1op',
])
const renderingProperties = new Set(['colr', 'irot', 'imir', 'clap'])

/** The index of the file, box by box. */
interface Index {
  readonly primary: number
  readonly types: ReadonlyMap<number, ItemType>
  readonly locations: ReadonlyMap<number, ItemLocation>
  readonly references: ReturnType<typeof readReferences>
  readonly properties: ReadonlyMap<number, readonly Box[]>
  /** Data of items that lies in the index itself. */
  readonly data: Buffer
}

export async function readHeif(source: ByteSource, hash: ImageHash): Promise<ImageData | null> {
  const index = await readIndex(source)
  const items = index === null ? [] : imageItems(index)
  if (index === null || !items.includes(index.primary)) return null
  const rendering: (string | Buffer)[] = []
  const places = new Map(items.map((id, place) => [id, place]))
  const placeOf = (id: number) => places.get(id) ?? -1
  hash.update(`primary ${placeOf(index.primary)}`)
  for (const id of items) {
    hash.update(`item ${index.types.get(id)?.type ?? ''}`)
    for (const { type, body } of index.properties.get(id) ?? []) {
      source.spend(body.length)
      if (codingProperties.has(type)) hash.update(type).update(body)
      if (renderingProperties.has(type)) rendering.push(`${placeOf(id)} ${type}`, body)
    }
    await passItem(source, index, id, hash)
  }
  for (const { type, from, to } of index.references)
    if (places.has(from) && (type === 'dimg' || type === 'auxl'))
      hash.update(`${type} ${placeOf(from)} ${to.map(placeOf).join()}`)
  const facts = await readFacts(source, index)
  return { facts, rendering, blocks: { xmp: await readPacket(source, index), iptc: null } }
}

async function readIndex(source: ByteSource): Promise<Index | null> {
  for await (const { type, start, end } of outermostBoxes(source))
    if (type === 'meta') return parseIndex(await source.read(start, end - start))
  return null
}

function parseIndex(meta: Buffer): Index | null {
  const bodies = new Map(readBoxes(meta.subarray(4)).map(({ type, body }) => [type, body]))
  const [primary, types, locations] = ['pitm', 'iinf', 'iloc'].map((type) => bodies.get(type))
  if (primary === undefined || types === undefined || locations === undefined) return null
  const references = bodies.get('iref')
  const properties = bodies.get('iprp')
  return {
    primary: primary.readUInt8(0) === 0 ? primary.readUInt16BE(4) : primary.readUInt32BE(4),
    types: readItemTypes(types),
    locations: readItemLocations(locations),
    references: references === undefined ? [] : readReferences(references),
    properties: properties === undefined ? new Map<number, Box[]>() : readProperties(properties),
    data: bodies.get('idat') ?? Buffer.alloc(0),
  }
}

/** The images in the order of their numbers, without thumbnails and the tiles of these. */
function imageItems({ types, references }: Index): number[] {
  const left = new Set(references.filter(({ type }) => type === 'thmb').map(({ from }) => from))
  for (const { type, from, to } of references)
    if (type === 'dimg' && left.has(from)) for (const id of to) left.add(id)
  const items = [...types].filter(([id, { type }]) => imageTypes.has(type) && !left.has(id))
  return items.map(([id]) => id).sort((a, b) => a - b)
}

async function passItem(
  source: ByteSource,
  { locations, data }: Index,
  id: number,
  hash: ImageHash,
): Promise<void> {
  const location = locations.get(id)
  for (const { offset, size } of location?.extents ?? []) {
    // A length of 0 means the whole file, which no camera writes.
    if (size === 0) throw new BeyondBounds()
    if (location?.isInIndex === true) {
      if (offset + size > data.length) throw new BeyondBounds()
      source.spend(size)
      hash.update(data.subarray(offset, offset + size))
    } else {
      source.seek(offset)
      await source.pass(size, hash)
    }
  }
}

async function readFacts(
  source: ByteSource,
  { primary, types, locations, properties }: Index,
): Promise<PhotoFacts> {
  const size = properties.get(primary)?.find(({ type }) => type === 'ispe')?.body
  // Quarter turns, each the other way round the clock.
  const turns = (properties.get(primary) ?? []).filter(
    ({ type, body }) => type === 'irot' && ((body[0] ?? 0) & 1) === 1,
  )
  const facts = {
    ...noFacts,
    isTurned: turns.length % 2 === 1,
    ...(size === undefined ? {} : { widthPx: size.readUInt32BE(4), heightPx: size.readUInt32BE(8) }),
  }
  const exif = [...types].find(([, { type }]) => type === 'Exif')?.[0]
  const [extent] = (exif === undefined ? undefined : locations.get(exif))?.extents ?? []
  if (extent === undefined || extent.size < 12) return facts
  source.seek(extent.offset)
  const block = await source.bytes(extent.size)
  // The offset of the block within the item comes first; orientation is that of the container.
  const { takenAt, offset, camera, lens, latitude, longitude } = readExifBlock(
    block.subarray(4 + block.readUInt32BE(0)),
  )
  return { ...facts, takenAt, offset, camera, lens, latitude, longitude }
}

async function readPacket(source: ByteSource, { types, locations, data }: Index): Promise<Buffer | null> {
  const item = [...types].find(([, { contentType }]) => contentType === 'application/rdf+xml')?.[0]
  const location = item === undefined ? undefined : locations.get(item)
  const [extent, ...more] = location?.extents ?? []
  if (location === undefined || extent === undefined || extent.size === 0 || more.length > 0) return null
  const { offset, size } = extent
  if (location.isInIndex) return data.subarray(offset, offset + size)
  if (offset + size > source.sizeBytes) return null
  source.seek(offset)
  return source.block(size)
}
