// Draws a heat map over a photo and encodes the result.
import { openSharp } from '../decode/run-native.ts'
import type { Explained, PhotoLimits } from '../../contract/inference.ts'
import { stretchTo } from '../../../models/config/preprocessing.ts'
import { decodePhoto } from '../decode/decode-photo.ts'
import { resample } from '../decode/resample.ts'

export interface HeatMap {
  /** The content of the photo's file. */
  readonly file: Buffer<ArrayBuffer>
  readonly limits: PhotoLimits
  /** Of the upright photo. */
  readonly widthPx: number
  readonly heightPx: number
  readonly crop: Explained['crop']
  readonly grid: { readonly width: number; readonly height: number; readonly values: Float32Array }
}

/** The long side of the picture; a larger photo is made smaller. */
const maxSidePx = 1600
/** The opacity of the heat map's colour where attention is highest. */
const strength = 0.65
/** Dark blue, teal, yellow, red: from the least to the most attention. */
const colours = [
  [48, 18, 59],
  [27, 174, 190],
  [250, 186, 57],
  [210, 40, 10],
] as const
/** The brightness of the photo outside the model's crop. */
const unseen = 0.35

/** The upright photo with the heat map over the model's crop, encoded. @throws PhotoError */
export async function drawHeatMap(
  map: HeatMap,
  format: 'png' | 'jpeg' | 'webp',
): Promise<Uint8Array<ArrayBuffer>> {
  const { crop } = map
  const scale = Math.min(1, maxSidePx / Math.max(map.widthPx, map.heightPx))
  const width = Math.max(1, Math.round(scale * map.widthPx))
  const height = Math.max(1, Math.round(scale * map.heightPx))
  const { pixels } = await decodePhoto(map.file, stretchTo(width, height, 'bicubic'), map.limits)
  const [left, top] = [Math.round(crop.left * width), Math.round(crop.top * height)]
  const area = {
    widthPx: Math.min(width - left, Math.max(1, Math.round(crop.width * width))),
    heightPx: Math.min(height - top, Math.max(1, Math.round(crop.height * height))),
  }
  const heat = enlarge(map.grid, area)
  const isInside = (x: number, y: number) =>
    x >= left && x < left + area.widthPx && y >= top && y < top + area.heightPx
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x)
      if (isInside(x, y)) blend(pixels, at, (heat[(y - top) * area.widthPx + x - left] ?? 0) / 255)
      else for (let c = at; c < at + 3; c++) pixels[c] = (pixels[c] ?? 0) * unseen
    }
  }
  const image = openSharp(pixels, { raw: { width, height, channels: 3 } })
  return Uint8Array.from(await image.toFormat(format).toBuffer())
}

/** The grid as bytes at the size of the area, smoothly between the centres of the patches. */
function enlarge(
  { width, height, values }: HeatMap['grid'],
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Uint8Array {
  const grey = new Uint8Array(3 * width * height)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  for (const [i, value] of values.entries())
    grey.fill(most === least ? 0 : Math.round((255 * (value - least)) / (most - least)), 3 * i, 3 * i + 3)
  const plan = { widthPx, heightPx, crop: { left: 0, top: 0, width: widthPx, height: heightPx } }
  const enlarged = resample({ widthPx: width, heightPx: height, pixels: grey }, plan, 'bilinear')
  return Uint8Array.from({ length: widthPx * heightPx }, (_, i) => enlarged[3 * i] ?? 0)
}

/** Blends the colour of this heat, 0..1, into one pixel; the hotter, the more opaque. */
function blend(pixels: Uint8Array, at: number, heat: number): void {
  const position = heat * (colours.length - 1)
  const lower = Math.min(colours.length - 2, Math.floor(position))
  const share = strength * (0.4 + 0.6 * heat)
  for (let c = 0; c < 3; c++) {
    const [from, to] = [colours[lower]?.[c] ?? 0, colours[lower + 1]?.[c] ?? 0]
    pixels[at + c] = (1 - share) * (pixels[at + c] ?? 0) + share * (from + (position - lower) * (to - from))
  }
}
