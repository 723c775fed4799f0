// The blocks of a photo's file in which programs keep what they say about it; found on the way of reading its identity.

export interface ExtendedXmp {
  readonly digest: string
  readonly packet: Buffer
}

export interface MetadataBlocks {
  /** An XMP packet, as it lies in the file. */
  readonly xmp: Buffer | null
  /** What had no room in the packet of a JPEG, with the digest by which the packet names it. */
  readonly extended?: ExtendedXmp | null
  /** Records of IPTC IIM. */
  readonly iptc: Buffer | null
}

export const noBlocks: MetadataBlocks = { xmp: null, iptc: null }

const resourceHead = '8BIM'
const iptcResource = 0x0404

/** Returns the IPTC records among Photoshop's image resources; null where there are none. What is cut off is left out. */
export function iptcOfResources(resources: Buffer): Buffer | null {
  for (let at = 0; at + 12 <= resources.length;) {
    if (resources.toString('latin1', at, at + 4) !== resourceHead) return null
    const id = resources.readUInt16BE(at + 4)
    // A name with its length before it, together an even number of bytes.
    const nameBytes = 1 + (resources[at + 6] ?? 0)
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2)
    if (sizeAt + 4 > resources.length) return null
    const size = resources.readUInt32BE(sizeAt)
    const start = sizeAt + 4
    if (id === iptcResource) return resources.subarray(start, start + size)
    at = start + size + (size % 2)
  }
  return null
}
