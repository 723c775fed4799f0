// Embedded colour profiles: which need conversion, and how to pass one to libvips together with decoded pixels.

/** The colour space a profile describes ('RGB', 'CMYK', 'GRAY'); empty where it is not a profile. */
export function profileSpace(profile: Buffer): string {
  return profile.length < 132 ? '' : profile.toString('latin1', 16, 20).trim()
}

function findTag(profile: Buffer, name: string): Buffer | null {
  const count = Math.min(profile.readUInt32BE(128), 100)
  for (let entry = 132; entry < 132 + count * 12 && entry + 12 <= profile.length; entry += 12) {
    if (profile.toString('latin1', entry, entry + 4) !== name) continue
    const start = profile.readUInt32BE(entry + 4)
    return profile.subarray(start, start + profile.readUInt32BE(entry + 8))
  }
  return null
}

// The red, green and blue primaries of sRGB as every sRGB profile states them (adapted to D50).
const srgbPrimaries: readonly (readonly [string, readonly [number, number, number]])[] = [
  ['rXYZ', [0.436, 0.2225, 0.0139]],
  ['gXYZ', [0.3851, 0.7169, 0.0971]],
  ['bXYZ', [0.1431, 0.0606, 0.7141]],
]

function hasPrimary(profile: Buffer, name: string, expected: readonly number[]): boolean {
  const tag = findTag(profile, name)
  if (tag === null || tag.length < 20) return false
  return expected.every((value, index) => Math.abs(tag.readInt32BE(8 + index * 4) / 65_536 - value) < 0.003)
}

/** The tone curve's output at input 0.5; null for kinds of curves that are not supported here. */
function curveAtHalf(profile: Buffer): number | null {
  const curve = findTag(profile, 'rTRC')
  if (curve === null || curve.length < 14) return null
  if (curve.toString('latin1', 0, 4) === 'para') {
    const isSrgbShape = curve.readUInt16BE(8) === 3 && curve.length >= 32
    if (!isSrgbShape) return null
    const [g, a, b] = [12, 16, 20].map((at) => curve.readInt32BE(at) / 65_536)
    return g === undefined || a === undefined || b === undefined ? null : (a * 0.5 + b) ** g
  }
  const count = curve.readUInt32BE(8)
  if (curve.toString('latin1', 0, 4) !== 'curv' || count < 16 || curve.length < 12 + count * 2) return null
  const position = (count - 1) / 2
  const below = curve.readUInt16BE(12 + Math.floor(position) * 2)
  const above = curve.readUInt16BE(12 + Math.ceil(position) * 2)
  return (below + above) / 2 / 65_535
}

/**
 * Whether pixels under this profile already are sRGB, so that converting them would change nothing visible.
 * Decided by the primaries and the tone curve, since names are free text; when in doubt it returns false.
 */
export function isSrgbProfile(profile: Buffer): boolean {
  if (profileSpace(profile) !== 'RGB' || findTag(profile, 'A2B0') !== null) return false
  const half = curveAtHalf(profile)
  if (half === null || Math.abs(half - 0.214) > 0.004) return false
  return srgbPrimaries.every(([name, expected]) => hasPrimary(profile, name, expected))
}

const shortTag = 3
const longTag = 4
const undefinedTag = 7

/**
 * An uncompressed TIFF of RGB `pixels` that carries `profile`: the one way to tell libvips which profile
 * finished pixels have, so that only the small result is converted instead of the full photo.
 */
export function tiffWithProfile(pixels: Buffer, width: number, height: number, profile: Buffer): Buffer {
  const pixelsAt = 8
  const profileAt = pixelsAt + pixels.length
  const bitsAt = profileAt + profile.length + (profile.length % 2)
  const directoryAt = bitsAt + 6
  const entries: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, longTag, 1, width],
    [257, longTag, 1, height],
    [258, shortTag, 3, bitsAt],
    [259, shortTag, 1, 1], // no compression
    [262, shortTag, 1, 2], // RGB
    [273, longTag, 1, pixelsAt],
    [277, shortTag, 1, 3],
    [278, longTag, 1, height],
    [279, longTag, 1, pixels.length],
    [34675, undefinedTag, profile.length, profileAt],
  ]
  const file = Buffer.alloc(directoryAt + 2 + entries.length * 12 + 4)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(directoryAt, 4)
  pixels.copy(file, pixelsAt)
  profile.copy(file, profileAt)
  for (const channel of [0, 1, 2]) file.writeUInt16LE(8, bitsAt + channel * 2)
  file.writeUInt16LE(entries.length, directoryAt)
  entries.forEach(([tag, type, count, value], index) => {
    const at = directoryAt + 2 + index * 12
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(count, at + 4)
    file.writeUInt32LE(value, at + 8)
  })
  return file
}
