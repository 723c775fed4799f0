// What the tests of this folder share: temporary folders, writing a test model, running a prepared graph.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from '../../electron/worker/runtime.ts'
import type { PreparedGraph } from '../../models/prepare.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { seededRandom } from './tiny-vit.ts'
import { writeSafetensors, type StorageType, type TestTensors } from './write-safetensors.ts'

/** A folder with `model.safetensors` and JSON files beside it. */
export async function writeModel(
  tensors: TestTensors,
  json: Readonly<Record<string, unknown>> = {},
  dtype: StorageType = 'F32',
  folder = tempFolder(),
): Promise<string> {
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, dtype)
  for (const [name, content] of Object.entries(json))
    await writeFile(join(folder, name), JSON.stringify(content))
  return folder
}

export function randomPhoto(sizePx: number, seed = 7): Float32Array {
  const random = seededRandom(seed)
  return Float32Array.from({ length: 3 * sizePx * sizePx }, () => random() * 2 - 1)
}

/** Runs photos [3, height, width] as one batch and returns the outputs' values by name. */
export async function runGraph(
  graph: PreparedGraph,
  photos: readonly Float32Array[],
): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(graph.file, { intraOpNumThreads: 1, logSeverityLevel: 2 })
  const { height, width } = graph.preprocessing
  const input = new Float32Array(photos.length * 3 * height * width)
  photos.forEach((photo, i) => input.set(photo, i * photo.length))
  const outputs = await session.run({
    [graph.inputName]: new ort.Tensor('float32', input, [photos.length, 3, height, width]),
  })
  await session.release()
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]))
}

/** The largest absolute difference; infinite where lengths differ or a value is NaN. */
export function largestDifference(
  actual: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
): number {
  if (actual?.length !== expected.length) return Infinity
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN))
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference
  }
  return largest
}
