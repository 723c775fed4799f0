// Reads what a model expects of a photo from preprocessor_config.json (transformers) or pretrained_cfg (timm).
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from './files.ts'
import { unsupported, type ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'
import type { Interpolation, Preprocessing } from './preprocessing.ts'

const side = z.int().positive()
const Size = z.union([side, z.object({ height: side, width: side }), z.object({ shortest_edge: side })])
const Triple = z.tuple([z.number(), z.number(), z.number()])

const PreprocessorFile = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  size: Size.optional(),
  crop_size: z.union([side, z.object({ height: side, width: side })]).nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_pct: z.number().positive().nullish(),
  resample: z.int().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: z.union([Triple, z.number().transform((v): [number, number, number] => [v, v, v])]).nullish(),
  image_std: z.union([Triple, z.number().transform((v): [number, number, number] => [v, v, v])]).nullish(),
})
type PreprocessorFile = z.infer<typeof PreprocessorFile>

/** PIL's numbers for its filters. */
const pilFilters: ReadonlyMap<number, Interpolation> = new Map([
  [0, 'nearest'],
  [1, 'lanczos'],
  [2, 'bilinear'],
  [3, 'bicubic'],
])
const half: Preprocessing['mean'] = [0.5, 0.5, 0.5]
const imagenetMean: Preprocessing['mean'] = [0.485, 0.456, 0.406]
const imagenetStd: Preprocessing['mean'] = [0.229, 0.224, 0.225]

/** What to assume where a folder does not say: the processors that go with these models. */
export type Defaults = 'timm' | 'vit' | 'deit' | 'dinov2'

/**
 * Reads the preprocessing of a model folder.
 * @param size the model's own input size, from its position embeddings or its ONNX input.
 * @throws ModelError `model-invalid` or `model-unsupported` naming the file and the field.
 */
export async function readPreprocessing(
  folder: string,
  config: ModelConfig,
  size: { readonly height: number; readonly width: number },
  defaults: Defaults,
): Promise<Preprocessing> {
  const file = join(folder, 'preprocessor_config.json')
  const processor = await readJson(file, PreprocessorFile)
  if (processor !== null) return fromProcessor(processor, file, size)
  if (config.pretrained !== null || defaults === 'timm') return fromTimm(config, size)
  const rescale = 1 / 255
  if (defaults === 'vit') {
    return { ...size, resize: { rule: 'exact' }, interpolation: 'bilinear', mean: half, std: half, rescale }
  }
  // DeiT is evaluated on the centre 224 px of 256, and larger models on the same share of the photo. DINOv2 is too, and
  // although its position embeddings are for 518 px.
  const inputSize = defaults === 'dinov2' ? { height: 224, width: 224 } : size
  const sizePx = Math.round((Math.max(inputSize.height, inputSize.width) * 256) / 224)
  const resize = { rule: 'shortest-edge', sizePx } as const
  return { ...inputSize, resize, interpolation: 'bicubic', mean: imagenetMean, std: imagenetStd, rescale }
}

/** What timm assumes where a model's configuration leaves something out. */
const timmDefaults = { crop_pct: 0.875, mean: imagenetMean, std: imagenetStd }
/** And of most of its ViTs, for weights that come without any configuration. */
const timmVit = { crop_pct: 0.9, mean: half, std: half }

function fromTimm(
  { file, pretrained }: ModelConfig,
  modelSize: { readonly height: number; readonly width: number },
): Preprocessing {
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
  if (cropMode !== 'center' && cropMode !== 'squash') throw unsupported(file, 'crop_mode', cropMode)
  const share = config.crop_pct ?? defaults.crop_pct
  // A part of a stretched photo is what no processor of transformers can say.
  if (cropMode === 'squash' && share !== 1)
    throw unsupported(file, 'crop_mode squash with crop_pct', String(share))
  const sizePx = Math.floor(Math.max(height, width) / share)
  return {
    height,
    width,
    resize: cropMode === 'squash' ? { rule: 'exact' } : { rule: 'shortest-edge', sizePx },
    interpolation,
    mean: config.mean ?? defaults.mean,
    std: config.std ?? defaults.std,
    rescale: 1 / 255,
  }
}

function fromProcessor(
  config: PreprocessorFile,
  file: string,
  modelSize: { readonly height: number; readonly width: number },
): Preprocessing {
  const interpolation = pilFilters.get(config.resample ?? 2)
  if (interpolation === undefined) {
    throw new ModelError(
      'model-unsupported',
      `${file} asks for resample ${config.resample ?? ''}, which is not supported.`,
    )
  }
  const doNormalize = config.do_normalize ?? true
  return {
    ...sizeAndResize(config, modelSize),
    interpolation,
    mean: doNormalize ? (config.image_mean ?? half) : [0, 0, 0],
    std: doNormalize ? (config.image_std ?? half) : [1, 1, 1],
    rescale: (config.do_rescale ?? true) ? (config.rescale_factor ?? 1 / 255) : 1,
  }
}

function sizeAndResize(
  config: PreprocessorFile,
  modelSize: { readonly height: number; readonly width: number },
): Pick<Preprocessing, 'height' | 'width' | 'resize'> {
  const { crop_size: crop, crop_pct: cropPct } = config
  const size = config.size ?? modelSize
  const asRectangle = (value: number | { height: number; width: number }) =>
    typeof value === 'number' ? { height: value, width: value } : value
  const cropped =
    config.do_center_crop === true && crop !== null && crop !== undefined ? asRectangle(crop) : null

  if (typeof size === 'object' && 'shortest_edge' in size) {
    const edge = size.shortest_edge
    if (typeof cropPct !== 'number') return shortestEdge(edge, cropped ?? asRectangle(edge))
    // ConvNeXT's rule: small sizes are cropped out of a larger photo, from 384 px on the photo is stretched.
    if (edge >= 384) return { ...asRectangle(edge), resize: { rule: 'exact' } }
    return shortestEdge(Math.floor(edge / cropPct), asRectangle(edge))
  }
  // A number alone was written by old feature extractors, which stretched; with a crop it is DeiT's, whose authors
  // evaluate on the shorter side (the extractor's stretched square differs from it only off the centre).
  const rectangle = asRectangle(size)
  if (cropped === null) return { ...rectangle, resize: { rule: 'exact' } }
  return shortestEdge(Math.min(rectangle.height, rectangle.width), cropped)
}

function shortestEdge(sizePx: number, crop: { height: number; width: number }) {
  // A photo smaller than the crop would be padded with black; nobody's model was trained on that.
  return {
    ...crop,
    resize: { rule: 'shortest-edge', sizePx: Math.max(sizePx, crop.height, crop.width) } as const,
  }
}

/** The same preprocessing for another input size: the same share of the photo is seen. */
export function adaptPreprocessing(preprocessing: Preprocessing, inputSizePx: number): Preprocessing {
  const { resize, height, width } = preprocessing
  const sized = { ...preprocessing, height: inputSizePx, width: inputSizePx }
  if (resize.rule === 'exact') return sized
  const sizePx = Math.round((resize.sizePx * inputSizePx) / Math.max(height, width))
  return { ...sized, resize: { rule: 'shortest-edge', sizePx } }
}
