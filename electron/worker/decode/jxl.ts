// Decodes JPEG XL with libjxl compiled to WebAssembly. Runs only in decoder threads.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { msg } from '../../texts/message.ts'
import { boxesIn } from './iso-boxes.ts'
import { PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

interface Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
}

interface Libjxl {
  /** The first picture, upright, in sRGB, as RGBA; null where the data is damaged or ends too early. */
  decode(file: Uint8Array): Picture | null
}

let loaded: Promise<Libjxl> | null = null

/** libjxl hands pictures over in a class of browsers, which Node lacks. */
class PictureData implements Picture {
  readonly data: Uint8ClampedArray<ArrayBuffer>
  readonly width: number
  readonly height: number
  constructor(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) {
    this.data = data
    this.width = width
    this.height = height
  }
}

async function load(): Promise<Libjxl> {
  const require = createRequire(import.meta.url)
  Object.assign(globalThis, { ImageData: PictureData })
  const wasmBinary = readFileSync(require.resolve('@jsquash/jxl/codec/dec/jxl_dec.wasm'))
  const codec: unknown = await import('@jsquash/jxl/codec/dec/jxl_dec.js')
  const { default: factory } = codec as { default: (options: object) => Promise<Libjxl> }
  const quiet = (): undefined => undefined
  return factory({ wasmBinary, print: quiet, printErr: quiet })
}

/** Width for a height, as the ratios of the size header name it; 0 stands for a width of its own. */
const ratios: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
]

const damaged = (): PhotoError => new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))

/** The coded data, which may lie in a box of a container. */
function findCodestream(file: Buffer): Buffer {
  if (file[0] === 0xff && file[1] === 0x0a) return file
  const box = boxesIn(file, 0, file.length).find(({ type }) => type === 'jxlc' || type === 'jxlp')
  if (box === undefined) throw damaged()
  // A part of several begins with its number.
  return file.subarray(box.type === 'jxlp' ? box.start + 4 : box.start, box.end)
}

/** The size as coded (section D.2 of ISO/IEC 18181-1). */
function readSize(codestream: Buffer): { widthPx: number; heightPx: number } {
  let at = 16
  const read = (count: number): number => {
    let value = 0
    for (let bit = 0; bit < count; bit++, at++)
      value += (((codestream[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** bit
    return value
  }
  const isSmall = read(1) === 1
  const readLength = (): number => 1 + read([9, 13, 18, 30][read(2)] ?? 30)
  const readSide = (): number => (isSmall ? (read(5) + 1) * 8 : readLength())
  const heightPx = readSide()
  const [numerator, denominator] = ratios[read(3)] ?? [0, 1]
  const widthPx = numerator === 0 ? readSide() : Math.floor((heightPx * numerator) / denominator)
  return { widthPx, heightPx }
}

/** The first picture of a JPEG XL file; `checkSize` is called before. Throws PhotoError. */
export async function decodeJxl(
  file: Buffer,
  checkSize: (widthPx: number, heightPx: number) => void,
): Promise<RawPhoto> {
  const size = readSize(findCodestream(file))
  checkSize(size.widthPx, size.heightPx)
  const picture = (await (loaded ??= load())).decode(file)
  if (picture === null) throw damaged()
  const { width, height, data } = picture
  return { widthPx: width, heightPx: height, channels: 4, pixels: new Uint8Array(data), profile: null }
}
