// How taggers want their photos, which no file of theirs says in full: the rules of their authors' own programs.
import { join } from 'node:path'
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { readJson } from '../checkpoint/files.ts'
import { clipMean, clipStd, half, imagenetMean, imagenetStd } from './image-processor.ts'
import { unsupported, type ModelConfig } from './model-config.ts'
import {
  pilFilters,
  torchvisionCrop,
  transformersCrop,
  type Interpolation,
  type Preprocessing,
} from './preprocessing.ts'
import type { Tagger } from './tagger.ts'

type Size = Pick<Preprocessing, 'height' | 'width'>

const white = { ...torchvisionCrop, fill: [255, 255, 255] } as const
const plain = { mean: [0, 0, 0], std: [1, 1, 1], rescale: 1 / 255, cropPct: null } as const

/** What a list of tags alone says of photos; null for a list without rules of its own. */
export function taggerPreprocessing(
  { layout, file }: Tagger,
  { height, width }: Size,
  /** Of a ready graph; null for weights, which timm runs. */
  tensorLayout: 'nchw' | 'nhwc' | null,
  { file: configFile, pretrained }: Pick<ModelConfig, 'file' | 'pretrained'>,
): Preprocessing | null {
  const resize = { rule: 'square', sizePx: height } as const
  const square = {
    ...plain,
    height,
    width,
    resize,
    interpolation: 'bicubic',
    crop: white,
    from: file,
  } as const
  const centred = { mean: half, std: half }
  switch (layout) {
    // BGR in their authors' graphs, which normalise by themselves, and in timm's weights alike.
    case 'wd': {
      if (tensorLayout === 'nhwc') return { ...square, channels: 'bgr', rescale: 1 }
      const { crop_pct: cropPct = 1, mean = half, std = half } = pretrained ?? {}
      if (cropPct !== 1) throw unsupported(configFile, msg('a list of tags and crop_pct'), String(cropPct))
      // A graph that someone else exported may want its photos otherwise.
      return { ...square, channels: 'bgr', mean, std, from: tensorLayout === null ? file : null }
    }
    case 'cl':
      return { ...square, channels: 'bgr', ...centred }
    case 'joytag':
      return { ...square, channels: 'rgb', mean: clipMean, std: clipStd }
    case 'camie':
      return {
        ...square,
        resize: { rule: 'contain', widthPx: width, heightPx: height },
        interpolation: 'lanczos',
        // Sides are rounded down, and the border is about the mean of ImageNet.
        crop: { ...transformersCrop, fill: [124, 116, 104] },
        channels: 'rgb',
        mean: imagenetMean,
        std: imagenetStd,
      }
    case 'other':
      return null
  }
}

const side = z.int().positive()
const SizeOfStage = z.union([side, z.tuple([side]).transform(([px]) => px), z.tuple([side, side])])
const Triple = z.tuple([z.number(), z.number(), z.number()])
const Stage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('resize'),
    size: SizeOfStage,
    interpolation: z.union([z.string(), z.int()]).default('bilinear'),
  }),
  z.object({ type: z.literal('center_crop'), size: SizeOfStage }),
  z.object({ type: z.enum(['to_tensor', 'maybe_to_tensor', 'convert_rgb']) }),
  z.object({ type: z.literal('normalize'), mean: Triple, std: Triple }),
])
const StagesFile = z.looseObject({
  stages: z.unknown().optional(),
  test: z.unknown().optional(),
  val: z.unknown().optional(),
})

/**
 * `preprocess.json` of DeepGHS: a list of steps. Null where there is none.
 * @throws ModelError `model-unsupported` for a step that Labelroom does not have.
 */
export async function readStages(folder: string): Promise<Preprocessing | null> {
  const file = join(folder, 'preprocess.json')
  const json = await readJson(file, StagesFile)
  if (json === null) return null
  const listed = json.stages ?? json.test ?? json.val
  const stages = z.array(Stage).safeParse(listed)
  if (!stages.success) {
    const known = new Set([
      'resize',
      'center_crop',
      'to_tensor',
      'maybe_to_tensor',
      'convert_rgb',
      'normalize',
    ])
    const types = z.array(z.looseObject({ type: z.string() })).safeParse(listed).data ?? []
    throw unsupported(
      file,
      msg('the step'),
      types.find(({ type }) => !known.has(type))?.type ?? msg('its content'),
    )
  }
  let result = null as Preprocessing | null
  for (const stage of stages.data) {
    if (stage.type === 'resize' && result === null) result = resized(stage, file)
    else if (stage.type === 'center_crop' && result !== null) result = { ...result, ...rectangle(stage.size) }
    else if (stage.type === 'normalize' && result !== null)
      result = { ...result, mean: stage.mean, std: stage.std }
    else if (stage.type === 'resize' || stage.type === 'center_crop' || stage.type === 'normalize')
      throw unsupported(file, msg('the step'), stage.type)
  }
  if (result === null) throw unsupported(file, msg('the step'), msg('its content'))
  return result
}

const rectangle = (size: z.infer<typeof SizeOfStage>): Size =>
  typeof size === 'number' ? { height: size, width: size } : { height: size[0], width: size[1] }

function resized(stage: Extract<z.infer<typeof Stage>, { type: 'resize' }>, file: string): Preprocessing {
  const names = Object.keys(pilFilters) as Interpolation[]
  const wanted =
    typeof stage.interpolation === 'string' ? stage.interpolation.toLowerCase() : stage.interpolation
  const interpolation = names.find((name) => name === wanted || pilFilters[name] === wanted)
  if (interpolation === undefined) throw unsupported(file, 'interpolation', String(wanted))
  const { height, width } = rectangle(stage.size)
  return {
    ...plain,
    height,
    width,
    resize:
      typeof stage.size === 'number'
        ? { rule: 'shortest-edge', sizePx: stage.size }
        : { rule: 'exact', widthPx: width, heightPx: height },
    interpolation,
    crop: transformersCrop,
    channels: 'rgb',
    from: file,
  }
}
