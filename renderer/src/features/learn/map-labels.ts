// The labels of the map's points: how many have each, their order, and new ones.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { MapPoint as PointOf } from '../../../../electron/common/map-points.ts'
import { likelyLabel } from './likely-label.ts'

export type MapPoint = PointOf<PhotoId>

export interface LabelOnMap {
  readonly name: string
  readonly photos: number
}

/** The most frequent first. */
export function countLabels(points: readonly MapPoint[]): LabelOnMap[] {
  const counts = new Map<string, number>()
  for (const { label } of points) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, photos]) => ({ name, photos }))
}

/** The label that may be offered for the selected photos; empty where there is none. */
export function likelyLabelOf(points: readonly MapPoint[], selected: readonly PhotoId[]): string {
  const chosen = new Set(selected)
  const [first] = countLabels(points.filter(({ photoId }) => chosen.has(photoId)))
  return first === undefined ? '' : likelyLabel(first.name, first.photos / selected.length)
}

/** Label to its place in the order. */
export const rankLabels = (labels: readonly LabelOnMap[]): ReadonlyMap<string, number> =>
  new Map(labels.map(({ name }, rank) => [name, rank]))

/** The points as they are once these photos have the label. */
export function relabel(
  points: readonly MapPoint[],
  photoIds: readonly PhotoId[],
  label: string,
): MapPoint[] {
  const confirmed = new Set(photoIds)
  return points.map((point) =>
    confirmed.has(point.photoId) ? { ...point, label, isConfirmed: true } : point,
  )
}
