// Entry of the inference worker: binds the process's message channel to the model; nothing else.
import { ToWorker, type FromWorker } from '../contract/inference.ts'
import { toWireError } from '../contract/errors.ts'
import { loadModel, type LoadedModel } from './model.ts'

/** Electron's utilityProcess has `parentPort`; a plain Node child has `process.send`. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}
const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort

const post = (message: FromWorker): void => {
  if (parentPort !== undefined) parentPort.postMessage(message)
  else process.send?.(message)
}

let model: LoadedModel | null = null

async function handle(raw: unknown): Promise<void> {
  const message = ToWorker.parse(raw)
  if (message.type === 'infer') {
    model?.infer(message)
    return
  }
  try {
    model = await loadModel(message, (items) => {
      post({ type: 'results', items })
    })
    post(model.loaded)
  } catch (error) {
    post({ type: 'error', ...toWireError(error) })
  }
}

if (parentPort !== undefined) parentPort.on('message', (event) => void handle(event.data))
else {
  process.on('message', (raw) => void handle(raw))
  // A worker whose parent is gone has nobody to answer to.
  process.on('disconnect', () => process.exit())
  // Ctrl-C reaches the whole process group; the parent decides when the worker ends.
  process.on('SIGINT', () => undefined)
}
