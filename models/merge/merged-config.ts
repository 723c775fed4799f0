// The configuration beside a merged model, in the terms of transformers and timm.
import { join } from 'node:path'
import { z } from 'zod'
import type { Architecture } from '../config/architecture.ts'
import { readJson } from '../checkpoint/files.ts'
import type { CheckpointFolder, ModelFolder } from '../model-folder.ts'
import { pilFilters, resizedPx, type Preprocessing } from '../config/preprocessing.ts'
import type { NewHead } from './head.ts'

type Json = Record<string, unknown>

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
  const isTimm =
    folder.kind === 'checkpoint' ? folder.architecture.library === 'timm' : 'pretrained_cfg' in config
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

/** What the tensors alone do not determine; all that transformers needs, where the model came without configuration. */
function describeCheckpoint({ architecture: arch, name }: CheckpointFolder, isAlone: boolean): Json {
  const image = [arch.gridRows * arch.patchPx, arch.gridColumns * arch.patchPx]
  const facts = {
    num_attention_heads: arch.heads,
    layer_norm_eps: arch.norm.epsilon,
    image_size: image[0] === image[1] ? image[0] : image,
  }
  if (!isAlone) return facts
  // Folders of timm's models are mostly named after the architecture.
  if (arch.library === 'timm') return timmNames.test(name) ? { ...facts, architecture: name } : facts
  return {
    ...facts,
    architectures: [classOf(arch)],
    model_type: arch.family,
    ...(arch.registers > 0 ? { num_register_tokens: arch.registers } : {}),
    hidden_act: 'gelu',
    hidden_size: arch.dim,
    num_hidden_layers: arch.depth,
    ...(arch.family.startsWith('dinov2')
      ? { mlp_ratio: arch.mlpDim / arch.dim }
      : { intermediate_size: arch.mlpDim }),
    patch_size: arch.patchPx,
    num_channels: 3,
    qkv_bias: true,
  }
}

function classOf({ family, hasTwoHeads, registers }: Architecture): string {
  // With the class for models without registers, transformers would drop them silently.
  if (registers > 0) return 'Dinov2WithRegistersForImageClassification'
  if (family === 'dinov2') return 'Dinov2ForImageClassification'
  if (family === 'vit') return 'ViTForImageClassification'
  return hasTwoHeads ? 'DeiTForImageClassificationWithTeacher' : 'DeiTForImageClassification'
}

const originFields = new Set(['hf_hub_id', 'url', 'file', 'tag', 'label_descriptions'])

/** timm reads the number of classes in two places, and the preprocessing from here. */
function timmConfig(config: Json, { labels }: NewHead, preprocessing: Preprocessing): Json {
  const { height, width, resize, interpolation, mean, std } = preprocessing
  const old = z.record(z.string(), z.unknown()).safeParse(config['pretrained_cfg']).data ?? {}
  // The origin of the weights is left out: these are other weights.
  const kept = Object.entries(old).filter(([name]) => !originFields.has(name))
  const pretrained: Json = {
    ...Object.fromEntries(kept),
    num_classes: labels.length,
    label_names: labels,
    input_size: [3, height, width],
    interpolation,
    mean,
    std,
    crop_mode: resize.rule === 'exact' ? 'squash' : resize.rule === 'contain' ? 'border' : 'center',
    crop_pct: preprocessing.cropPct ?? cropShare(Math.max(height, width), resizedPx(resize)),
  }
  return {
    num_classes: labels.length,
    label_names: labels,
    label_descriptions: null,
    pretrained_cfg: pretrained,
  }
}

/** The shortest decimal from which timm, which rounds down, computes this size. */
function cropShare(inputPx: number, sizePx: number): number {
  const shares = [1, 2, 3, 4, 5, 6].map((digits) => Number((inputPx / sizePx).toFixed(digits)))
  return shares.find((share) => Math.floor(inputPx / share) === sizePx) ?? inputPx / (sizePx + 0.5)
}

/**
 * `preprocessor_config.json`: for other programs the nearest rule that transformers has, and under `labelroom` the very
 * one, which Labelroom reads again.
 */
export function processorConfig(preprocessing: Preprocessing): Json {
  const { height, width, resize, interpolation, mean, std, rescale } = preprocessing
  const isCropped = resize.rule !== 'exact' || resize.widthPx !== width || resize.heightPx !== height
  return {
    image_processor_type:
      resize.rule === 'exact' && !isCropped
        ? 'ViTImageProcessor'
        : resize.rule === 'exact'
          ? 'DeiTImageProcessor'
          : 'BitImageProcessor',
    size:
      'widthPx' in resize
        ? { height: resize.heightPx, width: resize.widthPx }
        : { shortest_edge: resizedPx(resize) },
    do_center_crop: isCropped,
    ...(isCropped ? { crop_size: { height, width } } : {}),
    do_resize: resize.rule !== 'none',
    resample: pilFilters[interpolation],
    do_rescale: true,
    rescale_factor: rescale,
    do_normalize: true,
    image_mean: mean,
    image_std: std,
    labelroom: { preprocessing },
  }
}
