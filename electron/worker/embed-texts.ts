// Answers the request for embeddings of texts; the text encoder of one model stays open for the next request.
import type { EmbedTextsRequest, TextEmbeddings } from '../contract/inference.ts'
import { ModelError } from '../../models/model-error.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareText } from '../../models/text/prepare-text.ts'
import type { TextEncoder } from '../../models/text/text-encoder.ts'
import { textGraphNames } from '../../models/text/text-graph.ts'
import { openTextReader, type TextReader } from '../../models/text/text-inputs.ts'
import { msg } from '../texts/message.ts'
import { readOutput } from './model.ts'
import * as ort from './runtime.ts'

interface OpenEncoder {
  readonly path: string
  readonly version: string
  readonly encoder: TextEncoder
  readonly reader: TextReader
  readonly session: ort.InferenceSession
}

let open: OpenEncoder | null = null

/** Throws AppError with a sentence for the user. */
export async function embedTexts(request: EmbedTextsRequest): Promise<TextEmbeddings> {
  const { encoder, reader, session } = await openEncoder(request)
  const { dim } = encoder.block
  const { texts, tokens, embedded, readout } = await reader.read(request.texts)
  const outputs = await session.run({
    [textGraphNames.tokens]: new ort.Tensor('float32', embedded, [texts, tokens, dim]),
    [textGraphNames.readout]: new ort.Tensor('float32', readout, [texts, 1, tokens]),
  })
  const values = Float32Array.from(await readOutput(outputs, textGraphNames.embedding))
  if (!values.every(Number.isFinite)) {
    throw new ModelError(
      'model-invalid',
      msg('{{file}}: the text encoder gave no numbers; its weights may be damaged.', {
        file: encoder.named.file,
      }),
    )
  }
  const { embeddingDim, logitScale, logitBias, family } = encoder
  return {
    ...{ type: 'text-embeddings', dim: embeddingDim, values, logitScale, logitBias },
    isSigmoid: family === 'siglip',
  }
}

async function openEncoder({
  modelPath,
  modelVersion,
  cacheDir,
  threads,
}: EmbedTextsRequest): Promise<OpenEncoder> {
  if (open?.path === modelPath && open.version === modelVersion) return open
  await open?.session.release()
  open = null
  const folder = await readModelFolder(modelPath)
  if (folder.version !== modelVersion) {
    throw new ModelError(
      'model-invalid',
      msg(
        '{{path}} was changed since it was added. Put the old model back, or add it again and label with it.',
        {
          path: modelPath,
        },
      ),
    )
  }
  const { encoder, file } = await prepareText(folder, cacheDir)
  const reader = await openTextReader(folder.configFolder, encoder)
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  })
  return (open = { path: modelPath, version: modelVersion, encoder, reader, session })
}
