// An ImageFolder becomes confirmed labels: class folders are labels, photos are found by content, else by name.
import path from 'node:path'
import type { FolderImportRequest, ImportReport } from '../../contract/imports.ts'
import { AppError } from '../../contract/errors.ts'
import { explainReadError } from '../library/file-errors.ts'
import { isSameState } from '../library/file-state.ts'
import { hashFile } from '../library/identity.ts'
import { mapInFlight } from '../library/ingest.ts'
import { scanFolder, type FoundFile } from '../library/scan.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'
import { applyImport, type ImportOptions } from './apply.ts'
import { readClassFolders } from './class-folders.ts'
import { createMatcher, type Match } from './match-photos.ts'
import { createTally } from './tally.ts'

/** Says what the folders hold and what of it matches, and confirms the labels when the request says so. */
export async function importFolder(
  store: Store,
  { folder, photosFolder, isApplied, examples }: FolderImportRequest,
  options: ImportOptions,
): Promise<ImportReport> {
  const { signal, onProgress } = options
  const root = libraryPath(folder)
  const photos: FoundFile[] = []
  for await (const file of scanFolder(root, signal)) {
    if (file.problem?.kind !== 'skipped') photos.push(file)
    onProgress('finding', photos.length, null)
  }
  if (photos.length === 0) throw new AppError('not-found', `${root} holds no photos. Check the folder.`)
  const names = photos.map((file) => path.posix.relative(root, file.path))
  const labelOf = await readClassFolders(root, names)
  const matchName = photosFolder === null ? null : await createMatcher(store, photosFolder, signal)
  let done = 0
  const matches = await mapInFlight([...photos.entries()], async ([at, found]) => {
    const match = await findPhoto(store, found, names[at] ?? '', matchName, signal)
    onProgress('matching', ++done, photos.length)
    return match
  })
  const tally = createTally(examples)
  for (const [at, match] of matches.entries()) {
    const file = names[at] ?? ''
    const label = labelOf(file)
    if (label === null) tally.miss({ line: null, file }, 'no-class-folder', 'it lies in no class folder')
    else tally.match({ line: null, file }, label, match)
  }
  return applyImport(store, tally, isApplied, options)
}

/** By content; a file that the library knows as it is now need not be read again. */
async function findPhoto(
  store: Store,
  found: FoundFile,
  file: string,
  matchName: Awaited<ReturnType<typeof createMatcher>> | null,
  signal: AbortSignal,
): Promise<Match> {
  const unreadable = (reason: string): Match => ({ photoId: null, kind: 'unreadable', reason })
  signal.throwIfAborted()
  if (found.problem !== null) return unreadable(found.problem.reason)
  const known = store.files.find(found.path)
  const knownId = known !== null && isSameState(known, found) ? known.photoId : null
  if (knownId !== null) return { photoId: knownId, by: 'hash' }
  try {
    const identity = await hashFile(found.path, signal)
    const photoId = identity === null ? null : store.embeddings.byHash(identity.hash)
    if (photoId !== null) return { photoId, by: 'hash' }
  } catch (error) {
    signal.throwIfAborted()
    return unreadable(explainReadError(error, found.path))
  }
  return (
    matchName?.(file, '') ?? {
      photoId: null,
      kind: 'unknown-content',
      reason: 'the library knows no photo with this content; scan or label its folder first',
    }
  )
}
