// The configuration beside a merged model, in the terms of transformers and timm.
import { join } from 'node:path'
import { z } from 'zod'
import type { Architecture } from '../architecture.ts'
import { readJson } from '../files.ts'
import type { CheckpointFolder, ModelFolder } from '../model-folder.ts'
import type { Interpolation, Preprocessing } from '../preprocessing.ts'
import type { NewHead } from './head.ts'

type Json = Record<string, unknown>

/** PIL's numbers for its filters. */
const pilFilters: Readonly<Record<Interpolation, number>> = {
  nearest: 0,
  lanczos: 1,
  bilinear: 2,
  bicubic: 3,
}

/** `config.json`: what the model came with, and what the head changes. */
export async function mergeConfig(
  folder: ModelFolder,
  head: NewHead,
  preprocessing: Preprocessing,
  format: 'onnx' | 'safetensors',
): Promise<Json> {
  const stored = await readJson(join(folder.configFolder, 'config.json'), z.record(z.string(), z.unknown()))
  const config: Json = {
    // Transformers.js and Optimum choose by it how to run a graph; for weights with timm's names it would be wrong.
    ...(format === 'onnx' ? { model_type: 'vit' } : {}),
    ...(folder.kind === 'checkpoint' ? describeCheckpoint(folder, stored === null) : {}),
    ...stored,
    ...headConfig(head),
  }
  const isTimm = folder.kind === 'checkpoint' ? folder.naming.kind === 'timm' : 'pretrained_cfg' in config
  return isTimm ? { ...config, ...timmConfig(config, head, preprocessing) } : config
}

const timmNames = /^(vit|deit3?)_[a-z0-9_]+$/

/** What every program reads of a head. */
export function headConfig({ name, labels, scores }: NewHead): Json {
  const { activation, temperature } = scores
  return {
    num_labels: labels.length,
    id2label: Object.fromEntries(labels.map((label, at) => [String(at), label])),
    label2id: Object.fromEntries(labels.map((label, at) => [label, at])),
    problem_type: activation === 'sigmoid' ? 'multi_label_classification' : 'single_label_classification',
    labelroom: { name, temperature },
  }
}

/** What cannot be told from tensors alone; all that transformers needs, where the model came without configuration. */
function describeCheckpoint({ architecture: arch, naming, name }: CheckpointFolder, isAlone: boolean): Json {
  const image = [arch.gridRows * arch.patchPx, arch.gridColumns * arch.patchPx]
  const facts = {
    num_attention_heads: arch.heads,
    layer_norm_eps: arch.normEpsilon,
    image_size: image[0] === image[1] ? image[0] : image,
  }
  if (!isAlone) return facts
  // Folders of timm's models are mostly called as timm calls the architecture.
  if (naming.kind === 'timm') return timmNames.test(name) ? { ...facts, architecture: name } : facts
  const hasRegisters = arch.registers > 0
  return {
    ...facts,
    architectures: [classOf(naming.family, arch)],
    // With the class for models without registers, transformers would drop them in silence.
    ...(hasRegisters
      ? { model_type: 'dinov2_with_registers', num_register_tokens: arch.registers }
      : { model_type: naming.family }),
    hidden_act: 'gelu',
    hidden_size: arch.dim,
    num_hidden_layers: arch.depth,
    ...(naming.family === 'dinov2'
      ? { mlp_ratio: arch.mlpDim / arch.dim }
      : { intermediate_size: arch.mlpDim }),
    patch_size: arch.patchPx,
    num_channels: 3,
    qkv_bias: true,
  }
}

function classOf(
  family: CheckpointFolder['naming']['family'],
  { hasTwoHeads, registers }: Architecture,
): string {
  if (registers > 0) return 'Dinov2WithRegistersForImageClassification'
  if (family === 'dinov2') return 'Dinov2ForImageClassification'
  if (family === 'vit') return 'ViTForImageClassification'
  return hasTwoHeads ? 'DeiTForImageClassificationWithTeacher' : 'DeiTForImageClassification'
}

const originFields = new Set(['hf_hub_id', 'url', 'file', 'tag', 'label_descriptions'])

/** timm counts classes in two places, and takes the preprocessing from here. */
function timmConfig(config: Json, { labels }: NewHead, preprocessing: Preprocessing): Json {
  const { height, width, resize, interpolation, mean, std } = preprocessing
  const old = z.record(z.string(), z.unknown()).safeParse(config['pretrained_cfg']).data ?? {}
  // Where the weights came from is left out: these ones are others.
  const kept = Object.entries(old).filter(([name]) => !originFields.has(name))
  const pretrained: Json = {
    ...Object.fromEntries(kept),
    num_classes: labels.length,
    label_names: labels,
    input_size: [3, height, width],
    interpolation,
    mean,
    std,
    crop_mode: resize.rule === 'exact' ? 'squash' : 'center',
    crop_pct: resize.rule === 'exact' ? 1 : cropShare(Math.max(height, width), resize.sizePx),
  }
  return {
    num_classes: labels.length,
    label_names: labels,
    label_descriptions: null,
    pretrained_cfg: pretrained,
  }
}

/** The shortest number from which timm, which rounds down, comes to this size again. */
function cropShare(inputPx: number, sizePx: number): number {
  const shares = [1, 2, 3, 4, 5, 6].map((digits) => Number((inputPx / sizePx).toFixed(digits)))
  return shares.find((share) => Math.floor(inputPx / share) === sizePx) ?? inputPx / (sizePx + 0.5)
}

/** `preprocessor_config.json`, from which the same preprocessing is read again. */
export function processorConfig({
  height,
  width,
  resize,
  interpolation,
  mean,
  std,
  rescale,
}: Preprocessing): Json {
  const size =
    resize.rule === 'exact'
      ? { image_processor_type: 'ViTImageProcessor', size: { height, width }, do_center_crop: false }
      : {
          image_processor_type: 'BitImageProcessor',
          size: { shortest_edge: resize.sizePx },
          do_center_crop: true,
          crop_size: { height, width },
        }
  return {
    ...size,
    do_resize: true,
    resample: pilFilters[interpolation],
    do_rescale: true,
    rescale_factor: rescale,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
  }
}
