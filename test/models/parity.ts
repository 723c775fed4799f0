// Runs a seeded twin through the product, and measures how far its numbers are from the other library's.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Precision } from '../../models/onnx/precision.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { readModelFolder, type ModelFolder } from '../../models/model-folder.ts'
import { largestDifference, runGraph, writeModel } from './helpers.ts'
import { twinPhoto, twinTensors, type Twin } from './seeded.ts'

export interface Difference {
  readonly heightPx: number
  readonly widthPx: number
  /** The largest absolute differences; null where the model has no classifier. */
  readonly logits: number | null
  readonly embedding: number
  /** The largest logit and the largest number of the embedding. */
  readonly largestLogit: number
  readonly largestEmbedding: number
}

/** Writes the twin as a model folder, and gives it to `use`. */
export async function withTwin<T>(twin: Twin, use: (folder: ModelFolder) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), 'labelroom-twin-'))
  try {
    await writeModel(twinTensors(twin), twin.files, 'F32', path)
    return await use(await readModelFolder(path))
  } finally {
    await rm(path, { recursive: true })
  }
}

/** @throws ModelError where the model is refused. */
export async function compareTwin(
  folder: ModelFolder,
  twin: Twin,
  {
    precision = 'fp32',
    withAttention = false,
    sizes = twin.sizes,
  }: { precision?: Precision; withAttention?: boolean; sizes?: Twin['sizes'] } = {},
): Promise<Difference[]> {
  const differences: Difference[] = []
  for (const { heightPx, widthPx, logits, embedding } of sizes) {
    const graph = await prepareGraph(folder, {
      precision,
      withAttention,
      ...(heightPx === widthPx ? { inputSizePx: heightPx } : {}),
      cacheDir: join(folder.path, 'cache'),
    })
    const photos = [0, 1].map((number) => twinPhoto(number, heightPx, widthPx))
    const outputs = await runGraph(graph, photos)
    differences.push({
      heightPx,
      widthPx,
      logits: logits === undefined ? null : largestDifference(outputs['logits'], logits),
      embedding: largestDifference(outputs['cls_embedding'], embedding),
      largestLogit: Math.max(0, ...(logits ?? []).map(Math.abs)),
      largestEmbedding: Math.max(...embedding.map(Math.abs)),
    })
  }
  return differences
}
