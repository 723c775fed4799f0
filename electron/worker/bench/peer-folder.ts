// Lays out our own graph as transformers.js wants a model, so that both run the same one.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { processorConfig } from '../../../models/merge/merged-config.ts'
import type { PreparedGraph } from '../../../models/prepare.ts'

/** Writes `<folder>/onnx/model.onnx` with its configuration files. */
export async function writePeerFolder(folder: string, graph: PreparedGraph): Promise<void> {
  await mkdir(path.join(folder, 'onnx'), { recursive: true })
  await copyFile(graph.file, path.join(folder, 'onnx', 'model.onnx'))
  const config = {
    model_type: 'vit',
    architectures: ['ViTForImageClassification'],
    image_size: graph.preprocessing.height,
    id2label: Object.fromEntries(graph.labels.map((label, index) => [index, label])),
  }
  // Its classes still have the names of feature extractors.
  const preprocessor = {
    ...processorConfig(graph.preprocessing),
    image_processor_type: 'ViTFeatureExtractor',
    feature_extractor_type: 'ViTFeatureExtractor',
  }
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(path.join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor))
}
