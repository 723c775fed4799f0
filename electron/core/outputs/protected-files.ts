// Files that no output ever replaces: libraries, photos, models, built graphs, and Labelroom's own files.
import { constants, type BigIntStats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { msg, type Message } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import { companionEndings, headerBytes, isLibraryHeader } from '../store/sqlite/library-header.ts'
import { libraryPath } from '../../common/library-path.ts'
import { listModelFiles, listModelFilesBelow } from './model-files.ts'
import { isSameFile } from '../files/file-numbers.ts'
import { findTarget, type OutputTarget } from './target.ts'

export interface ProtectedFiles {
  /** The open library, and other known ones, whether or not they exist now. */
  readonly libraries: () => Promise<readonly string[]>
  /** Settings, lists and the like. */
  readonly ownFiles: () => Promise<readonly string[]>
  /** Folders that hold models and built graphs. */
  readonly ownFolders: readonly string[]
  /** The open library; null where a command opens none. */
  readonly store: Pick<Store, 'files' | 'models'> | null
}

/** How SQLite's log and its rollback journal begin. */
const logHeaders = ['377f0682', '377f0683', 'd9d505f920a163d7'] as const

/**
 * Returns why the file must not be replaced, as an AppError that calls it `file`; null where it may be. Names are
 * compared by the file that they resolve to, so that links and other spellings make no difference.
 */
export async function findProtection(
  { libraries, ownFiles, ownFolders, store }: ProtectedFiles,
  target: OutputTarget,
  file: string,
): Promise<AppError | null> {
  const refuse = (message: Message) => new AppError('output-unwritable', message)
  if (store !== null && (await isPhoto(store, target, file)))
    return refuse(msg('{{file}} is a photo of the library. Choose another name.', { file }))
  const known = await libraries()
  if ((await isOneOf(target, known)) || isLibraryHeader(await readStart(target)))
    return refuse(msg('{{file}} is a library of Labelroom. Choose another name.', { file }))
  if (await isBesideLibrary(target, known))
    return refuse(msg('{{file}} belongs to a library of Labelroom. Choose another name.', { file }))
  if ((await isOneOf(target, await ownFiles())) || (await isInside(target, ownFolders)))
    return refuse(msg('{{file}} is a file that Labelroom keeps for itself. Choose another name.', { file }))
  if (await isOfModel(target, ownFolders, store))
    return refuse(msg('{{file}} belongs to a model. Choose another name.', { file }))
  return null
}

async function isPhoto(
  { files }: Pick<Store, 'files'>,
  { path: target, stats }: OutputTarget,
  file: string,
): Promise<boolean> {
  for (const name of [file, target]) {
    const known = files.find(libraryPath(name))
    const isThere = known?.missingSinceMs === null
    // A photo that could not be read is still a photo.
    if (isThere && (known.photoId !== null || known.problem?.kind === 'failed')) return true
  }
  if (stats === null) return false
  const alike = files.photosLike({ inode: Number(stats.ino), sizeBytes: Number(stats.size) })
  return isAnyOf(stats, alike)
}

/** Whether the target is one of these files, also where neither exists now. */
async function isOneOf({ path: target, stats }: OutputTarget, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    const other = await findTarget(name).catch(() => null)
    if (other === null) continue
    if (isSamePath(other.path, target)) return true
    if (stats !== null && other.stats !== null && isSameFile(stats, other.stats)) return true
  }
  return false
}

/** Drives of these systems ignore case in names; existing files are compared by their number. */
const ignoresCase = process.platform === 'win32' || process.platform === 'darwin'
const fold = (name: string): string => (ignoresCase ? name.normalize('NFC').toLowerCase() : name)
const isSamePath = (a: string, b: string): boolean => fold(a) === fold(b)

async function isAnyOf(stats: BigIntStats, names: Iterable<string>): Promise<boolean> {
  for (const name of names) {
    const other = await stat(name, { bigint: true }).catch(() => null)
    if (other !== null && isSameFile(stats, other)) return true
  }
  return false
}

/** Whether SQLite keeps a part of a library under this name, or would look for one there. */
async function isBesideLibrary(target: OutputTarget, known: readonly string[]): Promise<boolean> {
  if (
    await isOneOf(
      target,
      known.flatMap((library) => companionEndings.map((ending) => `${library}${ending}`)),
    )
  )
    return true
  const start = (await readStart(target)).toString('hex')
  if (logHeaders.some((header) => start.startsWith(header))) return true
  const ending = companionEndings.find((name) => target.path.toLowerCase().endsWith(name))
  if (ending === undefined) return false
  const owner = await findTarget(target.path.slice(0, -ending.length)).catch(() => null)
  return owner !== null && isLibraryHeader(await readStart(owner))
}

/** Whether one of the target's parent folders is one of these, by whatever name. */
async function isInside({ path: target }: OutputTarget, folders: readonly string[]): Promise<boolean> {
  for (let folder = path.dirname(target); ; folder = path.dirname(folder)) {
    const stats = await stat(folder, { bigint: true }).catch(() => null)
    if (stats !== null && (await isAnyOf(stats, folders))) return true
    if (folder === path.dirname(folder)) return false
  }
}

async function isOfModel(
  { stats }: OutputTarget,
  ownFolders: readonly string[],
  store: ProtectedFiles['store'],
): Promise<boolean> {
  if (stats === null) return false
  for (const model of store?.models.list() ?? [])
    if (await isAnyOf(stats, await listModelFiles(model.path))) return true
  // A file without other hard links is in no other folder.
  if (stats.nlink === 1n) return false
  for (const folder of ownFolders) if (await isAnyOf(stats, await listModelFilesBelow(folder))) return true
  return false
}

/**
 * Returns the first bytes of an existing file; empty for a broken link. Throws the errors of the file system, since a
 * file that cannot be read might be a library.
 */
async function readStart({ path: target, stats }: OutputTarget): Promise<Buffer> {
  if (stats?.isFile() !== true) return Buffer.alloc(0)
  // Another program may put a pipe there meanwhile, which would block the open.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW
  await using handle = await open(target, flags)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
  return buffer.subarray(0, bytesRead)
}
