// A photo's file as workers are told of it, and its pixels as they decode them.
import { statSync } from 'node:fs'
import { stampOf, unknownStamp } from '../../electron/common/file-stamp.ts'
import type { PhotoOnDisk } from '../../electron/contract/inference.ts'
import { decodePhotoFile } from '../../electron/worker/decode/decode-photo.ts'

/** As it is now; a file that is not there has a stamp that no file has. */
export function photoOnDisk(path: string): PhotoOnDisk {
  const stats = statSync(path, { throwIfNoEntry: false })
  return { path, ...(stats === undefined ? unknownStamp : stampOf(stats)) }
}

type Rest = Parameters<typeof decodePhotoFile> extends [unknown, ...infer Others] ? Others : never

export const decodePhotoAt = (path: string, ...rest: Rest): ReturnType<typeof decodePhotoFile> =>
  decodePhotoFile({ path, stamp: null }, ...rest)
