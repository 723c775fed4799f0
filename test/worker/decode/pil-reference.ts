// PIL's antialiased resize (Pillow, Resample.c for 8-bit images) written out plainly, to compare libvips with.
import type { Preprocessing } from '../../../models/config/preprocessing.ts'

/** RGB interleaved. */
export interface RgbImage {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

function cubic(value: number): number {
  const a = -0.5
  const x = Math.abs(value)
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}

const triangle = (value: number): number => Math.max(0, 1 - Math.abs(value))

/** For each output position the first input position it reads and the weights from there on. */
function weights(inSize: number, outSize: number, filter: (x: number) => number, support: number) {
  const scale = inSize / outSize
  const widen = Math.max(scale, 1)
  return Array.from({ length: outSize }, (_, out) => {
    const centre = (out + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support * widen + 0.5))
    const last = Math.min(inSize, Math.trunc(centre + support * widen + 0.5))
    const raw = Array.from({ length: last - first }, (_, k) => filter((first + k - centre + 0.5) / widen))
    const total = raw.reduce((sum, weight) => sum + weight, 0)
    return { first, weights: raw.map((weight) => weight / total) }
  })
}

const clip = (value: number): number => Math.min(255, Math.max(0, Math.floor(value + 0.5)))

function resizeRows(
  image: RgbImage,
  outWidth: number,
  filter: (x: number) => number,
  support: number,
): RgbImage {
  const table = weights(image.width, outWidth, filter, support)
  const data = new Uint8Array(outWidth * image.height * 3)
  for (let y = 0; y < image.height; y++) {
    for (const [x, { first, weights: w }] of table.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let k = 0; k < w.length; k++) {
          sum += (w[k] ?? 0) * (image.data[(y * image.width + first + k) * 3 + channel] ?? 0)
        }
        data[(y * outWidth + x) * 3 + channel] = clip(sum)
      }
    }
  }
  return { width: outWidth, height: image.height, data }
}

function transpose(image: RgbImage): RgbImage {
  const data = new Uint8Array(image.data.length)
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      for (let c = 0; c < 3; c++) {
        data[(x * image.height + y) * 3 + c] = image.data[(y * image.width + x) * 3 + c] ?? 0
      }
    }
  }
  return { width: image.height, height: image.width, data }
}

/** Image.resize(): across first, rounded to bytes, then down. */
export function pilResize(
  image: RgbImage,
  width: number,
  height: number,
  filter: 'bicubic' | 'bilinear',
): RgbImage {
  const [kernel, support] = filter === 'bicubic' ? ([cubic, 2] as const) : ([triangle, 1] as const)
  const across = resizeRows(image, width, kernel, support)
  return transpose(resizeRows(transpose(across), height, kernel, support))
}

/** torchvision's Resize(size) and CenterCrop, or a plain resize, as the preprocessing says. */
export function referencePixels(image: RgbImage, preprocessing: Preprocessing): Uint8Array {
  const { width, height, resize, interpolation } = preprocessing
  const filter = interpolation === 'bilinear' ? 'bilinear' : 'bicubic'
  if (resize.rule === 'exact') return pilResize(image, width, height, filter).data
  if (resize.rule !== 'shortest-edge') throw new Error(`there is no reference for ${resize.rule}`)
  const short = Math.min(image.width, image.height)
  const long = Math.trunc((resize.sizePx * Math.max(image.width, image.height)) / short)
  const isWide = image.width > image.height
  const resized = pilResize(image, isWide ? long : resize.sizePx, isWide ? resize.sizePx : long, filter)
  // Python rounds halves to even.
  const half = (space: number): number => (space % 2 === 0 ? space / 2 : 2 * Math.round(space / 4))
  const left = half(resized.width - width)
  const top = half(resized.height - height)
  const data = new Uint8Array(width * height * 3)
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * resized.width + left) * 3
    data.set(resized.data.subarray(from, from + width * 3), row * width * 3)
  }
  return data
}
