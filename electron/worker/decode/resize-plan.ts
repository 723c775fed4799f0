// How large a photo becomes and which part of it the model sees, with the rounding of torchvision, timm and transformers.
import type { Framing } from '../../../models/config/preprocessing.ts'
import { msg } from '../../texts/message.ts'
import { PhotoError } from './photo-error.ts'

export interface ResizePlan {
  /** Of the resized photo; for a photo in a padded square these may lie between two pixels. */
  readonly widthPx: number
  readonly heightPx: number
  /** Part of the resized photo, and of what is around it; its size is always the model's. */
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
}

type Size = Pick<ResizePlan, 'widthPx' | 'heightPx'>

/** Python's round(): halves go to the even neighbour. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const isHalf = value - floor === 0.5
  return isHalf ? floor + (floor % 2) : Math.round(value)
}

/**
 * The resize and crop for a photo of `widthPx` x `heightPx` (oriented).
 * Throws PhotoError where the model does not resize and the photo has another size than its own.
 */
export function planResize(widthPx: number, heightPx: number, framing: Framing): ResizePlan {
  const { width, height, resize } = framing
  const size = resized({ widthPx, heightPx }, framing)
  if (resize.rule === 'square') {
    const { side, left, top } = paddedSquare(widthPx, heightPx)
    const scale = resize.sizePx / side
    return { ...size, crop: { left: -left * scale, top: -top * scale, width, height } }
  }
  if (resize.rule === 'none' && resize.mustFit && (widthPx !== width || heightPx !== height))
    throw new PhotoError(
      'unsupported',
      msg('The model does not resize and takes photos of {{width}} x {{height}} px alone.', {
        width,
        height,
      }),
    )
  // A photo smaller than the crop is padded on both sides first.
  const start = (sizePx: number, cropPx: number) =>
    sizePx < cropPx
      ? -Math.floor((cropPx - sizePx) / 2)
      : framing.crop.rounding === 'down'
        ? Math.floor((sizePx - cropPx) / 2)
        : roundHalfToEven((sizePx - cropPx) / 2)
  const crop = { left: start(size.widthPx, width), top: start(size.heightPx, height), width, height }
  return { ...size, crop }
}

/** The same plan without what lies around the photo. */
export function withinPhoto({ widthPx, heightPx, crop }: ResizePlan): ResizePlan {
  const left = Math.max(0, crop.left)
  const top = Math.max(0, crop.top)
  const width = Math.min(widthPx, crop.left + crop.width) - left
  const height = Math.min(heightPx, crop.top + crop.height) - top
  return { widthPx, heightPx, crop: { left, top, width, height } }
}

/** The square around a photo, in its own pixels. */
export function paddedSquare(widthPx: number, heightPx: number) {
  const side = Math.max(widthPx, heightPx)
  return { side, left: Math.floor((side - widthPx) / 2), top: Math.floor((side - heightPx) / 2) }
}

function resized({ widthPx, heightPx }: Size, { resize, crop }: Framing): Size {
  switch (resize.rule) {
    case 'square': {
      const scale = resize.sizePx / Math.max(widthPx, heightPx)
      return { widthPx: widthPx * scale, heightPx: heightPx * scale }
    }
    case 'none':
      return { widthPx, heightPx }
    case 'exact':
      return { widthPx: resize.widthPx, heightPx: resize.heightPx }
    case 'cover':
    case 'contain': {
      const ratios = [widthPx / resize.widthPx, heightPx / resize.heightPx]
      const ratio = resize.rule === 'cover' ? Math.min(...ratios) : Math.max(...ratios)
      const round = crop.rounding === 'down' ? Math.floor : roundHalfToEven
      const scaled = (px: number) => Math.max(1, round(px / ratio))
      return { widthPx: scaled(widthPx), heightPx: scaled(heightPx) }
    }
    case 'shortest-edge': {
      const { sizePx } = resize
      // int(size * long / short) of torchvision, evaluated in the same order.
      const longPx = Math.floor((sizePx * Math.max(widthPx, heightPx)) / Math.min(widthPx, heightPx))
      return widthPx <= heightPx
        ? { widthPx: sizePx, heightPx: longPx }
        : { widthPx: longPx, heightPx: sizePx }
    }
  }
}
