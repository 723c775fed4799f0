// What a model expects of a photo's pixels before the patch embedding; read from its configuration.

/** Resampling filters, as PIL and libvips name them. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/**
 * How a photo becomes `pixel_values` [3, height, width].
 * `shortest-edge` keeps the aspect ratio and is followed by a centre crop to height x width (timm, DeiT, DINOv2);
 * `exact` stretches to height x width (transformers' ViTImageProcessor).
 */
export interface Preprocessing {
  readonly height: number
  readonly width: number
  readonly resize: { readonly rule: 'shortest-edge'; readonly sizePx: number } | { readonly rule: 'exact' }
  readonly interpolation: Interpolation
  /** Per channel R, G, B on the 0..1 scale: tensor = (pixel * rescale - mean) / std. */
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
  /** Usually 1/255; 1 where a processor says do_rescale = false. */
  readonly rescale: number
}

/** Which pixels are wanted, before they become numbers. */
export type Framing = Pick<Preprocessing, 'height' | 'width' | 'resize' | 'interpolation'>
