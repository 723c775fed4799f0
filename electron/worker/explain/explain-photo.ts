// Explains one photo: runs the graph with attention outputs, and rolls the attention back to the patches.
import { AppError } from '../../contract/errors.ts'
import type { Explained, ExplainRequest } from '../../contract/inference.ts'
import type { PreparedGraph } from '../../../models/prepare.ts'
import { msg } from '../../texts/message.ts'
import { decodePhoto, type DecodedPhoto } from '../decode/decode-photo.ts'
import { withPhotoBytes } from '../decode/photo-bytes.ts'
import { PhotoError } from '../decode/photo-error.ts'
import { planResize } from '../decode/resize-plan.ts'
import { toTensor } from '../decode/to-tensor.ts'
import { openGraph, readOutput } from '../model.ts'
import * as ort from '../runtime.ts'
import { drawHeatMap } from './heat-map.ts'
import { attentionRollout, type BlockAttention, type PoolAttention } from './rollout.ts'

interface OpenGraph {
  readonly file: string
  readonly session: ort.InferenceSession
}

/** The last graph stays open: users look at one photo after another. */
let opened: OpenGraph | null = null

/**
 * The attention rollout of one photo [gridHeight, gridWidth], with the photo under its heat map where a picture is asked for.
 * @throws AppError where the photo or the model cannot be read.
 */
export async function explainPhoto(request: ExplainRequest): Promise<Explained> {
  // The model itself is explained, in the precision in which it was trained.
  const graph = await openGraph({ ...request, precision: 'fp32' }, true)
  const { path, ...stamp } = request
  try {
    return await withPhotoBytes({ path, stamp }, (file) => explain(request, graph, file))
  } catch (error) {
    if (!(error instanceof PhotoError)) throw error
    throw new AppError(
      'inference-failed',
      msg('{{path}} cannot be explained: {{why}}', { path, why: error.translatable }),
      { cause: error },
    )
  }
}

async function explain(
  request: ExplainRequest,
  graph: PreparedGraph,
  file: Buffer<ArrayBuffer>,
): Promise<Explained> {
  if (graph.grid === null) throw new Error('a graph with attention has a grid')
  const photo = await decodePhoto(file, graph.preprocessing, request.limits)
  const { rows, columns } = graph.grid
  const { blocks, pool } = await readAttention(await openSession(graph.file, request.threads), graph, photo)
  const rollout = Float32Array.from(
    attentionRollout(blocks, rows * columns, graph.headReads ?? ['cls'], pool),
  )
  const plan = planResize(photo.widthPx, photo.heightPx, graph.preprocessing)
  const crop = {
    left: plan.crop.left / plan.widthPx,
    top: plan.crop.top / plan.heightPx,
    width: plan.crop.width / plan.widthPx,
    height: plan.crop.height / plan.heightPx,
  }
  const grid = { width: columns, height: rows, values: rollout }
  const picture =
    request.picture === null
      ? null
      : await drawHeatMap({ ...photo, file, limits: request.limits, crop, grid }, request.picture)
  return { type: 'explained', gridWidth: columns, gridHeight: rows, rollout, crop, picture }
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
  { preprocessing, inputName, attentionNames, poolAttentionName }: PreparedGraph,
  photo: Pick<DecodedPhoto, 'pixels'>,
): Promise<{ blocks: BlockAttention[]; pool: PoolAttention | null }> {
  const { height, width } = preprocessing
  const pixels = new Float32Array(3 * height * width)
  toTensor(photo.pixels, preprocessing, pixels, 0)
  const input = new ort.Tensor('float32', pixels, [1, 3, height, width])
  const names = poolAttentionName === null ? attentionNames : [...attentionNames, poolAttentionName]
  const outputs = await session.run({ [inputName]: input }, names)
  const blocks: BlockAttention[] = []
  for (const name of attentionNames) {
    const [, heads = 0, tokens = 0] = outputs[name]?.dims ?? []
    blocks.push({ heads, tokens, values: await readOutput(outputs, name) })
  }
  if (poolAttentionName === null) return { blocks, pool: null }
  const [, heads = 1] = outputs[poolAttentionName]?.dims ?? []
  return { blocks, pool: { heads, values: await readOutput(outputs, poolAttentionName) } }
}
