// Pictures for the screen: from the cache, or made by the picture worker from a file that is where the library knows it.
import { realpath, stat } from 'node:fs/promises'
import type { PhotoExif, PictureSize } from '../../contract/browse.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import type { InferencePort, PhotoLimits } from '../../contract/inference.ts'
import { isInside } from '../folders.ts'
import { explainReadError } from '../library/file-errors.ts'
import { isSameState, stateOfFile } from '../library/file-state.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { KnownFile } from '../store/files.ts'
import { libraryPath } from '../store/paths.ts'
import { createPictureCache } from './picture-cache.ts'
import { PictureWorker } from './picture-worker.ts'

export interface PicturesOptions {
  readonly store: Store
  /** Holds the folder `pictures`. */
  readonly cacheDir: string
  readonly spawn: () => InferencePort
  readonly limits: PhotoLimits
  readonly stallTimeoutMs: number
  /** For `screen` and `full` together. */
  readonly cacheLimitBytes: number
  readonly log: Log
}

export interface Pictures {
  /** Throws AppError `not-found` with the reason where no file of the photo can be shown. */
  picture(photoId: PhotoId, size: PictureSize): Promise<{ file: string; contentType: string }>
  /** Null where the camera wrote nothing, or the file cannot be read. */
  exif(file: KnownFile): Promise<PhotoExif | null>
  close(): void
}

const forms: Readonly<Record<PictureSize, { readonly maxSidePx: number; readonly quality: number }>> = {
  grid: { maxSidePx: 320, quality: 80 },
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
  const underWay = new Map<string, Promise<void>>()
  const refused = new Map<string, AppError>()

  const refuse = (file: string, error: AppError): AppError => {
    refused.set(file, error)
    const [oldest] = refused.keys()
    if (refused.size > maxRefused && oldest !== undefined) refused.delete(oldest)
    return error
  }

  /** Makes the picture from the first of the places that can be read. */
  async function make(
    photoId: PhotoId,
    places: readonly KnownFile[],
    size: PictureSize,
    outFile: string,
  ): Promise<void> {
    let failure = new AppError('not-found', 'No file of this photo is in the library.')
    for (const place of places) {
      const found = await findPlace(store, place)
      if ('reason' in found) {
        failure = cannotShow(place.path, found.reason)
        continue
      }
      const { sizeBytes, modifiedAtMs } = place
      const wanted = { path: found.path, sizeBytes, modifiedAtMs, ...forms[size], outFile, limits }
      const result = await worker.picture(wanted).catch((error: unknown) => {
        const { code, message } = toWireError(error)
        if (code === 'inference-failed') throw refuse(outFile, cannotShow(place.path, message))
        throw error
      })
      if (result.ok) {
        const { widthPx, heightPx, takenAtMs } = result
        store.photos.noteSeen(photoId, { widthPx, heightPx, takenAtMs })
        await cache.added(size, result.bytes)
        return
      }
      if (result.code !== 'not-found') throw new AppError(result.code, result.reason)
      failure = cannotShow(place.path, result.reason)
      // Every copy has the same bytes.
      if (result.isLasting) throw refuse(outFile, failure)
    }
    throw failure
  }

  return {
    async picture(photoId, size) {
      const content = store.photos.content(photoId)
      const places = store.files.ofPhoto(photoId)
      if (content === null || places.length === 0)
        throw new AppError('not-found', `Photo ${photoId} is in no file of this library.`)
      const file = cache.pathOf(content.hash, size)
      if (!(await cache.has(file, size))) {
        const known = refused.get(file)
        if (known !== undefined) throw known
        const making =
          underWay.get(file) ??
          make(photoId, places, size, file).finally(() => {
            underWay.delete(file)
          })
        underWay.set(file, making)
        await making
      }
      return { file, contentType: 'image/jpeg' }
    },
    async exif(file) {
      const found = await findPlace(store, file)
      if ('reason' in found) return null
      return worker.exif({ path: found.path, limits }).catch((error: unknown) => {
        log('warn', `No EXIF of ${file.path}: ${toWireError(error).message}`)
        return null
      })
    },
    close: () => worker.close(),
  }
}

const cannotShow = (path: string, reason: string): AppError =>
  new AppError('not-found', `'${path}' cannot be shown. ${reason}`)

/**
 * Where the file truly lies: a regular file in a folder that the person added, with the size and date under which its
 * content was identified. Links out of the added folders are not followed.
 */
async function findPlace(
  store: Store,
  file: KnownFile,
): Promise<{ readonly path: string } | { readonly reason: string }> {
  try {
    const path = libraryPath(await realpath(file.path))
    const folders = store.folders.list().map((folder) => realpath(folder.path).catch(() => null))
    const isAllowed = (await Promise.all(folders)).some(
      (folder) => folder !== null && isInside(path, libraryPath(folder)),
    )
    if (!isAllowed)
      return { reason: 'It leads to a place outside the added folders; add the folder that it leads to.' }
    const found = await stat(path)
    if (!found.isFile()) return { reason: 'It is no file any more.' }
    if (!isSameState(file, stateOfFile(found)))
      return { reason: 'It was changed since it was read; scan its folder again.' }
    return { path }
  } catch (error) {
    return { reason: explainReadError(error, file.path) }
  }
}
