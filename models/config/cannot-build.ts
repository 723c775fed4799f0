// The refusal of a model whose graph Labelroom cannot build, with the way that remains.
import { msg } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'
import type { ModelConfig } from './model-config.ts'

/** @param part what of the model is not built, in its library's words. */
export function cannotBuild(file: string, { timm, modelType }: ModelConfig, part?: string): ModelError {
  const named = timm.architecture ?? modelType
  const kind = named !== null && part !== undefined ? `${named} (${part})` : (named ?? part)
  return new ModelError(
    'model-unsupported',
    kind === undefined
      ? msg(
          '{{file}} is no Vision Transformer with the names of timm or transformers; use a ViT, or a ready ONNX file (model.onnx) of this model.',
          { file },
        )
      : msg(
          '{{file}} is a model of the kind {{kind}}, which Labelroom cannot build from its weights; use a ready ONNX file (model.onnx) of it.',
          { file, kind },
        ),
  )
}
