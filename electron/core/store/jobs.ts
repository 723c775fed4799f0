// Jobs and how far they came, so that one that was cut off is found and resumed.
import { z } from 'zod'
import { DeviceReport, Job, JobCounts, JobId, JobRequest, ModelId } from '../../contract/domain.ts'
import { VariantId } from './models.ts'
import type { Db } from './sqlite.ts'

/** A job with the variant that its predictions belong to. */
export interface StoredJob {
  readonly job: Job
  readonly variantId: VariantId
}

const Row = Job.omit({ request: true, counts: true, device: true }).extend({
  variantId: VariantId,
  request: z.string(),
  counts: z.string(),
  device: z.string().nullable(),
  modelId: ModelId,
})

const select = `SELECT j.id, j.request, j.variant_id AS variantId, v.model_id AS modelId, j.state, j.reason, j.counts,
    j.device, j.inferred, j.elapsed_ms AS elapsedMs, j.started_at_ms AS startedAtMs, j.ended_at_ms AS endedAtMs
  FROM job j JOIN model_variant v ON v.id = j.variant_id`

const noCounts: JobCounts = { files: 0, labelled: 0, failed: 0, skipped: 0, reused: 0 }

/** The words of a request in one order, so that equal requests are equal texts. */
const toText = (request: JobRequest): string => JSON.stringify(JobRequest.parse(request))

function toJob({ variantId, ...row }: z.infer<typeof Row>): StoredJob {
  return {
    variantId,
    job: {
      ...row,
      request: JobRequest.parse(JSON.parse(row.request)),
      counts: JobCounts.parse(JSON.parse(row.counts)),
      device: row.device === null ? null : DeviceReport.parse(JSON.parse(row.device)),
    },
  }
}

export type Jobs = ReturnType<typeof createJobs>

export function createJobs(db: Db) {
  const insert = db.query(
    `INSERT INTO job (request, variant_id, state, counts, inferred, elapsed_ms, started_at_ms)
     VALUES (@request, @variantId, 'running', @counts, 0, 0, @atMs) RETURNING id`,
    z.object({ id: JobId }),
  )
  const update = db.command(
    `UPDATE job SET state = @state, reason = @reason, counts = @counts, device = @device, inferred = @inferred,
       elapsed_ms = @elapsedMs, ended_at_ms = @endedAtMs
     WHERE id = @id`,
  )
  const get = db.query(`${select} WHERE j.id = @id`, Row)
  const findUnfinished = db.query(
    `${select} WHERE j.request = @request AND j.variant_id = @variantId AND j.state IN ('running', 'paused') ORDER BY j.id DESC LIMIT 1`,
    Row,
  )
  const list = db.query(`${select} ORDER BY j.id DESC`, Row)

  const find = (id: JobId): StoredJob | null => {
    const row = get.get({ id })
    return row === null ? null : toJob(row)
  }

  return {
    /** A new job in the state `running`. */
    create: (request: JobRequest, variantId: VariantId): StoredJob =>
      db.transaction(() => {
        const counts = JSON.stringify(noCounts)
        const row = insert.get({ request: toText(request), variantId, counts, atMs: Date.now() })
        const created = row === null ? null : find(row.id)
        if (created === null) throw new Error('INSERT gave no job')
        return created
      }),
    /** Saves everything that changes while a job runs; its request, variant and start stay. */
    update: (job: Job): void => {
      const { id, state, reason, inferred, elapsedMs, endedAtMs } = job
      const device = job.device === null ? null : JSON.stringify(job.device)
      update({
        id,
        state,
        reason,
        inferred,
        elapsedMs,
        endedAtMs,
        device,
        counts: JSON.stringify(job.counts),
      })
    },
    get: find,
    /** The newest job with the same words and the same weights that is `running` or `paused`; after a crash `running` says where it was cut off. */
    findUnfinished: (request: JobRequest, variantId: VariantId): StoredJob | null => {
      const row = findUnfinished.get({ request: toText(request), variantId })
      return row === null ? null : toJob(row)
    },
    /** Every job, the newest first. */
    list: (): StoredJob[] => list.all().map(toJob),
  }
}
