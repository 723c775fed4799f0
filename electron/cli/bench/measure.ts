// One interleaved series of measurements: our job, its parts alone, and the peer, each in processes of their own.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DeviceReport } from '../../contract/domain.ts'
import type { JobRequest } from '../../contract/jobs.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { AppError } from '../../contract/errors.ts'
import { createClient, directTransport, type CoreClient } from '../../core/client.ts'
import { createCore } from '../../core/core.ts'
import { spawnInference } from '../../host/spawn-inference.ts'
import { workerEnvironment, workerFlags } from '../../host/worker-settings.ts'
import { english, verbatim } from '../../texts/message.ts'
import { benchGo, benchReady, BenchReply, type BenchRequest } from '../../worker/bench/protocol.ts'

const childEntry = fileURLToPath(
  new URL(`../../worker/bench/child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
)

/** Milliseconds a photo of one part, alone on the machine; inference in as many workers as a job has. */
export async function measurePart(request: BenchRequest): Promise<number> {
  const { part, load, paths } = request
  const workers = part === 'inference' && load.device === 'cpu' ? load.workers : 1
  const children = Array.from({ length: workers }, (_, worker) =>
    startChild({ ...request, paths: paths.filter((_path, index) => index % workers === worker) }),
  )
  try {
    await Promise.all(children.map((child) => nextMessage(child, part)))
    const replies = children.map((child) => nextMessage(child, part))
    for (const child of children) child.send(benchGo)
    const elapsedMs = (await Promise.all(replies)).map((raw) => BenchReply.parse(raw).elapsedMs)
    return Math.max(...elapsedMs) / paths.length
  } finally {
    for (const child of children) child.kill()
  }
}

function startChild(request: BenchRequest): ChildProcess {
  const child = fork(childEntry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // As a job's workers: memory and threads change what decoding costs.
    execArgv: [...workerFlags],
    env: workerEnvironment(request.load.threads * request.load.workers),
  })
  child.send(request)
  return child
}

/** What the child says next; throws its error, or that it has ended. */
async function nextMessage(child: ChildProcess, part: string): Promise<unknown> {
  const stop = new AbortController()
  const ended = once(child, 'exit', { signal: stop.signal }).then(() => {
    throw new AppError('inference-failed', verbatim(`The bench process for ${part} ended without an answer.`))
  })
  const [message] = (await Promise.race([once(child, 'message'), ended])) as unknown[]
  ended.catch(() => undefined)
  stop.abort()
  if (message === benchReady) return message
  const { error } = BenchReply.parse(message)
  if (error === null) return message
  const [why = ''] = error.split('\n')
  const remedy =
    part === 'peer' ? ' transformers.js reads fewer kinds of photos; leave it out: --no-peer.' : ''
  throw new AppError('inference-failed', verbatim(`The bench of ${part} failed: ${why}.${remedy}`))
}

/** Where the time of a job goes: what it costs once, and what each further photo costs. */
export interface JobPhases {
  /** From the request until the workers have loaded the model. */
  readonly loadMs: number
  /** From then until the first photos are stored. */
  readonly firstMs: number
  /** Milliseconds a photo from the first stored photos to the last; null where all came at once. */
  readonly steadyMsPerPhoto: number | null
}

export interface JobMeasure {
  /** The photos that it could label. */
  readonly paths: readonly string[]
  /** Without loading the model. */
  readonly msPerPhoto: number
  readonly phases: JobPhases
  readonly device: DeviceReport
  /** Of the model, as a worker read it. */
  readonly weightBytes: number
}

/** Our whole job on a new library: scan, hash, decode, inference, store. Loading the model is not counted. */
export async function measureJob(
  folder: string,
  cacheDir: string,
  threads: number,
  request: Omit<JobRequest, 'photoIds' | 'topK' | 'force' | 'shard'> & { readonly model: string },
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
    const stored: { readonly atMs: number; readonly photos: number }[] = []
    core.events.subscribe('job.progress', ({ counts }) => {
      const photos = counts.labelled + counts.failed
      if (photos > (stored.at(-1)?.photos ?? 0)) stored.push({ atMs: performance.now(), photos })
    })
    const requestedAtMs = performance.now()
    const { id } = await client.jobs.start(request)
    const loadedAtMs = performance.now()
    await ended
    const job = await client.jobs.get({ id })
    if (job.state !== 'done')
      throw new AppError(
        'inference-failed',
        verbatim(
          `The bench job ended as ${job.state}: ${job.reason === null ? 'it gave no reason' : english(job.reason)}`,
        ),
      )
    if (job.device === null || job.inferred === 0)
      throw new AppError(
        'not-found',
        verbatim(
          `${request.folders.join(', ')} holds no photos that can be labelled. Choose another folder.`,
        ),
      )
    const paths: string[] = []
    for (const folder of request.folders) paths.push(...(await labelledPhotos(client, folder)))
    const { weightBytes } = await client.models.info({ model: request.model })
    const [first, last] = [stored[0], stored.at(-1)]
    const phases = {
      loadMs: loadedAtMs - requestedAtMs,
      firstMs: first === undefined ? 0 : first.atMs - loadedAtMs,
      steadyMsPerPhoto:
        first === undefined || last === undefined || last.photos === first.photos
          ? null
          : (last.atMs - first.atMs) / (last.photos - first.photos),
    }
    return { paths, msPerPhoto: job.elapsedMs / job.inferred, phases, device: job.device, weightBytes }
  } finally {
    await core.close()
    for (const suffix of ['', '-wal', '-shm']) await rm(libraryFile + suffix, { force: true })
  }
}

async function labelledPhotos(client: CoreClient, folder: string): Promise<string[]> {
  const paths: string[] = []
  let after: string | null = null
  do {
    const page: PhotoFile[] = await client.photos.list({ folder, after, limit: 1000 })
    paths.push(...page.filter(({ status }) => status === 'labelled').map(({ path }) => path))
    after = page.at(-1)?.path ?? null
  } while (after !== null)
  return paths
}

/** transformers.js is a development dependency: a checkout has it, an installed package does not. */
export function isPeerInstalled(): boolean {
  try {
    import.meta.resolve('@huggingface/transformers')
    return true
  } catch {
    return false
  }
}
