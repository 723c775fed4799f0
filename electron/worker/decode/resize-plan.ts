// How large a photo becomes and which part of it the model sees, with the rounding of torchvision and PIL.
import type { Framing } from '../../../models/preprocessing.ts'

export interface ResizePlan {
  readonly widthPx: number
  readonly heightPx: number
  /** Part of the resized photo; its size is always the model's. */
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
}

/** Python's round(): halves go to the even neighbour, which torchvision's centre crop depends on. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const isHalf = value - floor === 0.5
  return isHalf ? floor + (floor % 2) : Math.round(value)
}

/**
 * The resize and crop for a photo of `widthPx` x `heightPx` (oriented).
 * Throws RangeError where the model asks for a crop larger than the resized photo.
 */
export function planResize(widthPx: number, heightPx: number, framing: Framing): ResizePlan {
  const { width, height, resize } = framing
  if (resize.rule === 'exact') {
    return { widthPx: width, heightPx: height, crop: { left: 0, top: 0, width, height } }
  }
  const { sizePx } = resize
  if (sizePx < width || sizePx < height) {
    throw new RangeError(`The model resizes to ${sizePx} px but crops ${width} x ${height}`)
  }
  // int(size * long / short) of torchvision, evaluated in the same order.
  const longPx = Math.floor((sizePx * Math.max(widthPx, heightPx)) / Math.min(widthPx, heightPx))
  const resizedWidth = widthPx <= heightPx ? sizePx : longPx
  const resizedHeight = widthPx <= heightPx ? longPx : sizePx
  return {
    widthPx: resizedWidth,
    heightPx: resizedHeight,
    crop: {
      left: roundHalfToEven((resizedWidth - width) / 2),
      top: roundHalfToEven((resizedHeight - height) / 2),
      width,
      height,
    },
  }
}
