// How a ViLT sees a photo: its size and the normalisation of its pixels, from preprocessor_config.json.
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../checkpoint/files.ts'
import { unsupported } from '../config/model-config.ts'
import { stretchTo, type Framing, type Preprocessing } from '../config/preprocessing.ts'

export type ViltPreprocessing = Pick<Preprocessing, 'mean' | 'std' | 'rescale'> & {
  /** The shorter side of a photo that is not very long. */
  readonly shorterPx: number
  /** Both sides are multiples of it: the side of a patch. */
  readonly divisorPx: number
}

const side = z.int().positive()
const Triple = z.tuple([z.number(), z.number(), z.number()])
const PreprocessorFile = z.object({
  size: z.union([side, z.object({ shortest_edge: side })]).default(384),
  size_divisor: side.default(32),
  do_resize: z.boolean().default(true),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  resample: z.int().default(3),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  image_mean: Triple.default([0.5, 0.5, 0.5]),
  image_std: Triple.default([0.5, 0.5, 0.5]),
})

/** The largest that Labelroom makes photos for a ViLT; published ones want 384. */
const maxShorterPx = 768
const bicubic = 3

/** @throws ModelError naming the setting of preprocessor_config.json that is not supported. */
export async function readViltPreprocessing(folder: string, patchPx: number): Promise<ViltPreprocessing> {
  const file = join(folder, 'preprocessor_config.json')
  const processor = (await readJson(file, PreprocessorFile)) ?? PreprocessorFile.parse({})
  for (const field of ['do_resize', 'do_rescale', 'do_normalize'] as const)
    if (!processor[field]) throw unsupported(file, field, 'false')
  if (processor.resample !== bicubic) throw unsupported(file, 'resample', String(processor.resample))
  const { size, size_divisor: divisorPx } = processor
  const shorterPx = typeof size === 'number' ? size : size.shortest_edge
  if (divisorPx % patchPx !== 0) throw unsupported(file, 'size_divisor', String(divisorPx))
  if (shorterPx > maxShorterPx || shorterPx < divisorPx) throw unsupported(file, 'size', String(shorterPx))
  return {
    ...{ shorterPx, divisorPx, rescale: processor.rescale_factor },
    ...{ mean: processor.image_mean, std: processor.image_std },
  }
}

/** The longest that the longer side becomes, before it is rounded down. */
export const longestPx = (shorterPx: number): number => Math.floor((1333 / 800) * shorterPx)

/**
 * The size at which a photo of `widthPx` x `heightPx` (oriented) is seen: its shorter side `shorterPx`, its longer at most
 * 1333/800 of that, both then rounded down to multiples of `divisorPx`, as transformers' ViltImageProcessor does in the
 * same order. The short side of a very long panorama, which would be rounded to nothing, is one multiple.
 */
export function viltFraming(widthPx: number, heightPx: number, preprocessing: ViltPreprocessing): Framing {
  const { shorterPx, divisorPx } = preprocessing
  const scale = shorterPx / Math.min(widthPx, heightPx)
  let width = heightPx < widthPx ? scale * widthPx : shorterPx
  let height = heightPx < widthPx ? shorterPx : scale * heightPx
  const longer = Math.max(width, height)
  const limit = longestPx(shorterPx)
  if (longer > limit) {
    width *= limit / longer
    height *= limit / longer
  }
  const floored = (px: number) =>
    Math.max(divisorPx, Math.floor(Math.floor(px + 0.5) / divisorPx) * divisorPx)
  return stretchTo(floored(width), floored(height), 'bicubic')
}
