// Opens the model of a job where it runs best: on the CPU in this thread, on a graphics card in a thread of its own.
import { Worker } from 'node:worker_threads'
import { AppError } from '../contract/errors.ts'
import type { LoadRequest } from '../contract/inference.ts'
import type { RunRequest, ThreadReply } from './model-thread.ts'
import { openModel, recallDevice, type OpenModel } from './model.ts'

const threadFile = new URL(
  './model-thread' + (import.meta.url.endsWith('.ts') ? '.ts' : '.js'),
  import.meta.url,
)

/** A model that runs a batch at a time. */
export type JobModel = Pick<OpenModel, 'device' | 'preprocessing' | 'run'>

/**
 * [Note: model thread] The runtime blocks the thread that calls it until the batch is done. On the CPU nothing is lost by
 * that, since the model uses the cores itself. A graphics card leaves them idle: each decode takes several turns of the
 * event loop, so a blocked one soon stops all of them, and a job takes as long as decode and inference one after the
 * other. On a card the model therefore has a thread of its own, to which pixels are copied (150 kB a photo).
 */
export async function openForJob(request: LoadRequest): Promise<JobModel> {
  if (request.device === 'cpu') return openModel(request)
  if (request.device === 'auto') {
    const remembered = await recallDevice(request)
    if (remembered === null || remembered === 'cpu') {
      const model = await openModel(request)
      if (model.device.ran === 'cpu') return model
      // It is remembered now, and not compared again.
      await model.release()
    }
  }
  return openInThread(request)
}

/** Opens the model in a thread, on whichever device; the next batch must wait for the one before. Throws AppError. */
export async function openInThread(request: LoadRequest): Promise<JobModel> {
  const thread = new Worker(threadFile, { workerData: request })
  // What the thread cannot catch ends the process, as it would without a thread: an `error` without a listener throws.
  const opened = await ask(thread)
  if (opened.type !== 'open') throw new Error(`The thread answered ${opened.type} when it was started.`)
  const { device, preprocessing } = opened
  thread.once('exit', (code) => process.exit(code || 1))
  // The channel to the core keeps the process alive.
  thread.unref()
  return {
    device,
    preprocessing,
    async run(photos, k) {
      const answer = ask(thread)
      thread.postMessage({ photos, k } satisfies RunRequest)
      const message = await answer
      if (message.type !== 'results')
        throw new Error(`The thread answered ${message.type} when it was given photos.`)
      return [...message.results]
    },
  }
}

/** The thread's next message. Throws AppError where that is an error. */
async function ask(thread: Worker): Promise<Exclude<ThreadReply, { type: 'error' }>> {
  const message = await new Promise<ThreadReply>((resolve) => thread.once('message', resolve))
  if (message.type === 'error') throw new AppError(message.error.code, message.error.message)
  return message
}
