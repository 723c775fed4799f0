// A thread that runs one model, so that waiting for a graphics card does not hold up decoding. Started by threaded-model.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { toWireError, type WireError } from '../contract/errors.ts'
import { LoadRequest, type InferResult } from '../contract/inference.ts'
import { openModel, type OpenModel, type PhotoToRun } from './model.ts'

export interface RunRequest {
  readonly photos: readonly PhotoToRun[]
  readonly k: number
}

export type ThreadReply =
  | ({ readonly type: 'open' } & Pick<OpenModel, 'device' | 'preprocessing'>)
  | { readonly type: 'results'; readonly results: readonly InferResult[] }
  | { readonly type: 'error'; readonly error: WireError }

const reply = (message: ThreadReply): void => {
  parentPort?.postMessage(message)
}
const fail = (error: unknown): void => {
  reply({ type: 'error', error: toWireError(error) })
}

async function open(): Promise<void> {
  const { device, preprocessing, run } = await openModel(LoadRequest.parse(workerData))
  parentPort?.on('message', ({ photos, k }: RunRequest) => {
    run(photos, k).then((results) => {
      reply({ type: 'results', results })
    }, fail)
  })
  reply({ type: 'open', device, preprocessing })
}

open().catch(fail)
