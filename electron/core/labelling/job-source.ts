// What a job is about: all files of some folders, or chosen photos. Gives the files, and how many there will be.
import { stat } from 'node:fs/promises'
import type { JobRequest } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import { ingestPhotos } from '../library/ingest-photos.ts'
import { ingestFolders, type RecordedFile } from '../library/ingest.ts'
import type { Store } from '../store/db.ts'
import { createFileCounter } from './file-counter.ts'

export interface JobSource {
  /** Looks whether there is something to read. Throws AppError where there is not. */
  begin(): Promise<void>
  /** Counts to the end or to the abort; never throws. */
  finish(): Promise<void>
  /** How many files there will be; null while they are not all counted. */
  total(): number | null
  files(): AsyncIterable<RecordedFile>
  /** A folder that went away while it was being read; null when all are there. */
  lostFolder(): Promise<string | null>
}

/** Throws AppError `bad-request` unless exactly one of folders and photos is given. */
export function createJobSource(store: Store, request: JobRequest, signal: AbortSignal): JobSource {
  const { folders, photoIds } = request
  if (photoIds !== null && folders.length > 0)
    throw new AppError('bad-request', 'Give either folders or photos to label, not both.')
  if (photoIds === null ? folders.length === 0 : photoIds.length === 0)
    throw new AppError('bad-request', 'Nothing is chosen to label: give folders or photos.')
  return photoIds === null ? ofFolders(store, folders, signal) : ofPhotos(store, photoIds, signal)
}

function ofFolders(store: Store, folders: readonly string[], signal: AbortSignal): JobSource {
  return {
    ...createFileCounter(folders, signal),
    files: () => ingestFolders(store, folders, signal),
    async lostFolder() {
      for (const folder of folders) {
        const isThere = await stat(folder).then(
          (found) => found.isDirectory(),
          () => false,
        )
        if (!isThere) return folder
      }
      return null
    },
  }
}

function ofPhotos(store: Store, chosen: NonNullable<JobRequest['photoIds']>, signal: AbortSignal): JobSource {
  // A photo whose folder was taken out of the library is in no file any more: there is nothing to read or to count.
  const known = store.files.photosAmong(chosen)
  const photoIds = [...new Set(chosen)].filter((photoId) => known.has(photoId))
  return {
    begin() {
      if (photoIds.length > 0) return Promise.resolve()
      throw new AppError('not-found', 'None of the chosen photos is in the library any more.')
    },
    finish: () => Promise.resolve(),
    total: () => photoIds.length,
    files: () => ingestPhotos(store, photoIds, signal),
    lostFolder: () => Promise.resolve(null),
  }
}
