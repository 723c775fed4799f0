// The thread that decodes what libvips cannot: HEIC (WebAssembly) and BMP. Started by thread-pool.ts.
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { decodeBmp } from './bmp.ts'
import { decodeHeic } from './heic.ts'
import { fromDecoderError, fromSystemError, PhotoError, type PhotoErrorCode } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'

export interface DecodeRequest {
  readonly path: string
  readonly format: 'heic' | 'bmp'
  readonly maxPixels: number
}

export type DecodeReply =
  | { readonly ok: true; readonly photo: RawPhoto }
  | { readonly ok: false; readonly code: PhotoErrorCode; readonly message: string }

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw fromSystemError(error)
  }
}

function decode({ path, format, maxPixels }: DecodeRequest): DecodeReply {
  try {
    const bytes = readWhole(path)
    return { ok: true, photo: format === 'heic' ? decodeHeic(bytes, maxPixels) : decodeBmp(bytes, maxPixels) }
  } catch (error) {
    // A trap leaves the decoder's memory in an unknown state: let it end this thread.
    if (error instanceof Error && error.name === 'RuntimeError') throw error
    const { code, message } = error instanceof PhotoError ? error : fromDecoderError(error)
    return { ok: false, code, message }
  }
}

parentPort?.on('message', (request: DecodeRequest) => {
  const reply = decode(request)
  parentPort?.postMessage(reply, reply.ok ? [reply.photo.pixels.buffer] : [])
})
