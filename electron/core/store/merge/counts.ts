// How the present files of a library ended, and what its last job was about.
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { JobRequest, JobState, type Shard } from '../../../contract/jobs.ts'
import { OutcomeCounts } from '../../../contract/imports.ts'
import type { Db } from '../sqlite/connection.ts'
import { countsOf } from '../tables/cleared-suggestions.ts'
import { inRange, mapped } from './sql.ts'

/** As a list shows them: what is wrong with a file comes first, and whoever confirmed a label needs no model. */
const sql = (library: 'main' | 'src') => `
  SELECT count(*) AS files, count(*) FILTER (WHERE state = 'labelled') AS labelled,
    count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'skipped') AS skipped,
    count(*) FILTER (WHERE state = 'pending') AS pending
  FROM (SELECT CASE
    WHEN f.problem_kind IS NOT NULL THEN f.problem_kind
    WHEN EXISTS (SELECT 1 FROM ${library}.annotation a JOIN ${library}.photo p ON p.id = f.photo_id
      WHERE a.photo_id = coalesce(p.subject_id, p.id) AND a.state = 'confirmed') THEN 'labelled'
    ELSE coalesce((SELECT i.status FROM ${library}.model_variant v CROSS JOIN ${library}.inference i
      ON i.variant_id = v.id AND i.photo_id = f.photo_id
      WHERE ${countsOf('i', 'v')} ORDER BY i.status = 'labelled' DESC LIMIT 1), 'pending') END AS state
  FROM ${library}.file f WHERE f.missing_since_ms IS NULL AND ${inRange('f.id')})`

/** Files counted at a time; some ten milliseconds. */
const filesAtOnce = 1000

/** Other calls are answered meanwhile. Throws the signal's reason when it is aborted. */
export async function countOutcomes(
  db: Db,
  library: 'main' | 'src',
  signal: AbortSignal,
): Promise<OutcomeCounts> {
  const last = db.query(`SELECT coalesce(max(id), 0) AS id FROM ${library}.file`, z.object({ id: z.int() }))
  const count = db.query(sql(library), OutcomeCounts)
  const total: OutcomeCounts = { files: 0, labelled: 0, failed: 0, skipped: 0, pending: 0 }
  const { id } = last.get() ?? { id: 0 }
  for (let from = 1; from <= id; from += filesAtOnce) {
    const counts = count.get({ from, to: from + filesAtOnce - 1 })
    for (const state of OutcomeCounts.keyof().options) total[state] += counts?.[state] ?? 0
    await setImmediate()
    signal.throwIfAborted()
  }
  return total
}

/** Of the attached source, whose last job has the number `jobId` here. */
export function describeJobs(db: Db): { jobId: number | null; job: JobState | null; shard: Shard | null } {
  const last = db.query(
    `SELECT ${mapped('job', 's.id')} AS jobId, s.state, s.request FROM src.job s
     ORDER BY s.last_started_at_ms DESC, s.id DESC LIMIT 1`,
    z.object({ jobId: z.int(), state: JobState, request: z.string() }),
  )
  const row = last.get()
  if (row === null) return { jobId: null, job: null, shard: null }
  return { jobId: row.jobId, job: row.state, shard: JobRequest.parse(JSON.parse(row.request)).shard }
}
