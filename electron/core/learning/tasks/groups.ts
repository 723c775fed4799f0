// The library in groups of photos that look alike, each of which can be labelled in one step.
import type { PhotoId } from '../../../contract/domain.ts'
import type { GroupsRequest, PhotoGroup } from '../../../contract/review.ts'
import { kMeans } from '../algorithms/k-means.ts'
import { cosineOf, findSimilar, inverseNorms } from '../algorithms/neighbours.ts'
import type { Report } from '../algorithms/report.ts'
import { selectRows, type RowSource } from '../algorithms/row-source.ts'
import type { EmbeddedLibrary, LearningContext } from '../context.ts'
import { confirmedLabels, currentLabels, type CurrentLabel } from './current-labels.ts'

const mostGroups = 300
/** Photos with a confirmed label that groups are compared with; of more, a part that is spread evenly. */
const mostCompared = 5000

export function findGroups(
  { store, embedded, report }: LearningContext,
  { modelId, groups, isUnlabelledOnly, hasPaths, seed }: Omit<GroupsRequest, 'taskId'>,
): PhotoGroup[] {
  const library = embedded(modelId)
  const { embeddings, photoIds } = library
  const labelOf = currentLabels(store, report)
  const rows = [...photoIds.keys()].filter((row) => {
    const photoId = photoIds[row]
    return photoId !== undefined && !(isUnlabelledOnly && labelOf(photoId)?.isConfirmed === true)
  })
  if (rows.length === 0) return []
  // As many groups as photos in each of them, but no more than a user looks at.
  const count = groups ?? Math.min(mostGroups, Math.max(2, Math.round(Math.sqrt(rows.length))))
  const part = rows.length === embeddings.rows ? embeddings : selectRows(embeddings, rows)
  const clusters = kMeans(part, { count, seed, report })
  const paths = hasPaths ? store.files.photoPathsOf(rows.flatMap((row) => photoIds[row] ?? [])) : null
  const nearest = nearestLabels(
    library,
    clusters.map(({ members }) => members.flatMap(({ row }) => rows[row] ?? [])),
    confirmedLabels(store),
    report,
  )
  return clusters.map(({ members }, index) => {
    const found = members.flatMap(({ row, cosine }) => {
      const photoId = photoIds[rows[row] ?? -1]
      return photoId === undefined ? [] : [{ photoId, cosine }]
    })
    const ids = found.map(({ photoId }) => photoId)
    return {
      photoIds: ids,
      photos: paths && found.map(({ photoId, cosine }) => ({ path: paths.get(photoId) ?? '', cosine })),
      ...mostFrequent(ids, labelOf),
      nearest: nearest[index] ?? null,
    }
  })
}

/**
 * For each group of rows, the most typical one first: the label of the labelled photo most like that row. Null where no
 * labelled photo is as like it as half of the group: a user's only label is the nearest to everything.
 */
function nearestLabels(
  { embeddings, photoIds }: EmbeddedLibrary,
  groups: readonly (readonly number[])[],
  labels: ReadonlyMap<PhotoId, string>,
  report: Report,
): (string | null)[] {
  const labelAt = (row: number) => labels.get(photoIds[row] ?? (0 as PhotoId)) ?? null
  const labelled = [...photoIds.keys()].filter((row) => labelAt(row) !== null)
  if (labelled.length === 0) return groups.map(() => null)
  const wanted = groups.map(([typical = 0]) => typical)
  const step = Math.ceil(labelled.length / mostCompared)
  const compared = [...wanted, ...labelled.filter((_, at) => at % step === 0)]
  const part = embeddings.take(compared)
  const vectorAt = (at: number) => part.values.subarray(at * part.dim, (at + 1) * part.dim)
  const inverse = inverseNorms(part)
  const medians = medianCosines(embeddings, groups, vectorAt, report)
  return wanted.map((_, at) => {
    // The rows that were asked for are among those found.
    const found = findSimilar(part, inverse, at, wanted.length + 1)
    const best = found.find(({ row }) => row >= wanted.length)
    const isAlike = best !== undefined && cosineOf(vectorAt(best.row), vectorAt(at)) >= (medians[at] ?? 0)
    return isAlike ? labelAt(compared[best.row] ?? -1) : null
  })
}

/**
 * How like its first row half of each group is at least; more than anything can be for a group of one. `typicalOf` gives that
 * row's numbers. All rows go by in blocks, which is faster than to look for each group's.
 */
function medianCosines(
  { rows, blocks }: RowSource,
  groups: readonly (readonly number[])[],
  typicalOf: (group: number) => Float32Array,
  report: Report,
): number[] {
  const groupOf = new Int32Array(rows).fill(-1)
  for (const [group, [, ...others]] of groups.entries()) for (const row of others) groupOf[row] = group
  const cosines = groups.map(({ length }) => new Float64Array(length - 1))
  const filled = new Int32Array(groups.length)
  for (const { from, matrix } of blocks()) {
    report('comparing groups with your labels', from / rows)
    for (let r = 0; r < matrix.rows; r++) {
      const group = groupOf[from + r] ?? -1
      if (group === -1) continue
      const row = matrix.values.subarray(r * matrix.dim, (r + 1) * matrix.dim)
      const values = cosines[group]
      const at = filled[group] ?? 0
      if (values) values[at] = cosineOf(row, typicalOf(group))
      filled[group] = at + 1
    }
  }
  return cosines.map((values) => values.sort()[Math.ceil((values.length - 1) / 2)] ?? Infinity)
}

function mostFrequent(
  photoIds: readonly PhotoId[],
  labelOf: (photoId: PhotoId) => CurrentLabel | null,
): Pick<PhotoGroup, 'label' | 'labelShare'> {
  const counts = new Map<string, number>()
  for (const photoId of photoIds) {
    const name = labelOf(photoId)?.name
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const [first] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return first === undefined
    ? { label: null, labelShare: 0 }
    : { label: first[0], labelShare: first[1] / photoIds.length }
}
