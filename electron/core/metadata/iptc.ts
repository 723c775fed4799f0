// Reads keywords and title from IPTC IIM records (IPTC-NAA Information Interchange Model 4.2).

export interface IptcFields {
  readonly keywords: readonly string[]
  readonly title: string | null
  /** Whether the records say that they are in UTF-8. */
  readonly isUtf8: boolean
}

const tagMarker = 0x1c
const envelope = 1
const application = 2
/** Of the envelope. */
const characterSet = 90
const objectName = 5
const keyword = 25
/** ESC % G: ISO 2022 for UTF-8. */
const utf8Escape = Buffer.from([0x1b, 0x25, 0x47])
const maxRecords = 10_000

const strict = new TextDecoder('utf-8', { fatal: true })
/** What programs without a declared character set wrote, and what ExifTool takes it for. */
const latin = new TextDecoder('windows-1252')

/** What is cut off is left out. */
export function readIptc(records: Buffer): IptcFields {
  const keywords: Buffer[] = []
  let title: Buffer | null = null
  let isUtf8 = false
  for (let at = 0, count = 0; at + 5 <= records.length && count < maxRecords; count++) {
    if (records[at] !== tagMarker) break
    const [record, dataset] = [records[at + 1], records[at + 2]]
    const size = records.readUInt16BE(at + 3)
    // An extended length, which no keyword has.
    if (size > 0x7fff) break
    const value = records.subarray(at + 5, at + 5 + size)
    if (value.length < size) break
    if (record === envelope && dataset === characterSet) isUtf8 = value.equals(utf8Escape)
    if (record === application && dataset === keyword) keywords.push(value)
    if (record === application && dataset === objectName) title ??= value
    at += 5 + size
  }
  const decode = (value: Buffer) => decodeText(value, isUtf8)
  return { keywords: keywords.map(decode), title: title === null ? null : decode(title), isUtf8 }
}

/** Without a declared character set, bytes that are valid UTF-8 are taken for it: hardly any text in another one is. */
function decodeText(value: Buffer, isUtf8: boolean): string {
  try {
    return strict.decode(value)
  } catch {
    return isUtf8 ? value.toString('utf8') : latin.decode(value)
  }
}
