// Pictures for the screen: from the cache, or made by the picture worker from a file of the photo.
import { realpath, stat } from 'node:fs/promises'
import type { PhotoExif, PictureSize } from '../../contract/photos.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import type { InferencePort, PhotoLimits, PhotoOnDisk } from '../../contract/inference.ts'
import { isInside } from '../files/folders.ts'
import { explainReadError } from '../files/file-errors.ts'
import { isSameStamp, pickStamp, stampOf } from '../../common/file-stamp.ts'
import { english, messageOf, msg, type Message } from '../../texts/message.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { KnownFile } from '../store/tables/files-read.ts'
import { libraryPath } from '../../common/library-path.ts'
import { learnKeys } from '../identity/learn.ts'
import { createPictureCache } from './picture-cache.ts'
import { PictureWorker } from '../inference/picture-worker.ts'

export interface PicturesOptions {
  readonly store: Store
  /** Holds the folder `pictures`. */
  readonly cacheDir: string
  readonly spawn: () => InferencePort
  readonly limits: PhotoLimits
  readonly stallTimeoutMs: number
  /** For all but `grid` together. */
  readonly cacheLimitBytes: number
  readonly log: Log
}

export interface Pictures {
  /** Throws AppError `not-found` with the reason where no file of the photo can be shown. */
  picture(photoId: PhotoId, size: PictureSize): Promise<{ file: string; contentType: string }>
  /** Returns null where the file has no EXIF or cannot be read. */
  exif(file: KnownFile): Promise<PhotoExif | null>
  close(): void
}

const forms: Readonly<Record<PictureSize, { readonly maxSidePx: number; readonly quality: number }>> = {
  grid: { maxSidePx: 320, quality: 80 },
  large: { maxSidePx: 640, quality: 82 },
  screen: { maxSidePx: 2048, quality: 88 },
  full: { maxSidePx: 8192, quality: 92 },
}
/** More than a window of the smallest tiles shows. */
const maxWaiting = 2048
/** One decodes while another one is written. */
const concurrency = 2
const idleMs = 60_000
/** Photos that are known not to decode, so that scrolling over them does not try each time. */
const maxRefused = 1000

export function createPictures(options: PicturesOptions): Pictures {
  const { store, log, limits } = options
  const cache = createPictureCache(`${options.cacheDir}/pictures`, options.cacheLimitBytes)
  const worker = new PictureWorker({ ...options, concurrency, maxWaiting, idleMs })
  const inFlight = new Map<string, Promise<void>>()
  const refused = new Map<string, AppError>()

  const refuse = (file: string, error: AppError): AppError => {
    refused.set(file, error)
    const [oldest] = refused.keys()
    if (refused.size > maxRefused && oldest !== undefined) refused.delete(oldest)
    return error
  }

  /** Makes the picture from the first of these files that can be read. */
  async function make(
    photoId: PhotoId,
    files: readonly KnownFile[],
    size: PictureSize,
    outFile: string,
  ): Promise<void> {
    let failure = new AppError('not-found', msg('No file of this photo is in the library.'))
    for (const file of files) {
      const found = await resolveFile(store, file)
      if ('reason' in found) {
        failure = cannotShow(file.path, found.reason)
        continue
      }
      const wanted = { ...found.photo, ...forms[size], outFile, limits }
      const result = await worker.picture(wanted).catch((error: unknown) => {
        const { code, message } = toWireError(error)
        if (code === 'inference-failed') throw refuse(outFile, cannotShow(file.path, message))
        throw error
      })
      if (result.ok) {
        const { widthPx, heightPx, takenAtMs } = result
        store.photos.noteSeen(photoId, { widthPx, heightPx, takenAtMs })
        await learnKeys(store, photoId, found.photo)
        await cache.added(size, result.bytes)
        return
      }
      if (result.code !== 'not-found') throw new AppError(result.code, result.reason)
      failure = cannotShow(file.path, result.reason)
      // Every copy has the same bytes.
      if (result.isLasting) throw refuse(outFile, failure)
    }
    throw failure
  }

  return {
    async picture(photoId, size) {
      const key = store.photos.pictureKey(photoId)
      const files = store.files.ofPhoto(photoId)
      if (key === null || files.length === 0)
        throw new AppError('not-found', msg('Photo {{id}} is in no file of this library.', { id: photoId }))
      const picture = cache.pathOf(key, size)
      if (!(await cache.has(picture, size))) {
        const known = refused.get(picture)
        if (known !== undefined) throw known
        const making =
          inFlight.get(picture) ??
          make(photoId, files, size, picture).finally(() => {
            inFlight.delete(picture)
          })
        inFlight.set(picture, making)
        await making
      }
      return { file: picture, contentType: 'image/jpeg' }
    },
    async exif(file) {
      const found = await resolveFile(store, file)
      if ('reason' in found) return null
      return worker.exif({ ...found.photo, limits }).catch((error: unknown) => {
        log('warn', `No EXIF of ${file.path}: ${english(messageOf(error))}`)
        return null
      })
    },
    close: () => worker.close(),
  }
}

const cannotShow = (path: string, reason: Message): AppError =>
  new AppError('not-found', msg("'{{path}}' cannot be shown. {{why}}", { path, why: reason }))

/**
 * Returns the real path of a regular file in a folder that the user added, with the stamp under which its content was
 * identified; the worker opens no other file. Links out of the added folders are not followed.
 */
async function resolveFile(
  store: Store,
  file: KnownFile,
): Promise<{ readonly photo: PhotoOnDisk } | { readonly reason: Message }> {
  try {
    const path = libraryPath(await realpath(file.path))
    const folders = store.folders.list().map((folder) => realpath(folder.path).catch(() => null))
    const isAllowed = (await Promise.all(folders)).some(
      (folder) => folder !== null && isInside(path, libraryPath(folder)),
    )
    if (!isAllowed)
      return {
        reason: msg('It leads to a place outside the added folders; add the folder that it leads to.'),
      }
    const found = await stat(path)
    if (!found.isFile()) return { reason: msg('It is no file any more.') }
    const now = stampOf(found)
    if (!isSameStamp(file, now))
      return { reason: msg('It was changed since it was read; scan its folder again.') }
    return { photo: { path, ...pickStamp(file), device: now.device } }
  } catch (error) {
    return { reason: explainReadError(error, file.path) }
  }
}
