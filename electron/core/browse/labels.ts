// How many photos each label is on.
import type { LabelCount } from '../../contract/browse.ts'
import type { Tables } from './select.ts'

/** Every label that is on a photo of the library, and these names too; by name. */
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
    for (let i = pool.startOf(photoId); i < end; i++) count(suggested, pool.visible[i] ?? 0)
    const judged = photos.judged.get(photoId)
    for (const label of judged?.confirmed ?? []) count(confirmed, label)
    for (const label of judged?.rejected ?? []) count(rejected, label)
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

/** Photos that lie in a file of the library, each once. */
export function* listedPhotos({ files, photos }: Pick<Tables, 'files' | 'photos'>): Generator<number> {
  const isSeen = new Uint8Array(photos.size)
  for (const fileId of files.byName()) {
    const photoId = files.photo[fileId] ?? 0
    if (photoId === 0 || isSeen[photoId] === 1) continue
    isSeen[photoId] = 1
    yield photoId
  }
}
