// Reads the properties of an XMP packet (ISO 16684-1): texts and lists of texts, by namespace. Structures are left out.
import { setImmediate } from 'node:timers/promises'
import sax from 'sax'

/** Properties by `prefix:name` with the prefixes of this file, whatever prefixes the packet has. */
export interface XmpProperties {
  readonly texts: ReadonlyMap<string, string>
  readonly lists: ReadonlyMap<string, readonly string[]>
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const prefixes: ReadonlyMap<string, string> = new Map([
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://ns.adobe.com/lightroom/1.0/', 'lr'],
  ['http://www.digikam.org/ns/1.0/', 'digiKam'],
  ['http://ns.microsoft.com/photo/1.0/', 'MicrosoftPhoto'],
  ['http://ns.microsoft.com/photo/1.0', 'MicrosoftPhoto'],
  ['http://ns.iview-multimedia.com/mediapro/1.0/', 'mediapro'],
  ['http://ns.adobe.com/xap/1.0/', 'xmp'],
  ['http://ns.adobe.com/exif/1.0/', 'exif'],
  ['http://ns.adobe.com/exif/1.0/aux/', 'aux'],
  ['http://cipa.jp/exif/1.0/', 'exifEX'],
  ['http://ns.adobe.com/tiff/1.0/', 'tiff'],
  ['http://ns.google.com/photos/1.0/camera/', 'GCamera'],
  ['http://ns.adobe.com/xmp/note/', 'xmpNote'],
])

/** Parsed between two turns of the event loop: a millisecond. */
const sliceChars = 64 * 1024
const maxListItems = 2000

const isContainer = ({ uri, local }: Name) =>
  uri === rdf && (local === 'Bag' || local === 'Seq' || local === 'Alt')
const isDescription = ({ uri, local }: Name) => uri === rdf && local === 'Description'

interface Name {
  readonly uri: string
  readonly local: string
}

/**
 * Returns null for what is no well-formed XML. Entities other than XML's own five are an error, so that none expands; no
 * file and no address is ever opened for it.
 */
export async function readXmp(packet: Buffer): Promise<XmpProperties | null> {
  const text = decode(packet)
  const collector = createCollector()
  const parser = sax.parser(true, { xmlns: true, position: false })
  const errors: Error[] = []
  parser.onerror = (error) => {
    errors.push(error)
  }
  parser.onopentag = (tag) => {
    collector.open(tag as sax.QualifiedTag)
  }
  parser.ontext = parser.oncdata = (value) => {
    collector.text(value)
  }
  parser.onclosetag = () => {
    collector.close()
  }
  for (let at = 0; at < text.length; at += sliceChars) {
    if (at > 0) await setImmediate()
    parser.write(text.slice(at, at + sliceChars))
    if (errors.length > 0) return null
  }
  try {
    parser.close()
  } catch {
    return null
  }
  return errors.length > 0 || !collector.hasRdf() ? null : collector
}

/** Packets are in UTF-8, but for a few in UTF-16 with a mark; programs leave room and NULs behind them. */
function decode(packet: Buffer): string {
  const isLittle = packet[0] === 0xff && packet[1] === 0xfe
  const isBig = packet[0] === 0xfe && packet[1] === 0xff
  const encoding = isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(packet).replace(/[\0\s]+$/, '')
}

function createCollector() {
  const texts = new Map<string, string>()
  const lists = new Map<string, string[]>()
  const open: Name[] = []
  /** The property of a description that is open, and how many elements are open with it. */
  let property: { readonly key: string | null; readonly depth: number } | null = null
  let value = ''
  let sawRdf = false

  const keyOf = ({ uri, local }: Name): string | null => {
    const prefix = prefixes.get(uri)
    return prefix === undefined ? null : `${prefix}:${local}`
  }
  const put = (key: string, text: string) => {
    if (text.trim() !== '' && !texts.has(key)) texts.set(key, text.trim())
  }
  return {
    texts,
    lists,
    hasRdf: () => sawRdf,
    open(tag: sax.QualifiedTag): void {
      const parent = open.at(-1)
      const name = { uri: tag.uri, local: tag.local }
      open.push(name)
      value = ''
      sawRdf ||= name.uri === rdf && name.local === 'RDF'
      if (property === null && parent !== undefined && isDescription(parent))
        property = { key: keyOf(name), depth: open.length }
      if (property !== null || !isDescription(name)) return
      // Simple properties may be written as attributes.
      for (const { uri, local, value: text } of Object.values(tag.attributes)) {
        const key = keyOf({ uri, local })
        if (key !== null) put(key, text)
      }
    },
    text(text: string): void {
      value += text
    },
    close(): void {
      const [name, parent] = [open.at(-1), open.at(-2)]
      const { key, depth } = property ?? { key: null, depth: 0 }
      if (key !== null && name !== undefined) {
        if (open.length === depth) put(key, value)
        else if (
          open.length === depth + 2 &&
          name.local === 'li' &&
          parent !== undefined &&
          isContainer(parent)
        ) {
          const list = lists.get(key) ?? []
          lists.set(key, list)
          if (value.trim() !== '' && list.length < maxListItems) list.push(value.trim())
        }
      }
      if (property !== null && open.length === property.depth) property = null
      open.pop()
      value = ''
    },
  }
}
