// Answers where the model looks in one photo: runs the graph that gives its attention, and follows it back to the patches.
import * as ort from 'onnxruntime-node'
import { AppError } from '../../contract/errors.ts'
import type { Explained, ExplainRequest } from '../../contract/inference.ts'
import type { PreparedGraph } from '../../../models/prepare.ts'
import { decodePhoto, type DecodedPhoto } from '../decode/decode-photo.ts'
import { PhotoError } from '../decode/photo-error.ts'
import { planResize } from '../decode/resize-plan.ts'
import { toTensor } from '../decode/to-tensor.ts'
import { openGraph, readOutput } from '../model.ts'
import { drawHeatMap } from './heat-map.ts'
import { attentionRollout, type BlockAttention } from './rollout.ts'

interface OpenGraph {
  readonly file: string
  readonly session: ort.InferenceSession
}

/** The graph that explained last stays open: people look at one photo after the other. */
let opened: OpenGraph | null = null

export async function explainPhoto(request: ExplainRequest): Promise<Explained> {
  // Where a model looks is asked of the model itself, in the numbers that it was trained in.
  const graph = await openGraph({ ...request, precision: 'fp32' }, true)
  if (graph.grid === null) throw new Error('a graph with attention has a grid')
  const photo = await decode(request, graph)
  const { rows, columns } = graph.grid
  const blocks = await readAttention(await openSession(graph.file, request.threads), graph, photo)
  const rollout = Float32Array.from(attentionRollout(blocks, rows * columns, graph.headReads ?? ['cls']))
  const plan = planResize(photo.widthPx, photo.heightPx, graph.preprocessing)
  const crop = {
    left: plan.crop.left / plan.widthPx,
    top: plan.crop.top / plan.heightPx,
    width: plan.crop.width / plan.widthPx,
    height: plan.crop.height / plan.heightPx,
  }
  const grid = { width: columns, height: rows, values: rollout }
  const picture =
    request.picture === null ? null : await drawHeatMap({ ...request, ...photo, crop, grid }, request.picture)
  return { type: 'explained', gridWidth: columns, gridHeight: rows, rollout, crop, picture }
}

async function decode(
  { path, limits }: ExplainRequest,
  { preprocessing }: PreparedGraph,
): Promise<DecodedPhoto> {
  try {
    return await decodePhoto(path, preprocessing, limits)
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error
    throw new AppError('inference-failed', `${path} cannot be explained: ${error.message}`, { cause: error })
  }
}

async function openSession(file: string, threads: number): Promise<ort.InferenceSession> {
  if (opened?.file === file) return opened.session
  await opened?.session.release()
  opened = null
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: threads, logSeverityLevel: 3 })
  opened = { file, session }
  return session
}

async function readAttention(
  session: ort.InferenceSession,
  { preprocessing, inputName, attentionNames }: PreparedGraph,
  photo: DecodedPhoto,
): Promise<BlockAttention[]> {
  const { height, width } = preprocessing
  const pixels = new Float32Array(3 * height * width)
  toTensor(photo.pixels, preprocessing, pixels, 0)
  const input = new ort.Tensor('float32', pixels, [1, 3, height, width])
  const outputs = await session.run({ [inputName]: input }, attentionNames)
  const blocks: BlockAttention[] = []
  for (const name of attentionNames) {
    const [, heads = 0, tokens = 0] = outputs[name]?.dims ?? []
    blocks.push({ heads, tokens, values: await readOutput(outputs, name) })
  }
  return blocks
}
