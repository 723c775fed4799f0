// Several inference workers that share the photos of one job.
import os from 'node:os'
import type { DeviceReport } from '../../contract/domain.ts'
import type { InferItem, InferResult } from '../../contract/inference.ts'
import { InferenceClient, type InferenceOptions } from './inference-client.ts'

/** How the cores are divided: `workers` processes, each with `threads` threads for the model. */
export interface WorkerPlan {
  readonly workers: number
  readonly threads: number
}

/** More workers save little and cost the memory of a process each. */
const maxWorkers = 4
/** A worker without weights: Node, the runtime, libvips and a batch. */
const workerBytes = 200e6
/** The runtime keeps the weights a second time, in the order in which it reads them. */
const copiesOfWeights = 2

/**
 * Fewer photos, or less work, for which photos times bytes of weights stand: starting another process takes longer than it
 * saves. 170 photos of ViT-Ti, 60 of ViT-S and ViT-B; measured, see docs/benchmarks.md.
 */
const fewPhotos = 60
const smallJob = 4e9

/**
 * [Note: workers] On the CPU, several processes with one thread each do more than one process with several threads:
 * nothing waits for the slowest thread after each layer, and while one worker hands over results another one
 * computes. Each holds the weights, so a large model gets fewer workers with more threads. Few photos get one.
 */
export function planWorkers(
  cores: number,
  weightBytes: number,
  photos = Infinity,
  memoryBytes = os.totalmem(),
): WorkerPlan {
  const fitting = Math.floor(memoryBytes / 4 / (copiesOfWeights * weightBytes + workerBytes))
  const isSmall = photos < fewPhotos || photos * weightBytes < smallJob
  const workers = isSmall ? 1 : Math.max(1, Math.min(cores, maxWorkers, fitting))
  return { workers, threads: Math.max(1, Math.floor(cores / workers)) }
}

export class InferencePool {
  readonly #options: InferenceOptions
  #clients: InferenceClient[] = []

  /** `options.load` sets the number of workers, and of threads in each. */
  constructor(options: InferenceOptions) {
    this.#options = options
  }

  /**
   * Starts the first worker, which finds the device, and on the CPU the others.
   * Throws AppError when no worker can run the model.
   */
  async start(): Promise<DeviceReport> {
    const first = this.#add(this.#options)
    const { device } = await first.start()
    // A graphics card is shared badly, and one worker fills it.
    if (device.ran !== 'cpu') return this.#report(device)
    const load = { ...this.#options.load, device: 'cpu' as const }
    const others = Array.from({ length: load.workers - 1 }, () => this.#add({ ...this.#options, load }))
    await Promise.all(others.map((client) => client.start()))
    return this.#report(device)
  }

  /** What runs the model now; null before the start. */
  device(): DeviceReport | null {
    const device = this.#clients[0]?.device() ?? null
    return device === null ? null : this.#report(device)
  }

  /** As InferenceClient.infer: one result for each item, in groups as they come, in no fixed order. */
  async *infer(items: AsyncIterable<InferItem>, signal: AbortSignal): AsyncGenerator<InferResult[]> {
    const source = items[Symbol.asyncIterator]()
    // All workers pull from the same source, and none may end it for the others.
    const shared: AsyncIterable<InferItem> = { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }
    const stopAll = new AbortController()
    const groups: InferResult[][] = []
    const failures: unknown[] = []
    let active = this.#clients.length
    let wake: () => void = () => undefined
    const runs = this.#clients.map(async (client) => {
      try {
        for await (const group of client.infer(shared, AbortSignal.any([signal, stopAll.signal]))) {
          groups.push(group)
          wake()
        }
      } catch (error) {
        failures.push(error)
        stopAll.abort()
      }
      active--
      wake()
    })
    try {
      for (;;) {
        const group = groups.shift()
        if (group !== undefined) yield group
        else if (active === 0) break
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      stopAll.abort()
      await Promise.all(runs)
      await source.return?.()
    }
    if (failures.length > 0) throw failures[0]
  }

  /** Ends all workers. */
  close(): void {
    for (const client of this.#clients) client.close()
    this.#clients = []
  }

  #report(device: DeviceReport): DeviceReport {
    return { ...device, workers: this.#clients.length }
  }

  #add(options: InferenceOptions): InferenceClient {
    const client = new InferenceClient(options)
    this.#clients.push(client)
    return client
  }
}
