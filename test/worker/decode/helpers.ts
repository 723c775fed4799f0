// What the decoding tests share: a preprocessing, real photos where they are, temporary files, comparisons.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'
import type { DecodeLimits } from '../../../electron/worker/decode/limits.ts'
import { PhotoError } from '../../../electron/worker/decode/photo-error.ts'
import { stretchTo, torchvisionCrop, type Preprocessing } from '../../../models/config/preprocessing.ts'
import { hasSharedFiles, sharedFiles } from '../../helpers/shared-files.ts'

export const edgeCasesDir = sharedFiles.awkward
export const objectsDir = sharedFiles.objects
export const hasPhotos = hasSharedFiles('awkward', 'objects')
export const photosHint = hasPhotos ? '' : ' (skipped: ../shared/photos is not here)'

export const cropped: Preprocessing = {
  height: 224,
  width: 224,
  resize: { rule: 'shortest-edge', sizePx: 248 },
  interpolation: 'bicubic',
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  rescale: 1 / 255,
  crop: torchvisionCrop,
  channels: 'rgb',
  cropPct: 0.9,
  from: null,
}
export const stretched: Preprocessing = { ...cropped, ...stretchTo(224, 224, 'bilinear') }

/** Small enough that every pixel of a hand-made picture can be looked at. */
export function exactly(width: number, height: number): Preprocessing {
  return { ...stretched, ...stretchTo(width, height, 'bilinear') }
}

const tempDir = mkdtempSync(join(tmpdir(), 'labelroom-decode-'))
process.once('exit', () => {
  rmSync(tempDir, { recursive: true, force: true })
})
let files = 0

/** Writes a temporary file whose name ends in `name`; returns its path. */
export function tempFile(name: string, bytes: Uint8Array | string): string {
  const path = join(tempDir, `${files++}-${name}`)
  writeFileSync(path, bytes)
  return path
}

/** The code of the PhotoError decoding fails with, or 'decoded'. */
export async function codeOf(path: string, limits: Partial<DecodeLimits> = {}): Promise<string> {
  try {
    await decodePhotoAt(path, cropped, limits)
    return 'decoded'
  } catch (error) {
    if (error instanceof PhotoError) return error.code
    throw error
  }
}

/** The first pixel of a decoded photo. */
export async function colourOf(path: string): Promise<number[]> {
  const { pixels } = await decodePhotoAt(path, exactly(8, 8))
  return [...pixels.subarray(0, 3)]
}

export function difference(a: Uint8Array, b: Uint8Array): { mean: number; max: number } {
  let sum = 0
  let max = 0
  for (let at = 0; at < a.length; at++) {
    const distance = Math.abs((a[at] ?? 0) - (b[at] ?? 0))
    sum += distance
    max = Math.max(max, distance)
  }
  return { mean: sum / a.length, max }
}
