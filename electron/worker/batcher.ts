// Overlaps decode and inference in one process: photos are decoded ahead on the thread pool while a batch runs.
import type { InferItem, InferResult } from '../contract/inference.ts'
import { messageOf, msg } from '../texts/message.ts'
import type { DecodedPhoto } from './decode/decode-photo.ts'
import type { PhotoToRun } from './model.ts'

export interface BatcherOptions {
  readonly batchSize: number
  /** How many photos may be decoding or decoded and waiting. */
  readonly decodeAhead: number
  /** Decodes the photo. Throws with the reason for the user. */
  readonly decode: (item: InferItem) => Promise<DecodedPhoto>
  readonly run: (photos: readonly PhotoToRun[], topK: number) => Promise<InferResult[]>
  readonly report: (results: InferResult[]) => void
}

export interface Batcher {
  add(items: readonly InferItem[], topK: number): void
}

/**
 * [Note: overlap] The runtime's run() blocks this process's event loop, but the decodes already handed to the thread
 * pool go on meanwhile. So at least one batch more than the running one is always submitted before a run
 * starts, and the cores are never idle. A batch smaller than `batchSize` runs only when nothing else is
 * in flight, that is at the end of a job.
 */
export function createBatcher(options: BatcherOptions): Batcher {
  const waiting: InferItem[] = []
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

  const decodeOne = async (item: InferItem) => {
    try {
      ready.push({ ...(await options.decode(item)), id: item.id })
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
    options.report(await runAll(batch))
    isRunning = false
    pump()
  }

  /** When a batch fails, its photos are run one by one, so that none fails because of another one. */
  const runAll = async (batch: readonly PhotoToRun[]): Promise<InferResult[]> => {
    try {
      return await options.run(batch, topK)
    } catch (error) {
      const [first, second] = batch
      if (first === undefined) return []
      if (second === undefined)
        return [
          {
            ok: false,
            id: first.id,
            reason: msg('The model could not process it: {{why}}', { why: messageOf(error) }),
          },
        ]
      const results: InferResult[] = []
      for (const photo of batch) results.push(...(await runAll([photo])))
      return results
    }
  }

  return {
    add(items, k) {
      topK = k
      waiting.push(...items)
      pump()
    },
  }
}
