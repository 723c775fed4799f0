// The library in groups of photos that look alike, each of which can be labelled in one step.
import type { PhotoId } from '../../../contract/domain.ts'
import type { GroupsRequest, PhotoGroup } from '../../../contract/review.ts'
import { kMeans } from '../algorithms/k-means.ts'
import { findSimilar, inverseNorms } from '../algorithms/neighbours.ts'
import { selectRows, type RowSource } from '../algorithms/row-source.ts'
import type { LearningContext } from '../context.ts'
import { confirmedLabels, currentLabels, type CurrentLabel } from './current-labels.ts'

const mostGroups = 300
/** Photos with a confirmed label that groups are compared with; of more, a part that is spread evenly. */
const mostCompared = 5000

export function findGroups(
  { store, embedded, report }: LearningContext,
  { modelId, groups, isUnlabelledOnly, seed }: Omit<GroupsRequest, 'taskId'>,
): PhotoGroup[] {
  const { embeddings, photoIds } = embedded(modelId)
  const labelOf = currentLabels(store)
  const rows = [...photoIds.keys()].filter((row) => {
    const photoId = photoIds[row]
    return photoId !== undefined && !(isUnlabelledOnly && labelOf(photoId)?.isConfirmed === true)
  })
  if (rows.length === 0) return []
  // As many groups as photos in each of them, but no more than a user looks at.
  const count = groups ?? Math.min(mostGroups, Math.max(2, Math.round(Math.sqrt(rows.length))))
  const part = rows.length === embeddings.rows ? embeddings : selectRows(embeddings, rows)
  const clusters = kMeans(part, { count, seed, report })
  const paths = store.files.photoPathsOf(rows.flatMap((row) => photoIds[row] ?? []))
  const nearest = nearestLabels(
    embeddings,
    clusters.map(({ members }) => members.flatMap(({ row }) => rows[row] ?? [])),
    photoIds,
    confirmedLabels(store),
  )
  return clusters.map(({ members }, index) => {
    const photos = members.flatMap(({ row, cosine }) => {
      const photoId = photoIds[rows[row] ?? -1]
      return photoId === undefined ? [] : [{ photoId, path: paths.get(photoId) ?? '', cosine }]
    })
    return { photos, ...mostFrequent(photos, labelOf), nearest: nearest[index] ?? null }
  })
}

/**
 * For each group of rows, the most typical one first: the label of the labelled photo most like that row. Null where no
 * labelled photo is as like it as half of the group: a user's only label is the nearest to everything.
 */
function nearestLabels(
  embeddings: RowSource,
  groups: readonly (readonly number[])[],
  photoIds: readonly PhotoId[],
  labels: ReadonlyMap<PhotoId, string>,
): (string | null)[] {
  const labelAt = (row: number) => labels.get(photoIds[row] ?? (0 as PhotoId)) ?? null
  const labelled = [...photoIds.keys()].filter((row) => labelAt(row) !== null)
  if (labelled.length === 0) return groups.map(() => null)
  const wanted = groups.map(([typical = 0]) => typical)
  const step = Math.ceil(labelled.length / mostCompared)
  const compared = [...wanted, ...labelled.filter((_, at) => at % step === 0)]
  const part = embeddings.take(compared)
  const inverse = inverseNorms(part)
  // The rows that were asked for are among those found.
  return wanted.map((_, at) => {
    const found = findSimilar(part, inverse, at, wanted.length + 1)
    const best = found.find(({ row }) => row >= wanted.length)
    const isAlike = best !== undefined && best.cosine >= medianCosine(embeddings, groups[at] ?? [])
    return isAlike ? labelAt(compared[best.row] ?? -1) : null
  })
}

/** How like its first row half of a group is at least; more than anything can be for a group of one. */
function medianCosine(embeddings: RowSource, group: readonly number[]): number {
  if (group.length < 2) return Infinity
  const part = embeddings.take(group)
  const others = findSimilar(part, inverseNorms(part), 0, group.length - 1)
  return others[Math.floor((others.length - 1) / 2)]?.cosine ?? Infinity
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
