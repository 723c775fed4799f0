// The rules of transformers' image processors: what each class does where its file says nothing else.
import { z } from 'zod'
import { msg } from '../../electron/texts/message.ts'
import { ModelError } from '../model-error.ts'
import { unsupported } from './model-config.ts'
import { pilFilters, transformersCrop, type Interpolation, type Preprocessing } from './preprocessing.ts'

const side = z.int().positive()
const Rectangle = z.union([
  side.transform((px) => ({ height: px, width: px })),
  z.tuple([side, side]).transform(([height, width]) => ({ height, width })),
  z.object({ height: side, width: side }),
])
const Triple = z.union([
  z.tuple([z.number(), z.number(), z.number()]),
  z
    .union([z.number(), z.tuple([z.number()]).transform(([value]) => value)])
    .transform((value): [number, number, number] => [value, value, value]),
])
const FilterName = z.enum(Object.keys(pilFilters) as Interpolation[])

/** `preprocessor_config.json`. A field that is null is one that is absent, as in transformers. */
export const ProcessorFile = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: z.boolean().nullish(),
  size: z
    .union([
      side,
      z
        .tuple([side, side])
        .transform(([height, width]): Record<string, number | null> => ({ height, width })),
      z.record(z.string(), side.nullable()),
    ])
    .nullish(),
  crop_size: Rectangle.nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_pct: z.number().positive().nullish(),
  resample: z
    .union([
      z.int(),
      z
        .string()
        .toLowerCase()
        .pipe(FilterName)
        .transform((name) => pilFilters[name]),
    ])
    .nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  rescale_offset: z.boolean().nullish(),
  include_top: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  do_flip_channel_order: z.boolean().nullish(),
  do_pad: z.boolean().nullish(),
  image_mean: Triple.nullish(),
  image_std: Triple.nullish(),
})
type ProcessorFile = z.infer<typeof ProcessorFile>

interface Rectangle {
  readonly height: number
  readonly width: number
}
type Size = Rectangle | { readonly shortest_edge: number }

/** What a class of processors does where its file says nothing else. */
interface ProcessorClass {
  readonly filter: Interpolation
  readonly mean: Preprocessing['mean']
  readonly std: Preprocessing['std']
  readonly size: Size
  /** A size that is one number is the short side, and not a square. */
  readonly isNumberShortestEdge: boolean
  /** Null where the class has none of its own. */
  readonly cropSize: Rectangle | null
  readonly crops: boolean
  /** A rule of its own on top of those. */
  readonly special?: 'convnext' | 'levit' | 'poolformer' | 'mobilevit' | 'efficientnet'
}

export const half: Preprocessing['mean'] = [0.5, 0.5, 0.5]
export const imagenetMean: Preprocessing['mean'] = [0.485, 0.456, 0.406]
export const imagenetStd: Preprocessing['mean'] = [0.229, 0.224, 0.225]
export const clipMean: Preprocessing['mean'] = [0.48145466, 0.4578275, 0.40821073]
export const clipStd: Preprocessing['mean'] = [0.26862954, 0.26130258, 0.27577711]

const square = (px: number): Rectangle => ({ height: px, width: px })
const plain = { mean: half, std: half, isNumberShortestEdge: false, cropSize: null, crops: false } as const
const imagenet = { mean: imagenetMean, std: imagenetStd } as const
const clip: ProcessorClass = {
  filter: 'bicubic',
  mean: clipMean,
  std: clipStd,
  size: { shortest_edge: 224 },
  isNumberShortestEdge: true,
  cropSize: square(224),
  crops: true,
}
const vit: ProcessorClass = { ...plain, filter: 'bilinear', size: square(224) }
const mobileNet: ProcessorClass = {
  ...clip,
  mean: half,
  std: half,
  filter: 'bilinear',
  size: { shortest_edge: 256 },
}

/** By the name of the class without its ending. */
const processorClasses: Readonly<Record<string, ProcessorClass>> = {
  ViT: vit,
  DeiT: { ...vit, filter: 'bicubic', size: square(256), cropSize: square(224), crops: true },
  Beit: { ...vit, filter: 'bicubic', cropSize: square(224) },
  Bit: clip,
  Blip: { ...clip, size: square(384), isNumberShortestEdge: false, cropSize: null, crops: false },
  ChineseCLIP: clip,
  CLIP: clip,
  ConvNext: {
    ...plain,
    filter: 'bicubic',
    size: { shortest_edge: 384 },
    isNumberShortestEdge: true,
    special: 'convnext',
  },
  DINOv3ViT: { ...vit, ...imagenet },
  EfficientNet: {
    ...plain,
    filter: 'bicubic',
    size: square(346),
    cropSize: square(289),
    special: 'efficientnet',
  },
  Flava: { ...clip, size: square(224), isNumberShortestEdge: false },
  Levit: { ...clip, ...imagenet, special: 'levit' },
  MobileNetV1: mobileNet,
  MobileNetV2: mobileNet,
  MobileViT: { ...clip, cropSize: square(256), special: 'mobilevit' },
  PoolFormer: { ...clip, ...imagenet, special: 'poolformer' },
  Pvt: { ...vit, ...imagenet, filter: 'bicubic' },
  Segformer: { ...vit, ...imagenet, size: square(512) },
  Siglip: { ...vit, filter: 'bicubic', isNumberShortestEdge: true },
  ViTHybrid: clip,
}

/**
 * The preprocessing that a processor of transformers does.
 * @param modelSize the size of a file without the name of its class that leaves it out.
 * @throws ModelError `model-unsupported` naming the file and what is not supported.
 */
export function fromProcessor(config: ProcessorFile, file: string, modelSize: Rectangle): Preprocessing {
  const [name, rules] = findClass(config, file, modelSize)
  if (config.do_pad === true) throw unsupported(file, 'do_pad', 'true')
  const filter = config.resample ?? pilFilters[rules.filter]
  const interpolation = (Object.keys(pilFilters) as Interpolation[]).find((key) => pilFilters[key] === filter)
  if (interpolation === undefined) throw unsupported(file, 'resample', String(filter))
  const size = sizeOf(config, rules, file)
  const cropSize = (config.do_center_crop ?? rules.crops) ? (config.crop_size ?? rules.cropSize) : null
  if (config.do_center_crop === true && cropSize === null)
    throw unsupported(file, 'do_center_crop', msg('true without crop_size'))
  return {
    ...framing(config, rules, size, cropSize, file),
    interpolation,
    crop: transformersCrop,
    cropPct: null,
    from: file,
    ...numbers(config, rules, name),
  }
}

function findClass(config: ProcessorFile, file: string, modelSize: Rectangle): [string, ProcessorClass] {
  const type = config.image_processor_type ?? config.feature_extractor_type
  if (type === null || type === undefined) {
    // Files from before processors had names; ViT's stretched, those with a share to keep are ConvNeXT's.
    if (typeof config.crop_pct === 'number')
      return ['ConvNext', { ...convnext(), size: { shortest_edge: modelSize.height } }]
    return ['ViT', { ...vit, size: modelSize }]
  }
  const name = type.replace(/(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/, '')
  const found = processorClasses[name]
  if (found !== undefined) return [name, found]
  throw new ModelError(
    'model-unsupported',
    msg(
      '{{file}} asks for {{processor}}, whose rules Labelroom does not have; use a model with the processor of ViT, CLIP, BiT, ConvNeXT or SigLIP.',
      { file, processor: type },
    ),
  )
}

const convnext = (): ProcessorClass => processorClasses['ConvNext'] ?? vit

function sizeOf(config: ProcessorFile, rules: ProcessorClass, file: string): Size {
  const { size } = config
  if (size === null || size === undefined) return rules.size
  if (typeof size === 'number') return rules.isNumberShortestEdge ? { shortest_edge: size } : square(size)
  const { height, width, shortest_edge: shortest, longest_edge: longest } = size
  if (typeof height === 'number' && typeof width === 'number') return { height, width }
  if (typeof shortest === 'number' && typeof longest !== 'number') return { shortest_edge: shortest }
  throw unsupported(file, 'size', Object.keys(size).join(', '))
}

/** The resize and crop; the size that comes out must be the same for every photo. */
function framing(
  config: ProcessorFile,
  rules: ProcessorClass,
  size: Size,
  cropSize: Rectangle | null,
  file: string,
): Pick<Preprocessing, 'height' | 'width' | 'resize'> {
  if (config.do_resize === false) {
    const result = cropSize ?? ('shortest_edge' in size ? square(size.shortest_edge) : size)
    return { ...result, resize: { rule: 'none', mustFit: cropSize === null } }
  }
  const exact = (to: Rectangle) => ({ rule: 'exact', widthPx: to.width, heightPx: to.height }) as const
  const { special } = rules
  if (!('shortest_edge' in size)) {
    if (special === 'convnext') throw unsupported(file, 'size', msg('without shortest_edge'))
    // PoolFormer alone divides a square by its share, and then resizes the short side.
    if (special !== 'poolformer') return { ...(cropSize ?? size), resize: exact(size) }
    if (size.height !== size.width) throw unsupported(file, 'size', `${size.width} x ${size.height}`)
  }
  const edge = 'shortest_edge' in size ? size.shortest_edge : size.height
  const cropPct = config.crop_pct ?? (special === 'poolformer' ? 0.9 : 224 / 256)
  if (special === 'convnext') {
    // Small sizes are cropped out of a larger photo, from 384 px on the photo is stretched.
    if (edge >= 384) return { ...(cropSize ?? square(edge)), resize: exact(square(edge)) }
    return { ...square(edge), resize: { rule: 'shortest-edge', sizePx: Math.trunc(edge / cropPct) } }
  }
  // A photo that is not square would stay so, and no classifier takes that.
  if (cropSize === null) throw unsupported(file, 'size', msg('shortest_edge without a centre crop'))
  if (special === 'poolformer')
    return { ...cropSize, resize: { rule: 'shortest-edge', sizePx: Math.trunc(edge / cropPct) } }
  const sizePx = special === 'levit' ? Math.trunc((256 / 224) * edge) : edge
  return { ...cropSize, resize: { rule: 'shortest-edge', sizePx } }
}

/** How pixels become numbers, in one step: an offset is a part of the mean, and two divisions are one. */
function numbers(
  config: ProcessorFile,
  rules: ProcessorClass,
  name: string,
): Pick<Preprocessing, 'mean' | 'std' | 'rescale' | 'channels'> {
  const rescale = (config.do_rescale ?? true) ? (config.rescale_factor ?? 1 / 255) : 1
  if (rules.special === 'mobilevit') {
    const channels = (config.do_flip_channel_order ?? true) ? 'bgr' : 'rgb'
    return { mean: [0, 0, 0], std: [1, 1, 1], rescale, channels }
  }
  const normalises = config.do_normalize ?? true
  const ownStd = config.image_std ?? rules.std
  let mean = normalises ? (config.image_mean ?? rules.mean) : ([0, 0, 0] as const)
  let std = normalises ? ownStd : ([1, 1, 1] as const)
  if (name === 'EfficientNet') {
    if (config.rescale_offset === true && (config.do_rescale ?? true))
      mean = [mean[0] + 1, mean[1] + 1, mean[2] + 1]
    if (config.include_top ?? true) std = [std[0] * ownStd[0], std[1] * ownStd[1], std[2] * ownStd[2]]
  }
  return { mean, std, rescale, channels: 'rgb' }
}
