// An ImageFolder becomes confirmed labels: class folders are labels, photos are found by content, else by name.
import path from 'node:path'
import type { FolderImportReport, FolderImportRequest } from '../../contract/imports.ts'
import { AppError } from '../../contract/errors.ts'
import { explainReadError } from '../files/file-errors.ts'
import { isSameStamp } from '../../common/file-stamp.ts'
import { msg, type Message } from '../../texts/message.ts'
import { readKeys } from '../identity/read-keys.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'
import { scanFolder, type FoundFile } from '../library/scan.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../../common/library-path.ts'
import { applyImport, type ImportOptions } from './apply.ts'
import { listLevels, readClassFolders, type ClassFolders } from './class-folders.ts'
import { readLabelText } from './label-texts.ts'
import { createMatcher, type Match } from './match-photos.ts'
import { createTally, type Tally } from './tally.ts'

/** Reports what the folders hold and what matches, and confirms the labels if the request says so. */
export async function importFolder(
  store: Store,
  { folder, photosFolder, labels: source, level, isApplied, examples }: FolderImportRequest,
  options: ImportOptions,
): Promise<FolderImportReport> {
  const { signal, onProgress } = options
  const root = libraryPath(folder)
  const photos: FoundFile[] = []
  for await (const file of scanFolder(root, signal)) {
    if (file.problem?.kind !== 'skipped') photos.push(file)
    onProgress('finding', photos.length, null)
  }
  if (photos.length === 0)
    throw new AppError('not-found', msg('{{root}} holds no photos. Check the folder.', { root }))
  const names = photos.map((file) => path.posix.relative(root, file.path))
  const classes =
    source === 'folders' ? await readClassFolders(root, names, level === null ? null : level - 1) : null
  const levels = classes === null ? [] : listLevels(names)
  const question = classes?.isOpen === true ? askForLevel(root, levels) : null
  const tally = createTally(examples)
  if (question === null) {
    const matchName = photosFolder === null ? null : await createMatcher(store, photosFolder, signal)
    let done = 0
    const matches = await mapInFlight([...photos.entries()], async ([at, found]) => {
      const match = await findPhoto(store, found, names[at] ?? '', matchName, signal)
      onProgress('matching', ++done, photos.length)
      return match
    })
    for (const [at, match] of matches.entries())
      await count(tally, { file: names[at] ?? '', path: photos[at]?.path ?? '' }, classes, match)
  }
  return {
    ...(await applyImport(store, { tally, question, isApplied }, options)),
    levels,
    level: classes === null || question !== null ? null : classes.level + 1,
  }
}

/** The label is the class folder, or is in the text beside the photo where there are no class folders. */
async function count(
  tally: Tally,
  photo: { readonly file: string; readonly path: string },
  classes: ClassFolders | null,
  match: Match,
): Promise<void> {
  const row = { line: null, file: photo.file }
  const folder = classes?.labelOf(photo.file) ?? null
  const labels = classes === null ? await readLabelText(photo.path) : folder === null ? null : [folder]
  if (labels === null)
    tally.miss(
      row,
      'no-class-folder',
      classes === null ? msg('no text of its name lies beside it') : msg('it lies in no class folder'),
    )
  else if (labels.every((label) => label.trim() === '')) tally.miss(row, 'no-label', msg('it has no label'))
  else tally.match(row, labels, match)
}

function askForLevel(root: string, levels: FolderImportReport['levels']): Message {
  const names = levels.map(({ folders, examples }, at) => {
    return `${at + 1}: ${examples.join(', ')}${folders > examples.length ? ', …' : ''}`
  })
  return msg(
    'Each photo in {{root}} lies in several folders, and which of them is its label is not clear. Choose the level: {{levels}}.',
    { root, levels: names.join('; ') },
  )
}

/** Matches by content; a file that the library knows unchanged is not read again. */
async function findPhoto(
  store: Store,
  found: FoundFile,
  file: string,
  matchName: Awaited<ReturnType<typeof createMatcher>> | null,
  signal: AbortSignal,
): Promise<Match> {
  const unreadable = (reason: Message): Match => ({ photoId: null, kind: 'unreadable', reason })
  signal.throwIfAborted()
  if (found.problem !== null) return unreadable(found.problem.reason)
  const known = store.files.find(found.path)
  const knownId = known !== null && isSameStamp(known, found) ? known.photoId : null
  if (knownId !== null) return { photoId: knownId, by: 'hash' }
  try {
    const needsWholeHash = store.photos.hasUnlearned(found.sizeBytes)
    const keys = await readKeys(found, { needsWholeHash, signal })
    const photoId = keys === null ? null : store.photos.findByImage(keys)
    if (photoId !== null) return { photoId, by: 'hash' }
  } catch (error) {
    signal.throwIfAborted()
    return unreadable(explainReadError(error, found.path))
  }
  return (
    matchName?.(file, '') ?? {
      photoId: null,
      kind: 'unknown-content',
      reason: msg('the library knows no photo with this content; scan or label its folder first'),
    }
  )
}
