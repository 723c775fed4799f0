// Decodes HEIC with libheif compiled to WebAssembly, through its C interface. Runs only in decoder threads.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { msg } from '../../texts/message.ts'
import { fromDecoderError, PhotoError } from './photo-error.ts'
import type { RawPhoto } from './raw-photo.ts'
import { withTurnedAlpha } from './turn-alpha.ts'

/** What is used of libheif; all numbers are addresses in its memory unless named otherwise. */
interface Libheif {
  /** A new view whenever the memory has grown, so never keep it across calls. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>
  _malloc(size: number): number
  _free(at: number): void
  _heif_context_alloc(): number
  _heif_context_free(context: number): void
  _heif_context_read_from_memory(
    error: number,
    context: number,
    at: number,
    size: number,
    options: number,
  ): void
  _heif_context_get_primary_image_handle(error: number, context: number, handleOut: number): void
  _heif_image_handle_get_width(handle: number): number
  _heif_image_handle_get_height(handle: number): number
  _heif_image_handle_has_alpha_channel(handle: number): number
  _heif_image_handle_get_raw_color_profile_size(handle: number): number
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, out: number): void
  _heif_image_handle_release(handle: number): void
  _heif_decode_image(
    error: number,
    handle: number,
    imageOut: number,
    colorspace: number,
    chroma: number,
    options: number,
  ): void
  _heif_image_get_decoding_warnings(image: number, first: number, out: number, max: number): number
  _heif_image_get_width(image: number, channel: number): number
  _heif_image_get_height(image: number, channel: number): number
  _heif_image_get_plane_readonly(image: number, channel: number, strideOut: number): number
  _heif_image_release(image: number): void
}

// Values of libheif's C enums.
const colorspaceRgb = 1
const interleavedRgb = 10
const interleavedRgba = 11
const channelInterleaved = 10

let loaded: Libheif | null = null

function loadLibheif(): Libheif {
  if (loaded !== null) return loaded
  const require = createRequire(import.meta.url)
  const factory = require('libheif-js/libheif-wasm/libheif.js') as (options: object) => Libheif
  const wasmBinary = readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm'))
  // libheif prints what it also reports as errors.
  const quiet = (): undefined => undefined
  loaded = factory({ wasmBinary, print: quiet, printErr: quiet })
  return loaded
}

/** Room for a returned heif_error (three words) and one result word. */
const scratchBytes = 16

function readWord(lib: Libheif, at: number): number {
  return new DataView(lib.HEAPU8.buffer).getUint32(at, true)
}

function readText(lib: Libheif, at: number): string {
  const end = lib.HEAPU8.indexOf(0, at)
  return Buffer.from(lib.HEAPU8.subarray(at, end)).toString('utf8')
}

/** Runs one libheif call that returns a heif_error and writes its result to the word `out`. */
function call(lib: Libheif, scratch: number, run: (error: number, out: number) => void): number {
  const out = scratch + 12
  run(scratch, out)
  if (readWord(lib, scratch) !== 0) throw fromDecoderError(readText(lib, readWord(lib, scratch + 8)))
  return readWord(lib, out)
}

/** Copies the rows of a decoded image together; libheif pads each to `stride`. */
function copyRows(
  lib: Libheif,
  from: number,
  stride: number,
  rowBytes: number,
  rows: number,
): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(rowBytes * rows)
  const heap = lib.HEAPU8
  for (let row = 0; row < rows; row++) {
    const start = from + row * stride
    pixels.set(heap.subarray(start, start + rowBytes), row * rowBytes)
  }
  return pixels
}

function readProfile(lib: Libheif, scratch: number, handle: number): Buffer | null {
  const size = lib._heif_image_handle_get_raw_color_profile_size(handle)
  if (size === 0) return null
  const at = lib._malloc(size)
  try {
    call(lib, scratch, (error) => {
      lib._heif_image_handle_get_raw_color_profile(error, handle, at)
    })
    return Buffer.from(lib.HEAPU8.slice(at, at + size))
  } finally {
    lib._free(at)
  }
}

function decodeHandle(lib: Libheif, scratch: number, handle: number): RawPhoto {
  const channels = lib._heif_image_handle_has_alpha_channel(handle) === 1 ? 4 : 3
  const chroma = channels === 4 ? interleavedRgba : interleavedRgb
  const image = call(lib, scratch, (error, out) => {
    lib._heif_decode_image(error, handle, out, colorspaceRgb, chroma, 0)
  })
  try {
    if (lib._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0) {
      throw new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))
    }
    const widthPx = lib._heif_image_get_width(image, channelInterleaved)
    const heightPx = lib._heif_image_get_height(image, channelInterleaved)
    const from = lib._heif_image_get_plane_readonly(image, channelInterleaved, scratch)
    const pixels = copyRows(lib, from, readWord(lib, scratch), widthPx * channels, heightPx)
    return { widthPx, heightPx, channels, pixels, profile: readProfile(lib, scratch, handle) }
  } finally {
    lib._heif_image_release(image)
  }
}

/**
 * The main picture of a HEIC file as 8-bit RGB(A), with its colour profile.
 * libheif applies the rotation and mirroring of the container, by which HEIC is oriented; the EXIF orientation
 * that such files repeat must not be applied a second time. Throws PhotoError.
 */
export function decodeHeic(
  file: Uint8Array,
  checkSize: (widthPx: number, heightPx: number) => void,
): RawPhoto {
  const turned = withTurnedAlpha(Buffer.from(file.buffer, file.byteOffset, file.length))
  const bytes = turned ?? file
  const lib = loadLibheif()
  const scratch = lib._malloc(scratchBytes)
  const copy = lib._malloc(bytes.length)
  if (scratch === 0 || copy === 0) throw new PhotoError('too-large', msg('The photo is too large to open.'))
  lib.HEAPU8.set(bytes, copy)
  const context = lib._heif_context_alloc()
  try {
    call(lib, scratch, (error) => {
      lib._heif_context_read_from_memory(error, context, copy, bytes.length, 0)
    })
    const handle = call(lib, scratch, (error, out) => {
      lib._heif_context_get_primary_image_handle(error, context, out)
    })
    try {
      checkSize(lib._heif_image_handle_get_width(handle), lib._heif_image_handle_get_height(handle))
      return decodeHandle(lib, scratch, handle)
    } finally {
      lib._heif_image_handle_release(handle)
    }
  } finally {
    lib._heif_context_free(context)
    lib._free(copy)
    lib._free(scratch)
  }
}
