// Prepares the ONNX file of a model's text encoder, built from the checkpoint and cached beside the image graphs.
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomic } from '../../electron/common/write-atomic.ts'
import { msg } from '../../electron/texts/message.ts'
import { isFile, writing } from '../checkpoint/files.ts'
import { maxTensorBytes } from '../prepare.ts'
import { ModelError } from '../model-error.ts'
import type { ModelFolder } from '../model-folder.ts'
import { readTextEncoder, type TextEncoder } from './text-encoder.ts'
import { buildTextGraph } from './text-graph.ts'

/** Part of the file's name: incremented whenever the same weights lead to another graph. */
const textGraphFormat = 2

export interface PreparedText {
  readonly encoder: TextEncoder
  /** The graph; see textGraphNames. */
  readonly file: string
}

/**
 * Builds the text graph of a text-image model in float32, or finds it in the cache.
 * @throws ModelError where the folder has no text encoder that we can run, or the cache cannot be written.
 */
export async function prepareText(folder: ModelFolder, cacheDir: string): Promise<PreparedText> {
  const encoder = await readTextEncoder(folder.configFolder)
  const file = join(cacheDir, `${folder.version}-text-g${textGraphFormat}.onnx`)
  if (!(await isFile(file))) {
    const graph = buildTextGraph(encoder)
    if (graph.tensorBytes() > maxTensorBytes) {
      throw new ModelError(
        'model-unsupported',
        msg('The text encoder of {{path}} is too large for one ONNX file; use a smaller model.', {
          path: folder.path,
        }),
      )
    }
    await writing(cacheDir, () => mkdir(cacheDir, { recursive: true }))
    await writing(dirname(file), () => writeFileAtomic(file, ({ path }) => graph.write(path)))
  }
  return { encoder, file }
}
