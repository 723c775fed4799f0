// What the decoding tests share: a preprocessing, real photos where they are, temporary files, comparisons.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePhoto } from '../../../electron/worker/decode/decode-photo.ts'
import type { DecodeLimits } from '../../../electron/worker/decode/limits.ts'
import { PhotoError } from '../../../electron/worker/decode/photo-error.ts'
import type { Preprocessing } from '../../../models/preprocessing.ts'
import { hasMaterial, material } from '../../helpers/material.ts'

export const awkwardDir = material.awkward
export const objectsDir = material.objects
export const hasPhotos = hasMaterial('awkward', 'objects')
export const photosHint = hasPhotos ? '' : ' (skipped: ../shared/photos is not here)'

export const cropped: Preprocessing = {
  height: 224,
  width: 224,
  resize: { rule: 'shortest-edge', sizePx: 248 },
  interpolation: 'bicubic',
  mean: [0.5, 0.5, 0.5],
  std: [0.5, 0.5, 0.5],
  rescale: 1 / 255,
}
export const stretched: Preprocessing = { ...cropped, resize: { rule: 'exact' }, interpolation: 'bilinear' }

/** Small enough that every pixel of a hand-made picture can be looked at. */
export function exactly(width: number, height: number): Preprocessing {
  return { ...stretched, width, height }
}

const tempDir = mkdtempSync(join(tmpdir(), 'labelroom-decode-'))
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
    await decodePhoto(path, cropped, limits)
    return 'decoded'
  } catch (error) {
    if (error instanceof PhotoError) return error.code
    throw error
  }
}

/** The first pixel of a decoded photo. */
export async function colourOf(path: string): Promise<number[]> {
  const { pixels } = await decodePhoto(path, exactly(8, 8))
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
