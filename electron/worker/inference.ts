// Entry of the inference worker: serves the requests of the process's message channel with one model, or with pictures.
import module from 'node:module'
import { lowerPriority } from '../common/priority.ts'
import { toWireError } from '../contract/errors.ts'
import { ToWorker, type FromWorker, type LoadRequest } from '../contract/inference.ts'
import { createBatcher, type Batcher } from './batcher.ts'
import { decodePhotoFile } from './decode/decode-photo.ts'
import { setDecoderThreads } from './decode/thread-pool.ts'
import { readExif } from './exif.ts'
import { makePicture } from './picture.ts'

/** A MessagePort as Electron's processes have it. */
interface ElectronPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  postMessage(message: unknown): void
  start(): void
}
interface ParentPort {
  once(event: 'message', listener: (event: { readonly ports: readonly ElectronPort[] }) => void): void
}
const { parentPort } = process as unknown as { parentPort?: ParentPort }

/** In Electron the channel to the core; a plain Node child has `process.send`. */
let corePort: ElectronPort | null = null

const post = (message: FromWorker): void => {
  if (corePort !== null) corePort.postMessage(message)
  else process.send?.(message)
}

const nice = Number(process.env['LABELROOM_NICE'] ?? 0)
if (nice > 0) lowerPriority(nice)

let batcher: Batcher | null = null

async function handle(raw: unknown): Promise<void> {
  const message = ToWorker.parse(raw)
  try {
    switch (message.type) {
      case 'prepare':
        await Promise.all([import('./describe-model.ts'), import('./threaded-model.ts')])
        break
      case 'infer':
        batcher?.add(message.items, message.topK)
        break
      case 'picture':
        post({ type: 'picture', id: message.id, result: await makePicture(message) })
        break
      case 'exif':
        post(await readExif(message))
        break
      case 'explain': {
        const { explainPhoto } = await import('./explain/explain-photo.ts')
        post(await explainPhoto(message))
        break
      }
      case 'ask':
      case 'explain-text': {
        const { ask, explainText } = await import('./vilt/ask.ts')
        post(message.type === 'ask' ? await ask(message) : await explainText(message))
        break
      }
      case 'merge': {
        const { mergeHead } = await import('./merge-head.ts')
        post(await mergeHead(message))
        break
      }
      case 'embed-texts': {
        const { embedTexts } = await import('./embed-texts.ts')
        post(await embedTexts(message))
        break
      }
      case 'model': {
        const { describeModel } = await import('./describe-model.ts')
        post({ type: 'model', model: await describeModel(message.path, message.choices) })
        break
      }
      case 'label-names': {
        const { readLabelNames } = await import('../../models/config/labels.ts')
        const names = await readLabelNames(message.path, message.classes, message.language)
        post({ type: 'label-names', names: [...names] })
        break
      }
      case 'load':
        await load(message)
    }
  } catch (error) {
    post({ type: 'error', ...toWireError(error) })
  }
}

/** A worker that used processor time in this long is slow, and does not hang. Photos that do have limits of their own. */
const heartbeatMs = 10_000
const busyMicroseconds = 200_000

let isBeating = false

function startHeartbeat(): void {
  if (isBeating) return
  isBeating = true
  let last = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(last)
    last = process.cpuUsage()
    if (user + system > busyMicroseconds) post({ type: 'heartbeat' })
  }, heartbeatMs).unref()
}

async function load(request: LoadRequest): Promise<void> {
  // A worker that only makes pictures never loads the runtime.
  const { openForJob } = await import('./threaded-model.ts')
  const { preprocessing, device, run } = await openForJob(request)
  const { batchSize } = device
  // See [Note: workers]: on the CPU each worker has its share of the cores; beside a graphics card one has all.
  const cores = device.ran === 'cpu' ? request.threads : request.threads * request.workers
  setDecoderThreads(cores)
  // See [Note: overlap]: one batch runs, one is ready or decoding behind it.
  const decodeAhead = batchSize + Math.max(batchSize, 2 * cores)
  batcher = createBatcher({
    batchSize,
    decodeAhead,
    run,
    decode: ({ path, ...stamp }) => decodePhotoFile({ path, stamp }, preprocessing, request.limits),
    report: (items) => {
      post({ type: 'results', items })
    },
  })
  startHeartbeat()
  post({ type: 'loaded', device, windowSize: decodeAhead + 2 * batchSize })
  keepCompiledCode()
}

/** Where Node keeps compiled code, it does so at the end of a process; workers are killed. Electron's Node may not have it. */
function keepCompiledCode(): void {
  const { flushCompileCache } = module as Partial<typeof module>
  flushCompileCache?.()
}

/** A worker whose parent is gone has no one to answer. An orderly end would wait for a thread that waits for a driver. */
function end(): void {
  process.kill(process.pid, 'SIGKILL')
}

if (parentPort !== undefined) {
  // Electron's main process started this one and sends the port to the core, which is another process.
  parentPort.once('message', ({ ports: [port] }) => {
    if (port === undefined) return
    corePort = port
    port.on('message', (event) => void handle(event.data))
    port.on('close', end)
    port.start()
  })
} else {
  process.on('message', (raw) => void handle(raw))
  process.on('disconnect', end)
  // Ctrl-C reaches the whole process group; the parent decides when the worker ends.
  process.on('SIGINT', () => undefined)
}
