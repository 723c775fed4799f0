// A model folder in the contract's words: as a row of the library, and as a description for people.
import type { ModelInfo, ModelOrigin } from '../../contract/domain.ts'
import type { ModelFolder } from '../../../models/model-folder.ts'
import type { NewModel } from '../store/models.ts'
import { libraryPath } from '../store/paths.ts'

export function toNewModel({
  name,
  version,
  path,
  kind,
  classes,
  embeddingDim,
  preprocessing,
  weightBytes,
}: ModelFolder): NewModel {
  const { width: inputWidthPx, height: inputHeightPx } = preprocessing
  return {
    name,
    version,
    path: libraryPath(path),
    kind,
    classes,
    embeddingDim,
    weightBytes,
    inputWidthPx,
    inputHeightPx,
  }
}

export function toInfo(folder: ModelFolder, origin: ModelOrigin): ModelInfo {
  const { resize, interpolation, mean, std } = folder.preprocessing
  const resizing =
    resize.rule === 'exact'
      ? ['stretched to the input']
      : [`short side to ${resize.sizePx} px`, 'centre crop']
  return {
    ...toNewModel(folder),
    origin,
    precisions: [...folder.precisions],
    architecture: describeArchitecture(folder),
    labels: [...folder.labels],
    resize: [...resizing, interpolation].join(', '),
    mean: [...mean],
    std: [...std],
  }
}

/** One line in the field's terms. */
function describeArchitecture(folder: ModelFolder): string {
  if (folder.kind === 'onnx') return 'ready ONNX graph'
  const { naming, patchPx, dim, depth, heads, mlpDim, hasDistillationToken, registers, hasLayerScale } =
    folder.architecture
  return [
    `ViT with the names of ${naming}`,
    `patch ${patchPx}`,
    `dim ${dim}`,
    `depth ${depth}`,
    `${heads} heads`,
    `MLP ratio ${mlpDim / dim}`,
    ...(hasDistillationToken ? ['distillation token'] : []),
    ...(registers > 0 ? [`${registers} registers`] : []),
    ...(hasLayerScale ? ['layer scale'] : []),
  ].join(', ')
}
