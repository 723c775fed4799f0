// A loaded model: checkpoint folder -> graph -> session, and photos -> scores and embeddings.
import * as ort from 'onnxruntime-node'
import { AppError } from '../contract/errors.ts'
import type { InferRequest, InferResult, Loaded, LoadRequest } from '../contract/inference.ts'
import { ModelError } from '../../models/model-error.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph, type PreparedGraph } from '../../models/prepare.ts'
import { createBatcher, type ReadyPhoto } from './batcher.ts'
import { decodePhoto } from './decode/decode-photo.ts'
import { toTensor } from './decode/to-tensor.ts'
import { topK } from './postprocess.ts'
import { openSession } from './session.ts'

export interface LoadedModel {
  readonly loaded: Loaded
  infer(request: InferRequest): void
}

/** Loads a model and gets ready to label. Throws AppError with a sentence for the person. */
export async function loadModel(
  request: LoadRequest,
  report: (results: InferResult[]) => void,
): Promise<LoadedModel> {
  const graph = await prepare(request)
  const { preprocessing } = graph
  const { session, report: device } = await openSession(
    { file: graph.file, inputName: graph.inputName, heightPx: preprocessing.height, widthPx: preprocessing.width },
    request.device,
    request.threads,
  )
  const { batchSize } = device
  // See [Note: overlap]: one batch runs, one is ready or decoding behind it.
  const decodeAhead = batchSize + Math.max(batchSize, request.threads)
  const batcher = createBatcher({
    batchSize,
    decodeAhead,
    decode: (path) => decodePhoto(path, preprocessing, request.limits),
    runBatch: (photos, k) => runBatch(session, graph, photos, k),
    report,
  })
  return {
    loaded: { type: 'loaded', device, embeddingDim: graph.embeddingDim, windowSize: decodeAhead + 2 * batchSize },
    infer(message) {
      batcher.add(message.items, message.topK)
    },
  }
}

async function prepare(request: LoadRequest): Promise<PreparedGraph> {
  try {
    return await prepareGraph(await readModelFolder(request.modelPath), {
      precision: request.precision,
      cacheDir: request.cacheDir,
      ...(request.inputSizePx === null ? {} : { inputSizePx: request.inputSizePx }),
    })
  } catch (error) {
    if (error instanceof ModelError) throw new AppError(error.code, error.message, { cause: error })
    throw error
  }
}

async function runBatch(
  session: ort.InferenceSession,
  graph: PreparedGraph,
  photos: readonly (ReadyPhoto & { readonly id: number })[],
  k: number,
): Promise<InferResult[]> {
  const { height, width } = graph.preprocessing
  const input = new Float32Array(photos.length * 3 * height * width)
  photos.forEach((photo, n) => {
    toTensor(photo.pixels, graph.preprocessing, input, n * 3 * height * width)
  })
  const outputs = await session.run({
    [graph.inputName]: new ort.Tensor('float32', input, [photos.length, 3, height, width]),
  })
  const logits = await read(outputs, graph.logitsName)
  const embeddings = graph.embeddingName === null ? null : await read(outputs, graph.embeddingName)
  const dim = (embeddings?.length ?? 0) / photos.length
  return photos.map(({ id, widthPx, heightPx }, n) => ({
    ok: true,
    id,
    widthPx,
    heightPx,
    top: topK(logits, n, graph.classes, k),
    embedding: embeddings?.slice(n * dim, (n + 1) * dim) ?? null,
  }))
}

async function read(outputs: ort.InferenceSession.ReturnType, name: string): Promise<Float32Array> {
  const data = await outputs[name]?.getData()
  if (!(data instanceof Float32Array)) throw new Error(`the model gave no float32 output named ${name}`)
  return data
}
