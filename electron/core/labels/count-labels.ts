// How many photos each label is on.
import type { PhotoId } from '../../contract/domain.ts'
import type { LabelCount, LabelOnPhotos } from '../../contract/labels.ts'
import { listedPhotos } from '../browse/listed-photos.ts'
import type { Tables } from '../browse/select.ts'

/** Returns every label of a photo of the library, and these names too; by name. */
export function countLabels({ files, photos, names }: Tables, also: readonly string[]): LabelCount[] {
  const extra = also.map((name) => names.idOf(name))
  const [confirmed, suggested, rejected] = [0, 0, 0].map(() => new Int32Array(names.size))
  if (confirmed === undefined || suggested === undefined || rejected === undefined) return []
  const count = (counts: Int32Array, label: number) => {
    counts[label] = (counts[label] ?? 0) + 1
  }
  const { pool } = photos
  for (const photoId of listedPhotos({ files, photos })) {
    const end = pool.startOf(photoId) + pool.visibleCountOf(photoId)
    for (let i = pool.startOf(photoId); i < end; i++)
      if (pool.isWeak[i] === 0) count(suggested, pool.visible[i] ?? 0)
    const annotated = photos.annotatedOf(photoId)
    for (const label of annotated?.confirmed ?? []) count(confirmed, label)
    for (const label of annotated?.rejected ?? []) count(rejected, label)
  }
  const isListed = new Uint8Array(names.size)
  for (const label of extra) isListed[label] = 1
  const counts: LabelCount[] = []
  for (let label = 0; label < names.size; label++) {
    const row = {
      confirmed: confirmed[label] ?? 0,
      suggested: suggested[label] ?? 0,
      rejected: rejected[label] ?? 0,
    }
    if (isListed[label] === 1 || row.confirmed + row.suggested + row.rejected > 0)
      counts.push({ name: names.nameOf(label), ...row })
  }
  return counts.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Returns the confirmed labels of these photos, those on most of them first. */
export function labelsOn({ photos, names }: Tables, photoIds: readonly PhotoId[]): LabelOnPhotos[] {
  const counts = new Map<number, number>()
  for (const photoId of photoIds)
    for (const label of photos.annotatedOf(photoId)?.confirmed ?? [])
      counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts]
    .map(([label, count]) => ({ name: names.nameOf(label), photos: count }))
    .sort((a, b) => b.photos - a.photos || (a.name < b.name ? -1 : 1))
}
