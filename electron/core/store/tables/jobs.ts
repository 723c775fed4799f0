// Jobs and their progress, so that an interrupted one is found and resumed.
import { z } from 'zod'
import { DeviceReport, FileId, JobId, ModelId } from '../../../contract/domain.ts'
import { Job, JobCounts, JobRequest } from '../../../contract/jobs.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import type { VariantId } from './model-variants.ts'
import type { Db } from '../sqlite/connection.ts'
import { readMessage, storeMessage } from './stored-message.ts'

const Row = Job.omit({ request: true, reason: true, counts: true, device: true }).extend({
  reason: z.string().nullable(),
  reasonValues: z.string().nullable(),
  request: z.string(),
  counts: z.string(),
  device: z.string().nullable(),
  modelId: ModelId,
})

const select = `SELECT j.id, j.request, v.model_id AS modelId, j.state, j.reason, j.reason_values AS reasonValues,
    j.counts, j.device, j.inferred, j.elapsed_ms AS elapsedMs, j.started_at_ms AS startedAtMs, j.ended_at_ms AS endedAtMs
  FROM job j JOIN model_variant v ON v.id = j.variant_id`

const noCounts: JobCounts = { files: 0, labelled: 0, failed: 0, skipped: 0, reused: 0 }

/** Returns a request as text with its keys in one order, so that equal requests are equal texts, also ones saved before `photoIds` and `shard` existed. */
const toText = (request: JobRequest): string => {
  const { photoIds, shard, ...rest } = JobRequest.parse(request)
  return JSON.stringify({
    ...rest,
    ...(photoIds === null ? {} : { photoIds }),
    ...(shard === null ? {} : { shard }),
  })
}

const toJob = ({ reason, reasonValues, ...row }: z.infer<typeof Row>): Job => ({
  ...row,
  reason: readMessage({ template: reason, values: reasonValues }),
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
    `UPDATE job SET state = @state, reason = @reason, reason_values = @reasonValues, counts = @counts, device = @device, inferred = @inferred,
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

  const forgetFailures = db.command('DELETE FROM job_failure')
  const insertFailures = db.command(
    'INSERT OR IGNORE INTO job_failure (job_id, path) SELECT @id, value FROM json_each(@paths)',
  )
  const failedFiles = db.query(
    'SELECT f.id FROM job_failure j JOIN file f ON f.path = j.path WHERE j.job_id = @id',
    z.object({ id: FileId }),
  )

  const find = (id: JobId): Job | null => {
    const row = get.get({ id })
    return row === null ? null : toJob(row)
  }

  return {
    /** Creates a job in the state `running`. Returns its id. */
    create: (request: JobRequest, variantId: VariantId): JobId => {
      const counts = JSON.stringify(noCounts)
      const row = insert.get({ request: toText(request), variantId, counts, atMs: Date.now() })
      if (row === null) throw new Error('INSERT gave no id')
      return row.id
    },
    /** Saves the changes and returns the whole job; the request, the variant and the start stay. Fails with `not-found`. */
    update: (id: JobId, changes: JobChanges): Job =>
      db.transaction(() => {
        const job = find(id)
        if (job === null)
          throw new AppError(
            'not-found',
            msg("There is no job {{id}} in the library '{{file}}'.", { id, file: db.file }),
          )
        const changed: Job = { ...job, ...changes }
        const { state, inferred, elapsedMs, endedAtMs } = changed
        const { template: reason, values: reasonValues } = storeMessage(changed.reason)
        const device = changed.device === null ? null : JSON.stringify(changed.device)
        const counts = JSON.stringify(changed.counts)
        const told = { state, reason, reasonValues, device, counts }
        update({ id, ...told, inferred, elapsedMs, endedAtMs, atMs: Date.now() })
        return changed
      }),
    get: find,
    /** Keeps the paths of the files that failed in the job, and forgets those of all other jobs. */
    saveFailures: (id: JobId, paths: readonly string[]): void => {
      db.transaction(() => {
        forgetFailures()
        insertFailures({ id, paths: JSON.stringify(paths) })
      })
    },
    /** Returns the files that failed in the job, if it is the last one. */
    failedFiles: (id: JobId): FileId[] => failedFiles.all({ id }).map((row) => row.id),
    /** Returns the newest job with an equal request and variant that is `running` (perhaps interrupted by a crash), `paused` or `failed`. */
    findUnfinished: (request: JobRequest, variantId: VariantId): Job | null => {
      const row = findUnfinished.get({ request: toText(request), variantId })
      return row === null ? null : toJob(row)
    },
    /** Returns every job, the newest first. */
    list: (): Job[] => list.all().map(toJob),
  }
}
