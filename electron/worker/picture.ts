// Makes pictures for the screen: upright, in sRGB, without the photo's metadata.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { stretchTo } from '../../models/config/preprocessing.ts'
import { openSharp } from './decode/run-native.ts'
import { errorCode, isDiskFull } from '../common/errno.ts'
import { privateFolderMode } from '../common/private-files.ts'
import { writeFileAtomic } from '../common/write-atomic.ts'
import type { PictureReply, PictureRequest } from '../contract/inference.ts'
import { messageOf, msg } from '../texts/message.ts'
import { openPhoto } from './decode/decode-photo.ts'
import { withPhotoBytes } from './decode/photo-bytes.ts'
import { PhotoError, type PhotoErrorCode } from './decode/photo-error.ts'

/** Errors of the content, which would occur on every attempt; the others may be transient. */
const cacheableErrors: ReadonlySet<PhotoErrorCode> = new Set([
  'corrupt',
  'truncated',
  'too-large',
  'unsupported',
])

/** Writes the picture. Never throws: failures are in the reply. */
export async function makePicture(request: PictureRequest): Promise<PictureReply['result']> {
  try {
    const { path: file, ...stamp } = request
    const { jpeg, ...seen } = await withPhotoBytes({ path: file, stamp }, (bytes) => encode(bytes, request))
    const refusal = await write(jpeg, request.outFile)
    if (refusal !== null) return refusal
    return { ok: true, bytes: jpeg.length, ...seen }
  } catch (error) {
    const isLasting = error instanceof PhotoError && cacheableErrors.has(error.code)
    return { ok: false, code: 'not-found', reason: messageOf(error), isLasting }
  }
}

async function encode(
  file: Buffer<ArrayBuffer>,
  { maxSidePx, quality, limits }: PictureRequest,
): Promise<{ jpeg: Buffer; widthPx: number; heightPx: number; takenAtMs: number | null }> {
  // For the screen, not for a model: the fastest way of shrinking is good enough.
  const { widthPx, heightPx, takenAtMs, render } = await openPhoto(file, { ...limits, shrinkOnLoad: 'fast' })
  const scale = Math.min(1, maxSidePx / Math.max(widthPx, heightPx))
  const width = Math.max(1, Math.round(widthPx * scale))
  const height = Math.max(1, Math.round(heightPx * scale))
  const pixels = await render(stretchTo(width, height, 'bicubic'))
  const input = openSharp(pixels, { raw: { width, height, channels: 3 } })
  return { jpeg: await input.jpeg({ quality }).toBuffer(), widthPx, heightPx, takenAtMs }
}

/** Returns null, or why it cannot be written: then the cache is at fault and not the photo. */
async function write(jpeg: Buffer, file: string): Promise<PictureReply['result'] | null> {
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: privateFolderMode })
    // A picture that a power cut damages is a picture to be made again; the drive is not waited for.
    await writeFileAtomic(file, jpeg, { isSynced: false, isPrivate: true })
    return null
  } catch (error) {
    const code = errorCode(error) ?? String(error)
    const isFull = isDiskFull(error)
    return {
      ok: false,
      code: isFull ? 'disk-full' : 'output-unwritable',
      reason: isFull
        ? msg('The disk that holds {{folder}} is full. Free some space.', { folder: path.dirname(file) })
        : msg('{{file}} cannot be written ({{code}}). Check its permissions.', {
            file: path.dirname(file),
            code,
          }),
      isLasting: false,
    }
  }
}
