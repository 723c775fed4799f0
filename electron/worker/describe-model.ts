// Answers what a model's files hold. They come from strangers, so no process but a worker reads them.
import { basename } from 'node:path'
import { libraryPath } from '../common/library-path.ts'
import type { ModelDescription } from '../contract/inference.ts'
import type { ModelChoices } from '../contract/models.ts'
import type { Preprocessing } from '../../models/config/preprocessing.ts'
import { isVilt } from '../../models/vilt/config.ts'
import { readModelFolder, type ModelFolder } from '../../models/model-folder.ts'
import { hasTextEncoder } from '../../models/text/text-encoder.ts'
import { msg, verbatim, type Message } from '../texts/message.ts'

/** Throws ModelError with a sentence for the user. */
export async function describeModel(path: string, choices?: ModelChoices): Promise<ModelDescription> {
  if (await isVilt(path)) {
    const { describeVilt } = await import('./vilt/describe-vilt.ts')
    return describeVilt(path)
  }
  const folder = await readModelFolder(path, choices)
  const { scores, labelsFrom, tagger, preprocessing } = folder
  const { name, version, kind, classes, embeddingDim, weightBytes, labels, quality } = folder
  const { interpolation, mean, std, width, height } = folder.preprocessing
  return {
    ...{ name, version, kind, classes, embeddingDim, weightBytes, labels: [...labels], quality },
    path: libraryPath(folder.path),
    readsWords: folder.kind === 'checkpoint' && hasTextEncoder(folder.checkpoint),
    task: 'labels',
    inputWidthPx: width,
    inputHeightPx: height,
    precisions: [...folder.precisions],
    architecture: describeArchitecture(folder),
    resize: [...describeResize(preprocessing), msg(interpolation)],
    resizeFrom: nameIn(preprocessing.from),
    mean: [...mean],
    std: [...std],
    activation: scores.activation,
    activationFrom: nameIn(scores.from),
    hasThresholds: scores.thresholds !== null,
    labelsFrom: nameIn(labelsFrom.from),
    categories: countCategories(tagger),
    assumed: listAssumptions(folder),
  }
}

/** Paths in a folder that the user knows are shown by their names. */
const nameIn = (file: string | null): string | null => (file === null ? null : basename(file))

function countCategories(tagger: ModelFolder['tagger']): ModelDescription['categories'] {
  const counts = new Map<string, number>()
  for (const { category } of tagger?.tags ?? [])
    if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1)
  return [...counts].map(([name, tags]) => ({ name, tags }))
}

/** What no file says. */
function listAssumptions(folder: ModelFolder): Message[] {
  const { preprocessing, labelsFrom, classes } = folder
  const { width, height } = preprocessing
  const file = nameIn(labelsFrom.from)
  const otherOutputs = folder.kind === 'onnx' ? folder.otherOutputs : []
  return [
    ...(preprocessing.from === null
      ? [msg('No file says how photos are prepared; the usual way of such models is assumed.')]
      : []),
    ...(folder.kind === 'onnx' && folder.isAnySize && preprocessing.from === null
      ? [msg('The graph takes any size; {{width}} x {{height}} px is assumed.', { width, height })]
      : []),
    ...(file === null && classes > 0
      ? [msg('The classes have no names and are called class_0, class_1 and so on.')]
      : []),
    ...(file !== null && labelsFrom.unnamed > 0
      ? [
          msg('{{file}} leaves {{count}} classes without a name; they are called class_ and their number.', {
            file,
            count: labelsFrom.unnamed,
          }),
        ]
      : []),
    ...(otherOutputs.length > 0
      ? [
          msg('The graph has further outputs that may be meant: {{names}}.', {
            names: otherOutputs.join(', '),
          }),
        ]
      : []),
  ]
}

/** In the field's terms. */
function describeResize({ resize, width, height, channels }: Preprocessing): Message[] {
  const rest = [msg('centre crop'), ...(channels === 'bgr' ? [verbatim('BGR')] : [])]
  switch (resize.rule) {
    case 'exact':
      return resize.widthPx === width && resize.heightPx === height
        ? [msg('stretched to the input'), ...rest.slice(1)]
        : [
            msg('stretched to {{width}} x {{height}} px', { width: resize.widthPx, height: resize.heightPx }),
            ...rest,
          ]
    case 'shortest-edge':
      return [msg('short side to {{sizePx}} px', { sizePx: resize.sizePx }), ...rest]
    case 'cover':
      return [
        msg('made to cover {{width}} x {{height}} px', { width: resize.widthPx, height: resize.heightPx }),
        ...rest,
      ]
    case 'contain':
      return [
        msg('fitted into {{width}} x {{height}} px', { width: resize.widthPx, height: resize.heightPx }),
        msg('with a border'),
        ...rest.slice(1),
      ]
    case 'square':
      return [msg('padded to a square'), ...rest.slice(1)]
    case 'none':
      return [msg('not resized'), ...(resize.mustFit ? rest.slice(1) : rest)]
  }
}

/** In the field's terms. */
function describeArchitecture(folder: ModelFolder): Message[] {
  if (folder.kind === 'onnx') return [msg('ready ONNX graph')]
  const { library, patchPx, dim, depth, heads, mlpDim, hasDistillationToken, registers, hasLayerScale } =
    folder.architecture
  return [
    msg('ViT with the names of {{naming}}', { naming: library }),
    msg('patch {{patchPx}}', { patchPx }),
    msg('dim {{dim}}', { dim }),
    msg('depth {{depth}}', { depth }),
    msg('{{heads}} heads', { heads }),
    msg('MLP ratio {{ratio}}', { ratio: mlpDim / dim }),
    ...(hasDistillationToken ? [msg('distillation token')] : []),
    ...(registers > 0 ? [msg('{{registers}} registers', { registers })] : []),
    ...(hasLayerScale ? [msg('layer scale')] : []),
  ]
}
