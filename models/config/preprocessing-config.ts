// Reads what a model expects of a photo from preprocessor_config.json (transformers) or pretrained_cfg (timm).
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../checkpoint/files.ts'
import { readOpenClipConfig } from '../checkpoint/open-clip.ts'
import { fromProcessor, half, imagenetMean, imagenetStd, ProcessorFile } from './image-processor.ts'
import { unsupported, type ModelConfig } from './model-config.ts'
import { readStages, taggerPreprocessing } from './tagger-preprocessing.ts'
import type { Tagger } from './tagger.ts'
import {
  resizedPx,
  torchvisionCrop,
  transformersCrop,
  type Preprocessing,
  type Resize,
} from './preprocessing.ts'

/** Whose defaults apply where a folder has no preprocessing: those of the processors that go with these models. */
export type Defaults = 'timm' | 'vit' | 'deit' | 'dinov2'

/** What is known of a model besides its configuration. */
export interface PreprocessingFacts {
  readonly defaults: Defaults
  readonly tagger: Tagger | null
  /** Of a ready graph's input; null for weights. */
  readonly layout: 'nchw' | 'nhwc' | null
}

type Size = Pick<Preprocessing, 'height' | 'width'>

const Triple = z.tuple([z.number(), z.number(), z.number()])
/** Beside the rules of transformers, those of models that Labelroom exported, to the digit. */
const OwnFile = z.object({
  labelroom: z.object({
    preprocessing: z.object({
      height: z.int().positive(),
      width: z.int().positive(),
      resize: z.union([
        z.object({
          rule: z.enum(['exact', 'cover', 'contain']),
          widthPx: z.int().positive(),
          heightPx: z.int().positive(),
        }),
        z.object({ rule: z.enum(['shortest-edge', 'square']), sizePx: z.int().positive() }),
        z.object({ rule: z.literal('none'), mustFit: z.boolean() }),
      ]),
      interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']),
      crop: z.object({ rounding: z.enum(['even', 'down']), fill: Triple }),
      mean: Triple,
      std: Triple,
      rescale: z.number().positive(),
      channels: z.enum(['rgb', 'bgr']),
      cropPct: z.number().positive().nullable(),
    }),
  }),
})

/**
 * Reads the preprocessing of a model folder.
 * @param size the model's own input size, from its position embeddings or its ONNX input.
 * @throws ModelError `model-invalid` or `model-unsupported` naming the file and the field.
 */
export async function readPreprocessing(
  folder: string,
  config: ModelConfig,
  size: Size,
  { defaults, tagger, layout }: PreprocessingFacts,
): Promise<Preprocessing> {
  const file = join(folder, 'preprocessor_config.json')
  const own = OwnFile.safeParse(await readJson(file, z.unknown()))
  if (own.success) return { ...own.data.labelroom.preprocessing, from: file }
  const stages = await readStages(folder)
  if (stages !== null) return stages
  const processor = await readJson(file, ProcessorFile)
  if (processor !== null) return fromProcessor(processor, file, size)
  const openClip = await readOpenClipConfig(folder)
  if (openClip !== null) return fromOpenClip(openClip)
  if (tagger !== null) {
    // The input size of the configuration, where a graph has none.
    const [, height, width] = config.pretrained?.input_size ?? [3, size.height, size.width]
    const rule = taggerPreprocessing(tagger, layout === null ? { height, width } : size, layout, config)
    if (rule !== null) return rule
  }
  if (config.pretrained !== null || defaults === 'timm') return fromTimm(config, size)
  const rest = {
    crop: transformersCrop,
    rescale: 1 / 255,
    channels: 'rgb' as const,
    cropPct: null,
    from: null,
  }
  if (defaults === 'vit') {
    const resize = { rule: 'exact', widthPx: size.width, heightPx: size.height } as const
    return { ...size, resize, interpolation: 'bilinear', mean: half, std: half, ...rest }
  }
  // DeiT is evaluated on the centre 224 px of 256, and larger models on the same share of the photo. DINOv2 is too, and
  // although its position embeddings are for 518 px.
  const inputSize = defaults === 'dinov2' ? { height: 224, width: 224 } : size
  const sizePx = Math.round((Math.max(inputSize.height, inputSize.width) * 256) / 224)
  const resize = { rule: 'shortest-edge', sizePx } as const
  return { ...inputSize, resize, interpolation: 'bicubic', mean: imagenetMean, std: imagenetStd, ...rest }
}

/** The steps that open_clip's models are evaluated with. */
function fromOpenClip({
  file,
  preprocessing,
}: NonNullable<Awaited<ReturnType<typeof readOpenClipConfig>>>): Preprocessing {
  const { height, width, interpolation, mean, std, resize } = preprocessing
  if (interpolation !== 'bicubic' && interpolation !== 'bilinear')
    throw unsupported(file, 'interpolation', interpolation)
  if (resize !== 'shortest' && resize !== 'squash') throw unsupported(file, 'resize_mode', resize)
  return {
    ...{ height, width, interpolation, rescale: 1 / 255, channels: 'rgb', crop: torchvisionCrop },
    resize:
      resize === 'squash'
        ? { rule: 'exact', widthPx: width, heightPx: height }
        : { rule: 'shortest-edge', sizePx: Math.max(height, width) },
    mean: [...mean],
    std: [...std],
    cropPct: null,
    from: file,
  }
}

/** What timm assumes where a model's configuration leaves something out. */
const timmDefaults = { crop_pct: 0.875, mean: imagenetMean, std: imagenetStd }
/** And of most of its ViTs, for weights that come without any configuration. */
const timmVit = { crop_pct: 0.9, mean: half, std: half }

function fromTimm({ file, pretrained }: ModelConfig, modelSize: Size): Preprocessing {
  const config = pretrained ?? {}
  const defaults = pretrained === null ? timmVit : timmDefaults
  const [, height, width] = config.input_size ?? [3, modelSize.height, modelSize.width]
  const interpolation = config.interpolation ?? 'bicubic'
  if (
    interpolation !== 'bicubic' &&
    interpolation !== 'bilinear' &&
    interpolation !== 'nearest' &&
    interpolation !== 'lanczos'
  ) {
    throw unsupported(file, 'interpolation', interpolation)
  }
  const cropMode = config.crop_mode ?? 'center'
  if (cropMode !== 'center' && cropMode !== 'squash' && cropMode !== 'border')
    throw unsupported(file, 'crop_mode', cropMode)
  const cropPct = config.crop_pct ?? defaults.crop_pct
  const mean = config.mean ?? defaults.mean
  const resize = timmResize(cropMode, { height, width }, cropPct)
  return {
    height,
    width,
    resize,
    // timm names no filter for proportions that are kept otherwise than by the short side, whose default is bilinear.
    interpolation: resize.rule === 'cover' ? 'bilinear' : interpolation,
    crop: cropMode === 'border' ? { ...torchvisionCrop, fill: borderOf(mean) } : torchvisionCrop,
    mean,
    std: config.std ?? defaults.std,
    rescale: 1 / 255,
    channels: 'rgb',
    cropPct,
    from: pretrained === null ? null : file,
  }
}

function timmResize(mode: 'center' | 'squash' | 'border', { height, width }: Size, cropPct: number): Resize {
  const sides = { widthPx: Math.floor(width / cropPct), heightPx: Math.floor(height / cropPct) }
  if (mode === 'squash') return { rule: 'exact', ...sides }
  if (mode === 'border') return { rule: 'contain', ...sides }
  return sides.widthPx === sides.heightPx
    ? { rule: 'shortest-edge', sizePx: sides.widthPx }
    : { rule: 'cover', ...sides }
}

/** The border has the colour of the mean. */
const borderOf = ([red, green, blue]: Preprocessing['mean']): Preprocessing['mean'] => [
  Math.round(255 * red),
  Math.round(255 * green),
  Math.round(255 * blue),
]

/**
 * The same preprocessing for another square input: timm's floor(size / crop_pct), else the same share of the photo.
 */
export function adaptPreprocessing(preprocessing: Preprocessing, inputSizePx: number): Preprocessing {
  const { resize, height, width, cropPct } = preprocessing
  const scaled = (px: number, inputPx: number) =>
    cropPct === null ? Math.round((px * inputSizePx) / inputPx) : Math.floor(inputSizePx / cropPct)
  const sized = { ...preprocessing, height: inputSizePx, width: inputSizePx }
  switch (resize.rule) {
    case 'none':
      return sized
    case 'exact':
    case 'contain':
      return {
        ...sized,
        resize: {
          rule: resize.rule,
          widthPx: scaled(resize.widthPx, width),
          heightPx: scaled(resize.heightPx, height),
        },
      }
    // A square input is covered where its short side is.
    case 'cover':
    case 'shortest-edge':
      return {
        ...sized,
        resize: { rule: 'shortest-edge', sizePx: scaled(resizedPx(resize), Math.max(height, width)) },
      }
    case 'square':
      return { ...sized, resize: { rule: 'square', sizePx: inputSizePx } }
  }
}
