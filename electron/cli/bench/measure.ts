// One interleaved series of measurements: our job, its parts alone, and the peer, each in processes of their own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DeviceReport, JobRequest } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { createClient, directTransport } from '../../core/client.ts'
import { createCore } from '../../core/core.ts'
import { spawnInference } from '../../host/spawn-inference.ts'
import { BenchReply, type BenchRequest } from '../../worker/bench/protocol.ts'

const childEntry = fileURLToPath(
  new URL(`../../worker/bench/child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** Milliseconds a photo of one part, alone on the machine. */
export async function measurePart(request: BenchRequest): Promise<number> {
  const child = fork(childEntry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, request.load.threads)) },
  })
  child.send(request)
  const exit = once(child, 'exit').then(() => {
    throw new AppError('inference-failed', `The bench process for ${request.part} ended without an answer.`)
  })
  const [raw] = (await Promise.race([once(child, 'message'), exit])) as unknown[]
  exit.catch(() => undefined)
  child.kill()
  const { photos, elapsedMs, error } = BenchReply.parse(raw)
  if (error !== null) throw new AppError('inference-failed', `The bench of ${request.part} failed: ${error}`)
  return elapsedMs / photos
}

export interface JobMeasure {
  readonly msPerPhoto: number
  readonly device: DeviceReport
}

/** Our whole job on a new library: scan, hash, decode, inference, store. Loading the model is not counted. */
export async function measureJob(
  folder: string,
  cacheDir: string,
  threads: number,
  request: Omit<JobRequest, 'topK' | 'force'>,
): Promise<JobMeasure> {
  const libraryFile = path.join(folder, 'bench.db')
  const core = createCore({ libraryFile, cacheDir, spawnInference, threads })
  try {
    const client = createClient(directTransport(core))
    const ended = new Promise<void>((resolve) => {
      core.events.subscribe('job.changed', ({ state }) => {
        if (state !== 'running') resolve()
      })
    })
    const { id } = await client.jobs.start(request)
    await ended
    const job = await client.jobs.get({ id })
    if (job.state !== 'done' || job.device === null || job.inferred === 0)
      throw new AppError(
        'inference-failed',
        `The bench job ended as ${job.state}: ${job.reason ?? 'no photo was labelled'}`,
      )
    return { msPerPhoto: job.elapsedMs / job.inferred, device: job.device }
  } finally {
    await core.close()
    for (const suffix of ['', '-wal', '-shm']) await rm(libraryFile + suffix, { force: true })
  }
}
