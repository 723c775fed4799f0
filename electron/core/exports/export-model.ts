// Exports a trained head with its model: collects what belongs together and lets a worker write it.
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { ModelExportReport, ModelExportRequest } from '../../contract/exports.ts'
import type { InferencePort, MergeRequest } from '../../contract/inference.ts'
import { msg } from '../../texts/message.ts'
import { findHead, loadHead } from '../learning/tasks/stored-head.ts'
import { createWorkerCalls } from '../inference/worker-call.ts'
import type { Store } from '../store/db.ts'
import { writeFolder } from './output-folder.ts'
import type { ExportOptions } from './write-dataset.ts'

export interface ModelExportContext {
  readonly store: Store
  readonly cacheDir: string
  /** Starts a worker, which is ended when the model is written. */
  readonly spawn: () => InferencePort
}

/** Enough for gigabytes between slow drives. */
const timeoutMs = 30 * 60_000

/** Writes into a new or empty folder. Throws AppError; an abort ends the worker. Both leave nothing behind. */
export async function exportModel(
  { store, cacheDir, spawn }: ModelExportContext,
  { headId, format }: ModelExportRequest,
  folder: string,
  { signal, onProgress }: ExportOptions,
): Promise<ModelExportReport> {
  const { head, ...model } = describe(store, headId)
  const worker = createWorkerCalls({ spawn, timeoutMs })
  const { promise: stopped, reject: stop } = Promise.withResolvers<never>()
  const onAbort = () => {
    worker.close()
    stop(signal.reason)
  }
  signal.addEventListener('abort', onAbort)
  try {
    return await writeFolder(folder, async (temporary) => {
      signal.throwIfAborted()
      onProgress('writing', 0, 1)
      const request = { type: 'merge', ...model, head, format, cacheDir, folder: temporary } as const
      const answer = await Promise.race([worker.ask(request), stopped])
      if (answer.type !== 'merged') throw new Error(`the worker answered ${answer.type}`)
      onProgress('writing', 1, 1)
      const { file, bytes } = answer
      return { folder, file: path.posix.join(folder, file), bytes, labels: head.labels }
    })
  } finally {
    signal.removeEventListener('abort', onAbort)
    worker.close()
  }
}

type Description = Pick<MergeRequest, 'modelPath' | 'modelVersion' | 'precision' | 'inputSizePx' | 'head'>

/** Returns the head, and the model variant whose embeddings the head was trained on. */
function describe(store: Store, headId: ModelExportRequest['headId']): Description {
  const info = findHead(store, headId)
  const { head, mode, temperature } = loadHead(store, info)
  if ('neighbours' in head)
    throw new AppError(
      'model-unsupported',
      msg(
        'Your model, version {{version}}, votes among the photos that it was trained on, which no model file can hold. Confirm more labels and train again: with more than five a class, your model fits into a file.',
        { version: info.version },
      ),
    )
  const variantId = store.heads.parameters(headId)?.variantId ?? null
  const variant = variantId === null ? null : store.models.describeVariant(variantId)
  const model = store.models.get(info.modelId)
  if (variant === null || model === null)
    throw new AppError(
      'model-missing',
      msg(
        'The model below version {{version}} of your model was removed from this library; add it again and label with it.',
        {
          version: info.version,
        },
      ),
    )
  const isOwnSize =
    variant.inputWidthPx === model.inputWidthPx && variant.inputHeightPx === model.inputHeightPx
  return {
    modelPath: model.path,
    modelVersion: model.version,
    precision: variant.precision,
    inputSizePx: isOwnSize ? null : variant.inputWidthPx,
    head: {
      name: `${info.modelName}-head-${info.version}`,
      labels: info.classes,
      weights: new Float32Array(head.weights),
      bias: new Float32Array(head.bias),
      scores: { activation: mode === 'multi' ? 'sigmoid' : 'softmax', temperature },
    },
  }
}
