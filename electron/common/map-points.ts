// The points of a map as a few long texts: as a million objects they would take a second to send and to check, twice.

/** Base64 of little-endian numbers, one of each for a point. */
export interface PackedPoints {
  /** Float64. */
  readonly photoIds: string
  /** Float32, x and y of each. */
  readonly coordinates: string
  /** Int32: which of `labels`, or -1. */
  readonly labelOf: string
  /** Uint8: 1 where the user confirmed the label. */
  readonly confirmed: string
  readonly labels: readonly string[]
}

export interface MapPoint<Id extends number = number> {
  readonly photoId: Id
  readonly x: number
  readonly y: number
  readonly label: string | null
  readonly isConfirmed: boolean
}

/** The points one by one, in the order of the map. */
export function unpackPoints<Id extends number>(packed: PackedPoints): MapPoint<Id>[] {
  const photoIds = new Float64Array(bytesOf(packed.photoIds))
  const coordinates = new Float32Array(bytesOf(packed.coordinates))
  const labelOf = new Int32Array(bytesOf(packed.labelOf))
  const confirmed = new Uint8Array(bytesOf(packed.confirmed))
  return Array.from(photoIds, (photoId, at) => ({
    photoId: photoId as Id,
    x: coordinates[2 * at] ?? 0,
    y: coordinates[2 * at + 1] ?? 0,
    label: packed.labels[labelOf[at] ?? -1] ?? null,
    isConfirmed: confirmed[at] === 1,
  }))
}

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes.buffer
}
