// The arithmetic of zooming and panning a photo within the stage. Pure.

export interface Size {
  readonly width: number
  readonly height: number
}

/** `scale` 1 fits the photo into the stage; `x` and `y` are where its centre is, from that of the stage, in px. */
export interface Zoom {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const fitted: Zoom = { scale: 1, x: 0, y: 0 }

/** The largest size of this shape that fits; small photos are enlarged. */
export function fitInto(photo: Size, stage: Size): Size {
  if (photo.width <= 0 || photo.height <= 0) return { width: 0, height: 0 }
  const scale = Math.min(stage.width / photo.width, stage.height / photo.height)
  return { width: photo.width * scale, height: photo.height * scale }
}

/** Keeps the photo's edges outside the stage where it is larger, and its centre in the middle where it is not. */
export function clampPan(zoom: Zoom, fit: Size, stage: Size): Zoom {
  const spare = (length: number, limit: number) => Math.max(0, (length * zoom.scale - limit) / 2)
  const [spareX, spareY] = [spare(fit.width, stage.width), spare(fit.height, stage.height)]
  const clamp = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value)) + 0
  return { scale: zoom.scale, x: clamp(zoom.x, spareX), y: clamp(zoom.y, spareY) }
}

/** Zooms so that what lies at a point of the stage (from its centre) stays there. */
export function zoomAt(
  zoom: Zoom,
  factor: number,
  point: { readonly x: number; readonly y: number },
  scales: { readonly min: number; readonly max: number },
): Zoom {
  const scale = Math.min(scales.max, Math.max(scales.min, zoom.scale * factor))
  const ratio = scale / zoom.scale
  return { scale, x: point.x - (point.x - zoom.x) * ratio, y: point.y - (point.y - zoom.y) * ratio }
}
