// What a model expects of a photo's pixels before the patch embedding; read from its configuration.

/** Resampling filters, as PIL and libvips name them. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/** PIL's numbers of its filters, which are `resample` in preprocessor_config.json. */
export const pilFilters: Readonly<Record<Interpolation, number>> = {
  nearest: 0,
  lanczos: 1,
  bilinear: 2,
  bicubic: 3,
}

type Triple = readonly [number, number, number]

/**
 * How a photo is resized before height x width pixels are cut out around its centre:
 * `exact` stretches it (transformers' ViT and DeiT); `shortest-edge` makes the short side `sizePx` (torchvision);
 * `cover` and `contain` keep the proportions so that it just covers the area, or just fits into it (timm's
 * ResizeKeepRatio); `square` pads it to a square first (taggers); `none` leaves it as it is, and with `mustFit` takes only photos
 * of height x width.
 */
export type Resize =
  | { readonly rule: 'exact' | 'cover' | 'contain'; readonly widthPx: number; readonly heightPx: number }
  | { readonly rule: 'shortest-edge' | 'square'; readonly sizePx: number }
  | { readonly rule: 'none'; readonly mustFit: boolean }

/** Which pixels are wanted, before they become numbers. */
export interface Framing {
  readonly height: number
  readonly width: number
  readonly resize: Resize
  readonly interpolation: Interpolation
  readonly crop: {
    /** Where the space around the crop is odd: to the even half, as Python's round(), or down, as transformers. */
    readonly rounding: 'even' | 'down'
    /** R, G, B 0..255 of what lies outside of the photo. */
    readonly fill: Triple
  }
}

/** How a photo becomes `pixel_values` [3, height, width]. */
export interface Preprocessing extends Framing {
  /** Per channel R, G, B: tensor = (pixel * rescale - mean) / std. */
  readonly mean: Triple
  readonly std: Triple
  /** Usually 1/255; 1 where a processor sets do_rescale = false. */
  readonly rescale: number
  readonly channels: 'rgb' | 'bgr'
  /** timm's share of the resized photo that is kept, from which it computes the size for another input; else null. */
  readonly cropPct: number | null
  /** The file that says all this; null where it is assumed. */
  readonly from: string | null
}

const black: Triple = [0, 0, 0]
/** The centre crops of torchvision (and timm), and of transformers. */
export const torchvisionCrop: Framing['crop'] = { rounding: 'even', fill: black }
export const transformersCrop: Framing['crop'] = { rounding: 'down', fill: black }

/** A framing that only stretches the photo. */
export const stretchTo = (width: number, height: number, interpolation: Interpolation): Framing => ({
  width,
  height,
  resize: { rule: 'exact', widthPx: width, heightPx: height },
  interpolation,
  crop: torchvisionCrop,
})

/** The longest side that `resize` itself asks for. */
export function resizedPx(resize: Resize): number {
  if (resize.rule === 'none') return 0
  return 'sizePx' in resize ? resize.sizePx : Math.max(resize.widthPx, resize.heightPx)
}
