// The files of a job: all of some folders, or those of chosen photos; and how many there will be.
import { stat } from 'node:fs/promises'
import type { JobRequest, Shard } from '../../contract/jobs.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import { pickStamp } from '../../common/file-stamp.ts'
import { isInside } from '../files/folders.ts'
import type { FileCount } from '../library/scan.ts'
import { ingestPhotos } from '../library/ingest-photos.ts'
import { ingestFolders, type RecordedFile } from '../library/ingest.ts'
import type { Store } from '../store/db.ts'
import { createFileCounter } from './file-counter.ts'

export interface JobSource {
  /** Checks that there is something to read. Throws AppError where there is not. */
  begin(): Promise<void>
  /** Counts to the end or to the abort, once however often it is called; never throws. */
  finish(): Promise<void>
  /** How many files there will be; null while they are not all counted. */
  total(): FileCount | null
  files(): AsyncIterable<RecordedFile>
  /** Returns a folder that disappeared while it was being read; null when all are present. */
  missingFolder(): Promise<string | null>
}

/** Throws AppError `bad-request` unless exactly one of folders and photos is given. */
export function createJobSource(store: Store, request: JobRequest, signal: AbortSignal): JobSource {
  const { folders, photoIds, shard } = request
  if (photoIds !== null && folders.length > 0)
    throw new AppError('bad-request', msg('Give either folders or photos to label, not both.'))
  if (photoIds === null ? folders.length === 0 : photoIds.length === 0)
    throw new AppError('bad-request', msg('Nothing is chosen to label: give folders or photos.'))
  if (photoIds !== null && shard !== null)
    throw new AppError('bad-request', msg('Only folders are divided into shards, not chosen photos.'))
  return photoIds === null ? ofFolders(store, folders, shard, signal) : ofPhotos(store, photoIds, signal)
}

function ofFolders(
  store: Store,
  folders: readonly string[],
  shard: Shard | null,
  signal: AbortSignal,
): JobSource {
  return {
    ...createFileCounter(folders, signal, shard),
    files: () => withMoved(store, folders, ingestFolders(store, folders, signal, { shard }), shard),
    async missingFolder() {
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

/** Marks photos that are moved meanwhile, and adds those that the walk may have passed by. */
async function* withMoved(
  store: Store,
  folders: readonly string[],
  files: AsyncIterable<RecordedFile>,
  shard: Shard | null,
): AsyncGenerator<RecordedFile> {
  const since = store.moves.lastId()
  let last = since
  let targets = new Set<string>()
  for await (const file of files) {
    const now = store.moves.lastId()
    if (now !== last) targets = new Set(store.moves.targetsSince(since))
    last = now
    yield file.problem === null && targets.has(file.path) ? { ...file, isMoved: true } : file
  }
  // What goes to another part of the folder is another program's business.
  if (shard !== null) return
  for (const path of store.moves.targetsSince(since)) {
    const file = folders.some((folder) => isInside(path, folder)) ? store.files.find(path) : null
    const photoId = file?.photoId ?? null
    if (file === null || photoId === null || file.problem !== null) continue
    yield { path, photoId, problem: null, isRead: false, isMoved: true, ...pickStamp(file) }
  }
}

function ofPhotos(store: Store, chosen: NonNullable<JobRequest['photoIds']>, signal: AbortSignal): JobSource {
  // A photo whose folder was removed from the library has no file any more, so there is nothing to read or to count.
  const known = store.files.photosAmong(chosen)
  const photoIds = [...new Set(chosen)].filter((photoId) => known.has(photoId))
  return {
    begin() {
      if (photoIds.length > 0) return Promise.resolve()
      throw new AppError('not-found', msg('None of the chosen photos is in the library any more.'))
    },
    finish: () => Promise.resolve(),
    total: () => ({ files: photoIds.length, photos: photoIds.length }),
    files: () => ingestPhotos(store, photoIds, signal),
    missingFolder: () => Promise.resolve(null),
  }
}
