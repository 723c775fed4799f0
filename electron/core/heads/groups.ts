// The library in groups of photos that look alike, each of which can be labelled in one step.
import type { PhotoId } from '../../contract/domain.ts'
import type { GroupsRequest, PhotoGroup } from '../../contract/learning.ts'
import { findClusters } from '../learning/clusters.ts'
import { takeRows } from '../learning/split.ts'
import type { LearningContext } from './context.ts'
import { currentLabels, type CurrentLabel } from './current-labels.ts'

const mostGroups = 300

export function findGroups(
  { store, embedded, report }: LearningContext,
  { modelId, groups, isUnlabelledOnly, seed }: Omit<GroupsRequest, 'taskId'>,
): PhotoGroup[] {
  const { matrix, photoIds } = embedded(modelId)
  const labelOf = currentLabels(store)
  const rows = [...photoIds.keys()].filter((row) => {
    const photoId = photoIds[row]
    return photoId !== undefined && !(isUnlabelledOnly && labelOf(photoId)?.isConfirmed === true)
  })
  if (rows.length === 0) return []
  // As many groups as photos in each of them, but no more than a person looks at.
  const count = groups ?? Math.min(mostGroups, Math.max(2, Math.round(Math.sqrt(rows.length))))
  const part = rows.length === matrix.rows ? matrix : takeRows(matrix, rows)
  const clusters = findClusters(part, { count, seed, report })
  const places = store.embeddings.placesOf(rows.flatMap((row) => photoIds[row] ?? []))
  return clusters.map(({ members }) => {
    const photos = members.flatMap(({ row, cosine }) => {
      const photoId = photoIds[rows[row] ?? -1]
      return photoId === undefined ? [] : [{ photoId, path: places.get(photoId) ?? '', cosine }]
    })
    return { photos, ...mostFrequent(photos, labelOf) }
  })
}

function mostFrequent(
  photos: readonly { readonly photoId: PhotoId }[],
  labelOf: (photoId: PhotoId) => CurrentLabel | null,
): Pick<PhotoGroup, 'label' | 'labelShare'> {
  const counts = new Map<string, number>()
  for (const { photoId } of photos) {
    const name = labelOf(photoId)?.name
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const [first] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return first === undefined
    ? { label: null, labelShare: 0 }
    : { label: first[0], labelShare: first[1] / photos.length }
}
