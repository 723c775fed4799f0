// The thread that decodes what libvips cannot: HEIC, JPEG XL and JPEG 2000 (WebAssembly) and BMP. Started by thread-pool.ts.
import { parentPort } from 'node:worker_threads'
import type { Message } from '../../texts/message.ts'
import { decodeBmp } from './bmp.ts'
import { decodeHeic } from './heic.ts'
import { decodeJpeg2000 } from './jpeg2000.ts'
import { decodeJxl } from './jxl.ts'
import { checkSize } from './limits.ts'
import { fromDecoderError, PhotoError, type PhotoErrorCode } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

/** The formats that libvips does not decode. */
export type ThreadFormat = 'heic' | 'bmp' | 'jxl' | 'jp2'

export interface DecodeRequest {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly format: ThreadFormat
  readonly maxPixels: number
  /** How often width and height may be halved, in formats that can. */
  readonly halvings?: number
}

export type DecodeOutcome =
  | { readonly ok: true; readonly photo: RawPhoto }
  | { readonly ok: false; readonly code: PhotoErrorCode; readonly message: Message }

/** Before its outcome comes the size of a photo, by which its time is measured. */
export type DecodeReply = DecodeOutcome | { readonly pixels: number }

type Decoder = (
  bytes: Buffer,
  checkSize: (widthPx: number, heightPx: number) => void,
  halvings: number,
) => RawPhoto | Promise<RawPhoto>

const decoders: Readonly<Record<ThreadFormat, Decoder>> = {
  heic: decodeHeic,
  bmp: decodeBmp,
  jxl: decodeJxl,
  jp2: decodeJpeg2000,
}

async function decode({
  bytes: file,
  format,
  maxPixels,
  halvings = 0,
}: DecodeRequest): Promise<DecodeOutcome> {
  // A Buffer arrives in a thread as a plain Uint8Array.
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  try {
    const check = (widthPx: number, heightPx: number) => {
      checkSize(widthPx, heightPx, maxPixels)
      parentPort?.postMessage({ pixels: widthPx * heightPx } satisfies DecodeReply)
    }
    const photo = await decoders[format](bytes, check, halvings)
    return { ok: true, photo }
  } catch (error) {
    // A trap leaves the decoder's memory in an unknown state: let it end this thread.
    if (error instanceof Error && error.name === 'RuntimeError') throw error
    const { code, translatable } = error instanceof PhotoError ? error : fromDecoderError(error)
    return { ok: false, code, message: translatable }
  }
}

parentPort?.on('message', (request: DecodeRequest) => {
  // A rejection ends the thread.
  void decode(request).then((reply) => {
    parentPort?.postMessage(reply, reply.ok ? [reply.photo.pixels.buffer] : [])
  })
})
