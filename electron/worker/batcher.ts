// Overlaps decode and inference in one process: photos are decoded ahead on the thread pool while a batch runs.
import type { InferResult } from '../contract/inference.ts'
import type { DecodedPhoto } from './decode/decode-photo.ts'
import type { PhotoToRun } from './model.ts'

export interface BatcherOptions {
  readonly batchSize: number
  /** How many photos may be decoding or decoded and waiting. */
  readonly decodeAhead: number
  readonly decode: (path: string) => Promise<DecodedPhoto>
  readonly run: (photos: readonly PhotoToRun[], topK: number) => Promise<InferResult[]>
  readonly report: (results: InferResult[]) => void
}

export interface BatchItem {
  readonly id: number
  readonly path: string
}

export interface Batcher {
  add(items: readonly BatchItem[], topK: number): void
}

/**
 * [Note: overlap] The runtime's run() blocks this process's event loop, but the decodes already handed to the thread
 * pool go on meanwhile. So at least one batch more than the running one is always handed over before a run
 * starts, and the cores are never without work. A batch smaller than `batchSize` runs only when nothing else is
 * on its way, that is at the end of a job.
 */
export function createBatcher(options: BatcherOptions): Batcher {
  const waiting: BatchItem[] = []
  const ready: PhotoToRun[] = []
  let decoding = 0
  let topK = 1
  let isRunning = false

  const pump = () => {
    while (decoding + ready.length < options.decodeAhead) {
      const item = waiting.shift()
      if (item === undefined) break
      decoding++
      void decodeOne(item)
    }
    const isLast = waiting.length === 0 && decoding === 0
    if (!isRunning && (ready.length >= options.batchSize || (isLast && ready.length > 0))) void runOne()
  }

  const decodeOne = async (item: BatchItem) => {
    try {
      ready.push({ ...(await options.decode(item.path)), id: item.id })
    } catch (error) {
      options.report([{ ok: false, id: item.id, reason: messageOf(error) }])
    }
    decoding--
    pump()
  }

  const runOne = async () => {
    isRunning = true
    const batch = ready.splice(0, options.batchSize)
    pump()
    try {
      options.report(await options.run(batch, topK))
    } catch (error) {
      const reason = `the model could not process it: ${messageOf(error)}`
      options.report(batch.map(({ id }) => ({ ok: false, id, reason })))
    }
    isRunning = false
    pump()
  }

  return {
    add(items, k) {
      topK = k
      waiting.push(...items)
      pump()
    },
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
