// Makes pictures for the screen: upright, in sRGB, without what the camera wrote into the photo.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { PictureReply, PictureRequest } from '../contract/inference.ts'
import { openPhoto } from './decode/decode-photo.ts'
import { PhotoError, type PhotoErrorCode } from './decode/photo-error.ts'
import { checkUnchanged } from './unchanged.ts'

/** Reasons that lie in the bytes; the others may be gone the next time. */
const lasting: ReadonlySet<PhotoErrorCode> = new Set(['corrupt', 'truncated', 'too-large', 'unsupported'])

/** Never throws: what goes wrong is in the reply. */
export async function makePicture(request: PictureRequest): Promise<PictureReply['result']> {
  try {
    const { jpeg, ...seen } = await encode(request)
    await checkUnchanged(request)
    const refusal = await write(jpeg, request.outFile)
    if (refusal !== null) return refusal
    return { ok: true, bytes: jpeg.length, ...seen }
  } catch (error) {
    const isLasting = error instanceof PhotoError && lasting.has(error.code)
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, code: 'not-found', reason, isLasting }
  }
}

async function encode({
  path: file,
  maxSidePx,
  quality,
  limits,
}: PictureRequest): Promise<{ jpeg: Buffer; widthPx: number; heightPx: number; takenAtMs: number | null }> {
  // People look at it, no model does: the quickest way of shrinking is good enough.
  const { widthPx, heightPx, takenAtMs, render } = await openPhoto(file, { ...limits, shrinkOnLoad: 'fast' })
  const scale = Math.min(1, maxSidePx / Math.max(widthPx, heightPx))
  const width = Math.max(1, Math.round(widthPx * scale))
  const height = Math.max(1, Math.round(heightPx * scale))
  const pixels = await render({ width, height, resize: { rule: 'exact' }, interpolation: 'bicubic' })
  const input = sharp(pixels, { raw: { width, height, channels: 3 } })
  return { jpeg: await input.jpeg({ quality }).toBuffer(), widthPx, heightPx, takenAtMs }
}

/** Gives null, or why it cannot be written: then the cache is at fault and not the photo. */
async function write(jpeg: Buffer, file: string): Promise<PictureReply['result'] | null> {
  const part = `${file}.${process.pid}.part`
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(part, jpeg)
    await rename(part, file)
    return null
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    return {
      ok: false,
      code: isFull ? 'disk-full' : 'output-unwritable',
      reason: isFull
        ? `The disk that holds ${path.dirname(file)} is full. Free some space.`
        : `${path.dirname(file)} cannot be written (${code}). Check its permissions.`,
      isLasting: false,
    }
  }
}
