// Photos as the input tensor of a graph, in its layout, type and number.
import { toFloat16 } from '../../models/checkpoint/half-float.ts'
import type { PreparedGraph } from '../../models/prepare.ts'
import { toTensor } from './decode/to-tensor.ts'
import * as ort from './runtime.ts'

export type InputMaker = (photos: readonly Uint8Array[]) => ort.Tensor

/**
 * Makes the input for up to `maxPhotos` photos (RGB interleaved, height * width * 3 bytes each), or for as many as every
 * run of the graph must have, the rest of which is zero. One buffer serves all batches: a new one each time would be
 * megabytes of garbage per batch.
 */
export function createInput({ preprocessing, inputForm }: PreparedGraph, maxPhotos: number): InputMaker {
  const { height, width } = preprocessing
  const { layout, type, batch } = inputForm
  const photoLength = 3 * height * width
  const buffer = new Float32Array((batch ?? maxPhotos) * photoLength)
  return (photos) => {
    photos.forEach((pixels, n) => {
      toTensor(pixels, preprocessing, buffer, n * photoLength, layout)
    })
    const rows = batch ?? photos.length
    buffer.fill(0, photos.length * photoLength, rows * photoLength)
    const values = buffer.subarray(0, rows * photoLength)
    const dims = layout === 'nchw' ? [rows, 3, height, width] : [rows, height, width, 3]
    return type === 'float32' ? new ort.Tensor('float32', values, dims) : halfTensor(toFloat16(values), dims)
  }
}

/** The runtime cannot read the Float16Array into which its own class of tensors converts the bits. */
function halfTensor(bits: Uint16Array, dims: readonly number[]): ort.Tensor {
  return Object.defineProperty(new ort.Tensor('float16', bits, dims), 'data', { value: bits })
}

/** A picture with edges and colours on which devices are compared; RGB interleaved. */
export function testPicture({ height, width }: PreparedGraph['preprocessing']): Uint8Array {
  const pixels = new Uint8Array(3 * height * width)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isDisc = (x - 0.4 * width) ** 2 + (y - 0.6 * height) ** 2 < (0.2 * width) ** 2
      for (let c = 0; c < 3; c++)
        pixels[3 * (y * width + x) + c] = (3 * x + 5 * (c + 1) * y + (isDisc ? 120 : 0)) % 256
    }
  return pixels
}
