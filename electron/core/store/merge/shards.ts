// Which parts of what was divided into shards are still missing after a merge.
import { z } from 'zod'
import { JobRequest, JobState } from '../../../contract/jobs.ts'
import type { MissingShards } from '../../../contract/imports.ts'
import { Precision } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'

const JobRow = z.object({
  id: z.int(),
  request: z.string(),
  state: JobState,
  variantId: z.int(),
  model: z.string(),
  precision: Precision,
})

interface Division {
  readonly about: Omit<MissingShards, 'missing'>
  readonly there: Set<number>
}

/**
 * Returns what is missing of each division (the folders, the variant and the number of shards) that a merged job belongs to, by
 * the jobs that this library has now, also of merges before.
 * @param merged the jobs that were merged, by the numbers of this library.
 * @param last those of them that were the last jobs of their libraries: each library reports their state itself.
 */
export function findMissingShards(
  db: Db,
  merged: ReadonlySet<number>,
  last: ReadonlySet<number>,
): MissingShards[] {
  const jobs = db.query(
    `SELECT j.id, j.request, j.state, j.variant_id AS variantId, m.name AS model, v.precision
     FROM main.job j JOIN main.model_variant v ON v.id = j.variant_id JOIN main.model m ON m.id = v.model_id ORDER BY j.id`,
    JobRow,
  )
  const divisions = new Map<string, Division>()
  const wanted = new Set<Division>()
  for (const { id, request, state, variantId, model, precision } of jobs.all()) {
    const { folders, shard } = JobRequest.parse(JSON.parse(request))
    if (shard === null) continue
    const { count, index } = shard
    const key = JSON.stringify([folders, variantId, count])
    const division = divisions.get(key) ?? { about: { count, model, precision, folders }, there: new Set() }
    divisions.set(key, division)
    if (merged.has(id)) wanted.add(division)
    if (state === 'done' || last.has(id)) division.there.add(index)
  }
  return [...wanted]
    .map(({ about, there }) => ({
      ...about,
      missing: Array.from({ length: about.count }, (_, at) => at + 1).filter((index) => !there.has(index)),
    }))
    .filter(({ missing }) => missing.length > 0)
}
