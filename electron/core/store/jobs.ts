// Jobs and how far they came, so that one that was cut off is found and resumed.
import { z } from 'zod'
import { DeviceReport, Job, JobCounts, JobId, JobRequest, ModelId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { VariantId } from './models.ts'
import type { Db } from './sqlite.ts'

const Row = Job.omit({ request: true, counts: true, device: true }).extend({
  request: z.string(),
  counts: z.string(),
  device: z.string().nullable(),
  modelId: ModelId,
})

const select = `SELECT j.id, j.request, v.model_id AS modelId, j.state, j.reason, j.counts,
    j.device, j.inferred, j.elapsed_ms AS elapsedMs, j.started_at_ms AS startedAtMs, j.ended_at_ms AS endedAtMs
  FROM job j JOIN model_variant v ON v.id = j.variant_id`

const noCounts: JobCounts = { files: 0, labelled: 0, failed: 0, skipped: 0, reused: 0 }

/** The words of a request in one order, so that equal requests are equal texts, also those from before there were photos. */
const toText = (request: JobRequest): string => {
  const { photoIds, ...rest } = JobRequest.parse(request)
  return JSON.stringify(photoIds === null ? rest : { ...rest, photoIds })
}

const toJob = (row: z.infer<typeof Row>): Job => ({
  ...row,
  request: JobRequest.parse(JSON.parse(row.request)),
  counts: JobCounts.parse(JSON.parse(row.counts)),
  device: row.device === null ? null : DeviceReport.parse(JSON.parse(row.device)),
})

/** What may change while a job lives. */
export type JobChanges = Partial<Omit<Job, 'id' | 'request' | 'modelId' | 'startedAtMs'>>

export type Jobs = ReturnType<typeof createJobs>

export function createJobs(db: Db) {
  const insert = db.query(
    `INSERT INTO job (request, variant_id, state, counts, inferred, elapsed_ms, started_at_ms, last_started_at_ms)
     VALUES (@request, @variantId, 'running', @counts, 0, 0, @atMs, @atMs) RETURNING id`,
    z.object({ id: JobId }),
  )
  const update = db.command(
    `UPDATE job SET state = @state, reason = @reason, counts = @counts, device = @device, inferred = @inferred,
       elapsed_ms = @elapsedMs, ended_at_ms = @endedAtMs,
       last_started_at_ms = CASE @state WHEN 'running' THEN @atMs ELSE last_started_at_ms END
     WHERE id = @id`,
  )
  const get = db.query(`${select} WHERE j.id = @id`, Row)
  const findUnfinished = db.query(
    `${select} WHERE j.request = @request AND j.variant_id = @variantId AND j.state IN ('running', 'paused', 'failed') ORDER BY j.id DESC LIMIT 1`,
    Row,
  )
  const list = db.query(`${select} ORDER BY j.id DESC`, Row)

  const find = (id: JobId): Job | null => {
    const row = get.get({ id })
    return row === null ? null : toJob(row)
  }

  return {
    /** A new job in the state `running`. */
    create: (request: JobRequest, variantId: VariantId): JobId => {
      const counts = JSON.stringify(noCounts)
      const row = insert.get({ request: toText(request), variantId, counts, atMs: Date.now() })
      if (row === null) throw new Error('INSERT gave no id')
      return row.id
    },
    /** Saves what changed and gives the whole job; the request, the variant and the start stay. Fails with `not-found`. */
    update: (id: JobId, changes: JobChanges): Job =>
      db.transaction(() => {
        const job = find(id)
        if (job === null)
          throw new AppError('not-found', `There is no job ${id} in the library '${db.file}'.`)
        const changed: Job = { ...job, ...changes }
        const { state, reason, inferred, elapsedMs, endedAtMs } = changed
        const device = changed.device === null ? null : JSON.stringify(changed.device)
        const counts = JSON.stringify(changed.counts)
        update({ id, state, reason, inferred, elapsedMs, endedAtMs, device, counts, atMs: Date.now() })
        return changed
      }),
    get: find,
    /** The newest job with the same words and weights that is `running` (perhaps cut off by a crash), `paused` or `failed`. */
    findUnfinished: (request: JobRequest, variantId: VariantId): Job | null => {
      const row = findUnfinished.get({ request: toText(request), variantId })
      return row === null ? null : toJob(row)
    },
    /** Every job, the newest first. */
    list: (): Job[] => list.all().map(toJob),
  }
}
