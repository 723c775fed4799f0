// What a job needs before it runs: its folders are there, its model is found, and the workers have loaded it.
import type { JobRequest } from '../../contract/jobs.ts'
import { msg } from '../../texts/message.ts'
import { InferencePool, planWorkers } from '../inference/inference-pool.ts'
import type { JobModel, ResolvedJobRequest } from '../models/models.ts'
import { createJobSource } from './job-source.ts'
import type { JobsOptions } from './jobs-options.ts'

/** Checks the folders, finds the model and starts its workers. After an AppError or an abort no worker is left. */
export async function prepareJob(options: JobsOptions, requested: JobRequest, signal: AbortSignal) {
  const source = createJobSource(options.store, requested, signal)
  // Wrong folders are refused before a model is loaded.
  await source.begin()
  // A few files are counted by the time the model is found, and decide how many workers are worth their start.
  void source.finish()
  const request = await options.models.resolve(requested)
  const model = await options.models.forJob(request, signal)
  signal.throwIfAborted()
  const client = createPool(options, request, model, source.total()?.photos)
  const cancel = () => {
    client.close()
  }
  signal.addEventListener('abort', cancel)
  try {
    const device = await client.start()
    signal.throwIfAborted()
    if (model.labels.every((label, at) => label === `class_${at}`))
      options.events.emit('notice', {
        message:
          model.labels.length === 0
            ? msg(
                '{{model}} has no labels of its own: photos get embeddings for learning, similar photos, groups and the map, but no suggestions.',
                { model: request.model },
              )
            : msg(
                '{{model}} has no names for its classes, so they are called class_0, class_1 and so on. Put a classes.txt with one name a line beside it, and add it again.',
                { model: request.model },
              ),
      })
    return { source, request, model, client, device }
  } catch (error) {
    client.close()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function createPool(
  options: JobsOptions,
  request: ResolvedJobRequest,
  model: JobModel,
  photos?: number,
): InferencePool {
  return new InferencePool({
    // The worker that has read the model can run it, too.
    spawn: () => options.idleWorker() ?? options.spawn(),
    topK: request.topK,
    stallTimeoutMs: options.stallTimeoutMs,
    onNotice: (message) => {
      options.events.emit('notice', { message })
    },
    load: {
      type: 'load',
      modelPath: model.path,
      precision: request.precision,
      inputSizePx: request.inputSizePx,
      choices: model.choices,
      device: request.device,
      cacheDir: options.cacheDir,
      ...planWorkers(options.threads, model.weightBytes, photos),
      limits: options.limits,
    },
  })
}
