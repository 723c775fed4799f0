// A loaded model: checkpoint folder -> graph -> session, and photos -> scores and embeddings.
import * as ort from 'onnxruntime-node'
import type { DeviceReport } from '../contract/domain.ts'
import type { InferResult, LoadRequest } from '../contract/inference.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph, type PreparedGraph } from '../../models/prepare.ts'
import type { DecodedPhoto } from './decode/decode-photo.ts'
import { toTensor } from './decode/to-tensor.ts'
import { reportingModelErrors } from './model-errors.ts'
import { topK } from './postprocess.ts'
import { openSession } from './session.ts'

/** A decoded photo and the id its result goes by. */
export interface PhotoToRun extends DecodedPhoto {
  readonly id: number
}

export interface OpenModel {
  readonly graph: PreparedGraph
  readonly device: DeviceReport
  /** Runs one batch; blocks the event loop, as the runtime does. */
  readonly run: (photos: readonly PhotoToRun[], k: number) => Promise<InferResult[]>
}

type GraphRequest = Pick<LoadRequest, 'modelPath' | 'precision' | 'inputSizePx' | 'cacheDir'>

/** Builds the graph when it is not in the cache yet. Throws AppError with a sentence for the person. */
export async function openGraph(request: GraphRequest, withAttention = false): Promise<PreparedGraph> {
  return reportingModelErrors(async () =>
    prepareGraph(await readModelFolder(request.modelPath), {
      precision: request.precision,
      cacheDir: request.cacheDir,
      withAttention,
      ...(request.inputSizePx === null ? {} : { inputSizePx: request.inputSizePx }),
    }),
  )
}

/** Opens a model on a device. Throws AppError with a sentence for the person. */
export async function openModel(request: LoadRequest): Promise<OpenModel> {
  const graph = await openGraph(request)
  const { height, width } = graph.preprocessing
  const { session, report } = await openSession(
    {
      file: graph.file,
      precision: request.precision,
      inputName: graph.inputName,
      heightPx: height,
      widthPx: width,
    },
    request.device,
    request,
  )
  // One for all batches: a new one each time would be megabytes of garbage per batch.
  const input = new Float32Array(report.batchSize * 3 * height * width)
  return { graph, device: report, run: (photos, k) => runBatch(session, graph, input, photos, k) }
}

async function runBatch(
  session: ort.InferenceSession,
  graph: PreparedGraph,
  input: Float32Array,
  photos: readonly PhotoToRun[],
  k: number,
): Promise<InferResult[]> {
  const { height, width } = graph.preprocessing
  const pixels = input.subarray(0, photos.length * 3 * height * width)
  photos.forEach((photo, n) => {
    toTensor(photo.pixels, graph.preprocessing, input, n * 3 * height * width)
  })
  const outputs = await session.run({
    [graph.inputName]: new ort.Tensor('float32', pixels, [photos.length, 3, height, width]),
  })
  const logits = await readOutput(outputs, graph.logitsName)
  const embeddings = graph.embeddingName === null ? null : await readOutput(outputs, graph.embeddingName)
  const dim = (embeddings?.length ?? 0) / photos.length
  return photos.map(({ id, widthPx, heightPx, takenAtMs }, n) => {
    const top = topK(logits, n, graph.classes, k, graph.scores)
    if (!top.every(({ score }) => Number.isFinite(score)))
      return { ok: false, id, reason: 'The model gave no numbers for it; its weights may be damaged.' }
    return {
      ok: true,
      id,
      widthPx,
      heightPx,
      takenAtMs,
      top,
      embedding: embeddings?.slice(n * dim, (n + 1) * dim) ?? null,
    }
  })
}

/** The values of one output. */
export async function readOutput(
  outputs: ort.InferenceSession.ReturnType,
  name: string,
): Promise<Float32Array> {
  const data = await outputs[name]?.getData()
  if (!(data instanceof Float32Array)) throw new Error(`the model gave no float32 output named ${name}`)
  return data
}
