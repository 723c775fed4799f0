// Lays out our own graph as transformers.js wants a model, so that both run the same one.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ModelFolder } from '../../../models/model-folder.ts'
import type { PreparedGraph } from '../../../models/prepare.ts'

/** transformers' numbers for the filters of PIL. */
const resampleNumbers = { nearest: 0, lanczos: 1, bilinear: 2, bicubic: 3 } as const

/** Writes `<folder>/onnx/model.onnx` with its configuration files. */
export async function writePeerFolder(
  folder: string,
  model: ModelFolder,
  graph: PreparedGraph,
): Promise<void> {
  const { height, width, resize, interpolation, mean, std, rescale } = graph.preprocessing
  await mkdir(path.join(folder, 'onnx'), { recursive: true })
  await copyFile(graph.file, path.join(folder, 'onnx', 'model.onnx'))
  const config = {
    model_type: 'vit',
    architectures: ['ViTForImageClassification'],
    image_size: height,
    id2label: Object.fromEntries(model.labels.map((label, index) => [index, label])),
  }
  const preprocessor = {
    image_processor_type: 'ViTFeatureExtractor',
    feature_extractor_type: 'ViTFeatureExtractor',
    do_resize: true,
    size: resize.rule === 'shortest-edge' ? { shortest_edge: resize.sizePx } : { height, width },
    do_center_crop: resize.rule === 'shortest-edge',
    crop_size: { height, width },
    resample: resampleNumbers[interpolation],
    do_rescale: true,
    rescale_factor: rescale,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  }
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(path.join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor))
}

/** transformers.js is a development dependency: a checkout has it, an installed package does not. */
export function isPeerInstalled(): boolean {
  try {
    import.meta.resolve('@huggingface/transformers')
    return true
  } catch {
    return false
  }
}
