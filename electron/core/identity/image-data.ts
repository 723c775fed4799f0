// What a parser of one format finds in a photo: what it hashes is the coded image, what it returns is all else that counts.
import { createHash } from 'node:crypto'
import type { ExifFacts } from '../../common/exif-block.ts'
import type { MetadataBlocks } from '../metadata/metadata-blocks.ts'
import type { ByteSource } from './byte-source.ts'
import type { ImageHash } from './image-hash.ts'

/** Facts by which an edited photo is known again, and others of EXIF. */
export interface PhotoFacts extends ExifFacts {
  /** As coded, before any rotation; null where they are not known. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** Whether the two change places where it is shown. */
  readonly isTurned: boolean
}

export interface ImageData {
  readonly facts: PhotoFacts
  /** What changes the decoded pixels besides the coded image, as the decoders of this program see it. */
  readonly rendering: readonly (string | Buffer)[]
  readonly blocks: MetadataBlocks
  /** What identified this file in libraries from before its metadata was kept apart from its image; absent: nothing else did. */
  readonly earlierIdentity?: Buffer
}

/**
 * Hashes the coded image data and returns the rest; null where the file is not as its format says. May fail with
 * EndOfFile, BeyondBounds and RangeError, which mean the same.
 */
export type ImageParser = (source: ByteSource, hash: ImageHash) => Promise<ImageData | null>

export const noFacts: PhotoFacts = {
  widthPx: null,
  heightPx: null,
  isTurned: false,
  takenAt: null,
  offset: null,
  camera: null,
  lens: null,
  latitude: null,
  longitude: null,
}

/** An orientation as decoders take it: 1 where it is none. */
export const orientationOf = (value: number): string =>
  `orientation ${Number.isInteger(value) && value >= 1 && value <= 8 ? value : 1}`

/** Whether an orientation exchanges width and height. */
export const isTurning = (orientation: number): boolean => orientation >= 5 && orientation <= 8

/** Returns the parts of a rendering for a profile or another block; none where it is absent. */
export const blockOf = (name: string, block: Buffer | null): Buffer[] =>
  block === null || block.length === 0 ? [] : [createHash('sha256').update(name).update(block).digest()]
