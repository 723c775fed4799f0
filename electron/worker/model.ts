// A loaded model: checkpoint folder -> graph -> session, and photos -> scores and embeddings.
import type { Device, DeviceReport } from '../contract/domain.ts'
import type { InferResult, LoadRequest } from '../contract/inference.ts'
import { fromFloat16 } from '../../models/checkpoint/half-float.ts'
import type { Preprocessing } from '../../models/config/preprocessing.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { ModelError } from '../../models/model-error.ts'
import { prepareGraph, type PreparedGraph } from '../../models/prepare.ts'
import { msg } from '../texts/message.ts'
import type { DecodedPhoto } from './decode/decode-photo.ts'
import { createDeviceMemory } from './device-memory.ts'
import { createInput, testPicture, type InputMaker } from './input-tensor.ts'
import { firstOfName, topK, type ScoringRule } from './postprocess.ts'
import type * as ort from './runtime.ts'
import { openSession } from './session.ts'

/** A decoded photo and the id of its result. */
export interface PhotoToRun extends DecodedPhoto {
  readonly id: number
}

export interface OpenModel {
  readonly preprocessing: Preprocessing
  readonly device: DeviceReport
  /** Runs one batch; blocks the event loop, as the runtime does. */
  readonly run: (photos: readonly PhotoToRun[], k: number) => Promise<InferResult[]>
  /** Frees the device. */
  readonly release: () => Promise<void>
}

type GraphRequest = Pick<LoadRequest, 'modelPath' | 'precision' | 'inputSizePx' | 'cacheDir' | 'choices'>

/** Builds the graph when it is not in the cache yet. Throws AppError with a sentence for the user. */
export async function openGraph(request: GraphRequest, withAttention = false): Promise<PreparedGraph> {
  return prepareGraph(await readModelFolder(request.modelPath, request.choices), {
    precision: request.precision,
    cacheDir: request.cacheDir,
    withAttention,
    ...(request.inputSizePx === null ? {} : { inputSizePx: request.inputSizePx }),
  })
}

/** Opens a model on a device. Throws AppError with a sentence for the user. */
export async function openModel(request: LoadRequest): Promise<OpenModel> {
  const graph = await openGraph(request)
  const scoring = scoringOf(graph, request.modelPath)
  const picture = testPicture(graph.preprocessing)
  const { session, report } = await openSession(
    {
      file: graph.file,
      precision: request.precision,
      batch: graph.inputForm.batch,
      feeds: (photos) => ({
        [graph.inputName]: createInput(graph, photos)(Array.from({ length: photos }, () => picture)),
      }),
      readLogits: async (outputs, photos) => {
        checkOutputs(outputs, graph, photos)
        const name = graph.logitsName ?? graph.embeddingName ?? ''
        return (await readOutput(outputs, name)).slice(0, graph.classes || (graph.embeddingDim ?? 0))
      },
    },
    request.device,
    request,
    createDeviceMemory(graph.file, graph.version, request),
  )
  const makeInput = createInput(graph, report.batchSize)
  const firsts = firstOfName(graph.labels)
  const toRun = { graph, session, makeInput, firsts, scoring }
  return {
    preprocessing: graph.preprocessing,
    device: report,
    run: (photos, k) => runBatch(toRun, photos, k),
    release: () => session.release(),
  }
}

/** The device that this request is known to run on; null where the devices have to be compared. Throws AppError. */
export async function recallDevice(request: LoadRequest): Promise<Device | null> {
  const graph = await openGraph(request)
  return (await createDeviceMemory(graph.file, graph.version, request).recall())?.ran ?? null
}

/** @throws ModelError where neither the files nor the user say how the model scores. */
function scoringOf({ scores }: PreparedGraph, path: string): ScoringRule {
  if (scores.activation !== null) return { ...scores, activation: scores.activation }
  throw new ModelError(
    'scores-unknown',
    msg('{{path}} does not say whether a photo has one label or several. Add it once and say which.', {
      path,
    }),
  )
}

interface GraphAndSession {
  readonly graph: PreparedGraph
  readonly session: ort.InferenceSession
  readonly makeInput: InputMaker
  /** For each class the first one of its name. */
  readonly firsts: Int32Array
  readonly scoring: ScoringRule
}

async function runBatch(
  { graph, session, makeInput, firsts, scoring }: GraphAndSession,
  photos: readonly PhotoToRun[],
  k: number,
): Promise<InferResult[]> {
  const input = makeInput(photos.map(({ pixels }) => pixels))
  const outputs = await session.run({ [graph.inputName]: input })
  checkOutputs(outputs, graph, graph.inputForm.batch ?? photos.length)
  const logits = graph.logitsName === null ? null : await readOutput(outputs, graph.logitsName)
  const embeddings = graph.embeddingName === null ? null : await readOutput(outputs, graph.embeddingName)
  const dim = graph.embeddingDim ?? 0
  return photos.map(({ id, widthPx, heightPx, takenAtMs }, n) => {
    // A backbone without a classifier suggests nothing; heads read its embeddings.
    const top = logits === null ? [] : topK(logits, n, firsts, k, scoring)
    if (!top.every(({ score }) => Number.isFinite(score)))
      return { ok: false, id, reason: msg('The model gave no numbers for it; its weights may be damaged.') }
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

/**
 * Makes sure that the outputs are as wide as the graph says, since rows are cut by that: of a narrower one, a photo would
 * get the numbers of the next photo. Throws ModelError.
 */
function checkOutputs(outputs: ort.InferenceSession.ReturnType, graph: PreparedGraph, photos: number): void {
  const check = (name: string, width: number) => {
    const dims = outputs[name]?.dims ?? []
    const [rows, ...row] = dims
    if (rows === photos && row.reduce((product, dim) => product * dim, 1) === width) return
    throw new ModelError(
      'model-invalid',
      msg(
        '{{file}} gives an output {{name}} of the size [{{dims}}] where it declares [{{declared}}]; use another model.',
        {
          file: graph.file,
          name,
          dims: dims.join(', '),
          declared: `${photos}, ${width}`,
        },
      ),
    )
  }
  if (graph.logitsName !== null) check(graph.logitsName, graph.classes)
  if (graph.embeddingName !== null) check(graph.embeddingName, graph.embeddingDim ?? 0)
}

/** The values of one output, converted where they are float16. */
export async function readOutput(
  outputs: ort.InferenceSession.ReturnType,
  name: string,
): Promise<Float32Array> {
  const data: unknown = await outputs[name]?.getData()
  if (data instanceof Float32Array) return data
  if (outputs[name]?.type === 'float16' && ArrayBuffer.isView(data))
    return fromFloat16(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2))
  throw new Error(`the model gave no floating-point output named ${name}`)
}
