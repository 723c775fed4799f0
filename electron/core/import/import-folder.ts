// An ImageFolder becomes confirmed labels: class folders are labels, photos are found by content, else by name.
import path from 'node:path'
import type { PhotoId } from '../../contract/domain.ts'
import type { FolderImportReport, FolderImportRequest } from '../../contract/exports.ts'
import { AppError } from '../../contract/errors.ts'
import { explainReadError } from '../library/file-errors.ts'
import { hashFile } from '../library/identity.ts'
import { mapInFlight } from '../library/ingest.ts'
import { scanFolder, type FoundFile } from '../library/scan.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../store/paths.ts'
import { readClassFolders } from './class-folders.ts'
import { createMatcher, type Match } from './match-photos.ts'

/** Says what the folders hold and what of it matches, and confirms the labels when the request says so. */
export async function importFolder(
  store: Store,
  { folder, photosFolder, isApplied }: FolderImportRequest,
): Promise<FolderImportReport> {
  const root = libraryPath(folder)
  const photos: FoundFile[] = []
  for await (const file of scanFolder(root)) if (file.problem?.kind !== 'skipped') photos.push(file)
  const names = photos.map((file) => path.posix.relative(root, file.path))
  const labelOf = await readClassFolders(root, names)
  const matchName = photosFolder === null ? null : await createMatcher(store, photosFolder)
  const matches = await mapInFlight([...photos.entries()], ([at, found]) =>
    findPhoto(store, found, names[at] ?? '', matchName),
  )
  const counts = { hash: 0, path: 0, name: 0 }
  const unmatched: FolderImportReport['unmatched'] = []
  const photosByLabel = new Map<string, Set<PhotoId>>()
  for (const [at, match] of matches.entries()) {
    const file = names[at] ?? ''
    const label = labelOf(file)
    if (label === null) unmatched.push({ file, reason: 'it lies in no class folder' })
    else if (match.photoId === null) unmatched.push({ file, reason: match.reason })
    else {
      counts[match.by] += 1
      photosByLabel.set(label, (photosByLabel.get(label) ?? new Set()).add(match.photoId))
    }
  }
  if (photos.length === 0) throw new AppError('not-found', `${root} holds no photos. Check the folder.`)
  if (isApplied) store.annotations.confirmAll(photosByLabel)
  return {
    files: photos.length,
    matchedByHash: counts.hash,
    matchedByPath: counts.path,
    matchedByName: counts.name,
    unmatched,
    labels: [...photosByLabel].map(([name, { size }]) => ({ name, photos: size })),
    isApplied,
  }
}

/** By content; a file that the library knows as it is now need not be read again. */
async function findPhoto(
  store: Store,
  found: FoundFile,
  file: string,
  matchName: Awaited<ReturnType<typeof createMatcher>> | null,
): Promise<Match> {
  if (found.problem !== null) return { photoId: null, reason: found.problem.reason }
  const known = store.files.find(found.path)
  const isUnchanged = known?.sizeBytes === found.sizeBytes && known.modifiedAtMs === found.modifiedAtMs
  if (isUnchanged && known.photoId !== null) return { photoId: known.photoId, by: 'hash' }
  try {
    const identity = await hashFile(found.path)
    const photoId = identity === null ? null : store.embeddings.byHash(identity.hash)
    if (photoId !== null) return { photoId, by: 'hash' }
  } catch (error) {
    return { photoId: null, reason: explainReadError(error, found.path) }
  }
  return (
    matchName?.(file, '') ?? {
      photoId: null,
      reason: 'the library knows no photo with this content; scan or label its folder first',
    }
  )
}
