// Places as the filter has them: all within some kilometres of a point.
import type { PlaceRange } from '../../../electron/contract/browse.ts'

export interface Point {
  readonly latitude: number
  readonly longitude: number
}

/** To choose from, in kilometres. */
export const distancesKm = [1, 5, 25, 100, 500] as const
/** What `near here` means. */
export const defaultKm = 5
/** Of a degree of latitude, on a sphere of 6371 km. */
const degreeKm = 111.195

/** The area that reaches this far to all sides; at the poles it goes all around. */
export function around({ latitude, longitude }: Point, km: number): PlaceRange {
  const high = km / degreeKm
  const wide = high / Math.max(1e-9, Math.cos((latitude * Math.PI) / 180))
  const isAllAround = wide >= 180 || Math.abs(latitude) + high >= 90
  return {
    south: Math.max(-90, latitude - high),
    north: Math.min(90, latitude + high),
    west: isAllAround ? -180 : turned(longitude - wide),
    east: isAllAround ? 180 : turned(longitude + wide),
  }
}

/** The middle of an area and how far it reaches, in kilometres, the other way round. */
export function middleOf({ south, north, west, east }: PlaceRange): Point & { readonly km: number } {
  const width = east >= west ? east - west : east - west + 360
  return {
    latitude: (south + north) / 2,
    longitude: turned(west + width / 2),
    km: Math.round(((north - south) / 2) * degreeKm),
  }
}

const turned = (longitude: number): number => ((((longitude + 180) % 360) + 360) % 360) - 180

/** `48.137, 11.575`: as maps take them, to some hundred metres. */
export const coordinates = ({ latitude, longitude }: Point): string =>
  `${latitude.toFixed(3)}, ${longitude.toFixed(3)}`
