// Builds RAW files as each maker lays them out: previews, a sensor's image, and directories that describe the shot.
import { writeTiff, type Directory } from './tiff-writer.ts'

export const rawKinds = [
  ...['cr2', 'cr3', 'nef', 'arw', 'dng', 'raf', 'orf', 'rw2', 'pef', 'srw', '3fr', 'iiq'],
] as const
export type RawKind =
  'cr2' | 'cr3' | 'nef' | 'arw' | 'dng' | 'raf' | 'orf' | 'rw2' | 'pef' | 'srw' | '3fr' | 'iiq'

export interface RawParts {
  /** A JPEG; null for a file that has none. Of Fujifilm, it says itself how it is turned. */
  readonly preview: Buffer | null
  /** A smaller one, where the format has one. */
  readonly small?: Buffer | null
  /** The sensor's image. */
  readonly sensor: Buffer
  readonly orientation?: number
  /** A packet in the first directory, of Panasonic and Phase One. */
  readonly xmp?: Buffer
}

export const rawShot = { camera: 'Maker One', takenAt: '2024:05:06 07:08:09', lens: 'Lens 50mm' } as const

/** A frame of lossless JPEG, as Canon and Adobe code a sensor's image. */
export const losslessJpeg = (data: Buffer): Buffer =>
  Buffer.concat([Buffer.from('ffd8ffc3000b08001000100101110000', 'hex'), data, Buffer.from('ffd9', 'hex')])

const [little, big] = ['II*\0\0\0\0\0', 'MM\0*\0\0\0\0'].map((text) => Buffer.from(text, 'latin1')) as [
  Buffer,
  Buffer,
]
const cfa = 32803
const reduced = { 254: 1 }

/** What every first directory says; the maker note is Olympus'. */
function shot(orientation: number, makerNote?: Buffer): Directory {
  const note = makerNote === undefined ? {} : { 0x927c: makerNote }
  return {
    tags: { 0x010f: 'Maker', 0x0110: 'Maker One', 0x0112: { short: orientation } },
    below: { 0x8769: [{ tags: { 0x9003: rawShot.takenAt, 0xa434: rawShot.lens, ...note } }] },
  }
}

const packetTag = (xmp: Buffer | undefined): Record<number, Buffer> => (xmp === undefined ? {} : { 700: xmp })

const jpeg = (bytes: Buffer | null | undefined, tags: Directory['tags'] = reduced): Directory[] =>
  bytes === null || bytes === undefined ? [] : [{ tags, data: [[513, 514, bytes]] }]
/** One strip of a compression. */
const strip = (
  bytes: Buffer,
  compression: number,
  photometric: number,
  tags: Directory['tags'] = {},
): Directory => ({
  tags: { 256: 64, 257: 48, 259: compression, 262: photometric, ...tags },
  data: [[273, 279, bytes]],
})
const joined = (...parts: readonly Directory[]): Directory => ({
  tags: Object.assign({}, ...parts.map(({ tags }) => tags)) as NonNullable<Directory['tags']>,
  data: parts.flatMap(({ data = [] }) => data),
  below: Object.assign({}, ...parts.map(({ below }) => below)) as NonNullable<Directory['below']>,
})
const thumbnail = strip(Buffer.alloc(64 * 48 * 3, 9), 1, 2, reduced)

type Build = (parts: RawParts & { readonly orientation: number }) => Buffer

const builders: Readonly<Record<RawKind, Build>> = {
  cr2: ({ preview, small, sensor, orientation }) => {
    const main = preview === null ? {} : { tags: { 259: 6 }, data: [[273, 279, preview]] as const }
    return writeTiff(Buffer.from('II*\0\0\0\0\0CR\x02\0\0\0\0\0', 'latin1'), [
      joined(shot(orientation), main),
      ...(jpeg(small).length > 0 ? jpeg(small) : [{}]),
      thumbnail,
      { tags: { 259: 6 }, data: [[273, 279, losslessJpeg(sensor)]] },
    ]).bytes
  },
  nef: ({ preview, sensor, orientation }) =>
    writeTiff(big, [
      joined(shot(orientation), thumbnail, { below: { 330: [...jpeg(preview), strip(sensor, 34713, cfa)] } }),
    ]).bytes,
  arw: ({ preview, small, sensor, orientation }) =>
    writeTiff(little, [
      joined(shot(orientation), ...jpeg(small), { below: { 330: [strip(sensor, 32767, cfa)] } }),
      { tags: reduced },
      ...jpeg(preview),
    ]).bytes,
  dng: ({ preview, sensor, orientation }) => {
    const shown = preview === null ? [] : [strip(preview, 7, 6, reduced)]
    return writeTiff(little, [
      joined(
        shot(orientation),
        thumbnail,
        { tags: { 50706: Buffer.from([1, 4, 0, 0]) } },
        {
          below: { 330: [strip(losslessJpeg(sensor), 7, cfa), ...shown] },
        },
      ),
    ]).bytes
  },
  pef: ({ preview, small, sensor, orientation }) =>
    writeTiff(big, [joined(shot(orientation), strip(sensor, 65535, cfa)), ...jpeg(small), ...jpeg(preview)])
      .bytes,
  srw: ({ preview, small, sensor, orientation }) =>
    writeTiff(little, [
      joined(shot(orientation), ...jpeg(small), {
        below: { 330: [strip(sensor, 32770, cfa), ...jpeg(preview)] },
      }),
    ]).bytes,
  '3fr': ({ preview, sensor, orientation }) =>
    writeTiff(little, [
      joined(shot(orientation), thumbnail, {
        below: { 330: [strip(sensor, 7, cfa), ...(preview === null ? [] : [strip(preview, 7, 6, reduced)])] },
      }),
    ]).bytes,
  iiq: (parts) => phaseOne(parts),
  orf: (parts) => olympus(parts),
  rw2: ({ preview, sensor, orientation, xmp }) => {
    // The sensor's data goes to the end of the file.
    const head = Buffer.from('IIU\0\0\0\0\0', 'latin1')
    const tags = { 0x0118: 0, ...(preview === null ? {} : { 0x002e: preview }), ...packetTag(xmp) }
    const { bytes } = writeTiff(head, [joined(shot(orientation), { tags })])
    const at = bytes.length
    const entry = bytes.indexOf(Buffer.from('1801040001000000', 'hex'))
    bytes.writeUInt32LE(at, entry + 8)
    return Buffer.concat([bytes, sensor])
  },
  raf: ({ preview, sensor }) => {
    const head = Buffer.alloc(160)
    head.write('FUJIFILMCCD-RAW 0201FF129502', 'latin1')
    const shown = preview ?? Buffer.alloc(0)
    for (const [at, value] of [
      [84, preview === null ? 0 : head.length],
      [88, shown.length],
      [100, head.length + shown.length],
      [104, sensor.length],
    ] as const)
      head.writeUInt32BE(value, at)
    return Buffer.concat([head, shown, sensor])
  },
  cr3: (parts) => canon3(parts),
}

/** A RAW file of this kind. */
export const rawFile = (kind: RawKind, parts: RawParts): Buffer =>
  builders[kind]({ ...parts, orientation: parts.orientation ?? 1 })

function phaseOne({ preview, sensor, orientation, xmp }: RawParts & { orientation: number }): Buffer {
  const head = Buffer.alloc(32 + 24)
  head.write('II*\0\0\0\0\0IIIIwaR\0', 'latin1')
  // The block's directory: one entry, the sensor's image.
  head.writeUInt32LE(16, 16)
  head.writeUInt32LE(1, 24)
  const shown = preview === null ? [] : [strip(preview, 7, 6)]
  const { bytes, offsetOf } = writeTiff(head, [
    joined(shot(orientation), ...shown, { tags: packetTag(xmp), data: [[60000, 60001, sensor]] }),
  ])
  for (const [at, value] of [
    [32, 0x010f],
    [36, 4],
    [40, sensor.length],
    [44, offsetOf(sensor) - 8],
  ] as const)
    bytes.writeUInt32LE(value, at)
  return bytes
}

function olympus({ preview, sensor, orientation }: RawParts & { orientation: number }): Buffer {
  // A maker note with directory, settings, and the preview within, all counted from its own start.
  const entry = (tag: number, type: number, value: number) => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16LE(tag, 0)
    bytes.writeUInt16LE(type, 2)
    bytes.writeUInt32LE(1, 4)
    bytes.writeUInt32LE(value, 8)
    return bytes
  }
  const directory = (...entries: readonly Buffer[]) => {
    const count = Buffer.alloc(2)
    count.writeUInt16LE(entries.length)
    return Buffer.concat([count, ...entries, Buffer.alloc(4)])
  }
  const settingsAt = 12 + 18
  const previewAt = settingsAt + 2 + 24 + 4
  const note =
    preview === null
      ? undefined
      : Buffer.concat([
          Buffer.from('OLYMPUS\0II\x03\0', 'latin1'),
          directory(entry(0x2020, 13, settingsAt)),
          directory(entry(0x0101, 4, previewAt), entry(0x0102, 4, preview.length)),
          preview,
        ])
  return writeTiff(Buffer.from('IIRO\0\0\0\0', 'latin1'), [
    joined(shot(orientation, note), strip(sensor, 1, 1)),
  ]).bytes
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
export const isoBox = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body])
}

function canon3({ preview, small, sensor, orientation }: RawParts & { orientation: number }): Buffer {
  const { tags = {}, below = {} } = shot(orientation)
  const exif = below[0x8769] ?? []
  const uuid = (id: string, ...parts: readonly Buffer[]) => isoBox('uuid', Buffer.from(id, 'hex'), ...parts)
  const metadata = uuid(
    '85c0b687820f11e08111f4ce462b6a48',
    isoBox('CMT1', writeTiff(little, [{ tags }]).bytes),
    isoBox('CMT2', writeTiff(little, exif).bytes),
  )
  const track = (offset: number, size: number) => {
    const place = Buffer.alloc(8)
    place.writeBigUInt64BE(BigInt(offset))
    return isoBox(
      'trak',
      isoBox(
        'mdia',
        isoBox(
          'minf',
          isoBox(
            'stbl',
            isoBox('stsd', u32(0), u32(1), u32(16), Buffer.from('CRAW'), Buffer.alloc(8)),
            isoBox('stsz', u32(0), u32(size), u32(1)),
            isoBox('co64', u32(0), u32(1), place),
          ),
        ),
      ),
    )
  }
  const samples = [...(preview === null ? [] : [preview]), sensor]
  const index = (start: number) => {
    let at = start
    const tracks = samples.map((sample) => {
      const made = track(at, sample.length)
      at += sample.length
      return made
    })
    return isoBox('moov', metadata, ...tracks)
  }
  const head = isoBox('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1'))
  const shown =
    small === null || small === undefined
      ? Buffer.alloc(0)
      : uuid(
          'eaf42b5e1c984b88b9fbb7dc406e4d16',
          Buffer.alloc(8),
          isoBox('PRVW', Buffer.alloc(12), u32(small.length), small),
        )
  const start = head.length + index(0).length + shown.length + 8
  return Buffer.concat([head, index(start), shown, isoBox('mdat', ...samples)])
}
