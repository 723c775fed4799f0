// Walks a folder as a stream of files: names of one folder at a time, so that memory does not grow with the library.
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { join, parse, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { errorCode } from '../../common/errno.ts'
import { AppError } from '../../contract/errors.ts'
import { formatOfName, skipReasonFor } from '../../contract/formats.ts'
import { isInside } from '../files/folders.ts'
import { isHidden } from '../files/hidden-names.ts'
import { noteFile } from '../domain/dataset-note.ts'
import { notHereReason, type FileProblem } from '../domain/photo-state.ts'
import { ownFolderMark } from '../../common/own-folder.ts'
import { libraryPath } from '../../common/library-path.ts'
import { explainReadError, isGone } from '../files/file-errors.ts'
import type { Shard } from '../../contract/jobs.ts'
import type { ShownOfPair } from '../../contract/library.ts'
import { findCompanions } from './companions.ts'
import { isPlaceholder } from './placeholder.ts'
import { belongsTo, findLibraries } from './own-files.ts'
import { shardFilter } from './shard.ts'
import { stampOf, unknownStamp, type FileStamp } from '../../common/file-stamp.ts'
import { msg, type Message } from '../../texts/message.ts'

/** What a path holds. A folder appears only as a problem: when it could not be read, or is left out. */
export interface FoundFile extends FileStamp {
  /** Absolute and `/`-separated. */
  readonly path: string
  readonly problem: FileProblem | null
  /** The path of the file that is shown for this one too; null: none. Absent where the folder was not looked at. */
  readonly companionOf?: string | null
}

/** How many files are asked for size and date at once: hides the latency of a network drive. */
const statsInFlight = 32

/** Names sorted in one chunk: a few milliseconds. */
const sortedAtOnce = 5000

/** One open folder of the walk. Names of folders end with '/', which also sorts them as whole paths sort. */
interface Level {
  readonly path: string
  /** The real path of the folder, links resolved. */
  readonly realPath: string
  readonly names: readonly string[]
  /** Whether Labelroom's own files lie in it. */
  readonly isOwn: boolean
  /** Names of libraries of Labelroom; what belongs to them is not among the names. */
  readonly libraries: ReadonlySet<string>
  /** The names of files that belong to another one, with its name. */
  readonly companions: ReadonlyMap<string, string>
  next: number
}

/**
 * Yields every file under `root` once, folder by folder in the order of the names; hidden and system files and folders
 * are silently left out. A link to a file counts as a file. A link to a folder, also to a hidden one, is followed
 * once, unless it leads into a folder that is read anyway or back up to one that holds `root`.
 *
 * Fails with `folder-missing` or `folder-unreadable` only for `root` itself; anything else that cannot be read becomes
 * an entry with a problem, and the walk continues.
 */
export async function* scanFolder(
  root: string,
  signal?: AbortSignal,
  { shown = 'picture', isDeep = true, shard = null }: Partial<WalkOptions> = {},
): AsyncGenerator<FoundFile> {
  for await (const step of walkFolder(root, signal, { shown, isDeep, shard })) {
    if ('problem' in step) yield step
    else
      yield* await Promise.all(
        step.files.map(async ({ path, companionOf }) => ({ ...(await inspectFile(path)), companionOf })),
      )
  }
}

export interface FileCount {
  readonly files: number
  /** Those whose names promise a photo, each shot once. */
  readonly photos: number
}

const isPhotoItself = ({ path, companionOf }: WalkedFile): boolean =>
  companionOf === null && formatOfName(path) !== null

/** Counts only: yields how many entries `scanFolder` would have yielded so far, folder by folder. Same errors. */
export async function* countFiles(
  root: string,
  signal?: AbortSignal,
  shard: Shard | null = null,
): AsyncGenerator<FileCount> {
  let [files, photos] = [0, 0]
  for await (const step of walkFolder(root, signal, { shown: 'picture', isDeep: true, shard })) {
    if ('problem' in step) files++
    else {
      files += step.files.length
      photos += step.files.filter(isPhotoItself).length
    }
    yield { files, photos }
  }
}

export interface WalkOptions {
  /** Which of a RAW file and a picture of one name the other one belongs to. */
  readonly shown: ShownOfPair
  /** Whether the folders in it are read, too. */
  readonly isDeep: boolean
  /** Only what is in this part of the folder. */
  readonly shard: Shard | null
}

type WalkedFile = Pick<FoundFile, 'path'> & { readonly companionOf: string | null }

/** Yields the paths of files, a few at a time, and the folders that cannot be read. */
async function* walkFolder(
  root: string,
  signal: AbortSignal | undefined,
  { shown, isDeep, shard }: WalkOptions,
): AsyncGenerator<{ readonly files: readonly WalkedFile[] } | FoundFile> {
  const rootPath = libraryPath(root)
  const isWanted = shardFilter(rootPath, shard)
  const rootRealPath = await resolveRoot(rootPath)
  /** Real paths of the folders that links led to. */
  const linked: string[] = []
  const levels: Level[] = []
  try {
    levels.push(await readLevel(rootPath, rootRealPath, shown, signal))
  } catch (error) {
    throw rootError(rootPath, error)
  }

  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    signal?.throwIfAborted()
    const first = level.names[level.next]
    if (first === undefined) {
      levels.pop()
    } else if (first.endsWith('/')) {
      level.next += 1
      if (!isDeep) continue
      const name = first.slice(0, -1)
      const path = childPath(level.path, name)
      try {
        const isLink = (await lstat(path)).isSymbolicLink()
        const realPath = isLink ? await realpath(path) : join(level.realPath, name)
        if (isLink ? isWalkedAnyway(realPath, rootRealPath, linked) : linked.includes(realPath)) continue
        if (isLink) linked.push(realPath)
        const inner = await readLevel(path, realPath, shown, signal)
        if (!inner.isOwn) levels.push(inner)
        else if (isWanted(path))
          yield left(path, msg("Labelroom's own files are in this folder; they are left out."))
      } catch (error) {
        signal?.throwIfAborted()
        if (isWanted(path)) yield unreadable(path, error)
      }
    } else if (level.libraries.has(first)) {
      level.next += 1
      const path = childPath(level.path, first)
      if (isWanted(path)) yield left(path, msg('It is a library of Labelroom, which is left out.'))
    } else {
      const files: WalkedFile[] = []
      const isFile = (name: string) => name !== '' && !name.endsWith('/') && !level.libraries.has(name)
      for (let name = first; files.length < statsInFlight && isFile(name);) {
        const main = level.companions.get(name)
        const companionOf = main === undefined ? null : childPath(level.path, main)
        const path = childPath(level.path, name)
        if (isWanted(path)) files.push({ path, companionOf })
        level.next += 1
        name = level.names[level.next] ?? ''
      }
      yield { files }
    }
  }
}

const childPath = (folder: string, name: string): string =>
  folder.endsWith('/') ? folder + name : `${folder}/${name}`

/** Whether a real path is that folder or lies in it. */
function isIn(path: string, folder: string): boolean {
  const [inner, outer] = [libraryPath(path), libraryPath(folder)]
  return inner === outer || isInside(inner, outer)
}

/** Whether following a link to this path would read a folder twice. A hidden folder is read only through the link. */
function isWalkedAnyway(realPath: string, rootRealPath: string, linked: readonly string[]): boolean {
  const isReached = (folder: string) =>
    isIn(realPath, folder) && !relative(folder, realPath).split(/[\\/]/).some(isHidden)
  return [rootRealPath, ...linked].some(isReached) || isIn(rootRealPath, realPath)
}

async function resolveRoot(path: string): Promise<string> {
  try {
    const realPath = await realpath(path)
    if ((await stat(realPath)).isDirectory()) return realPath
  } catch (error) {
    throw rootError(path, error)
  }
  throw new AppError(
    'folder-missing',
    msg("'{{path}}' is not a folder. Give the folder that it lies in.", { path }),
  )
}

/** Why the requested folder cannot be read; any other error, such as an abort, is returned as it is. */
function rootError(path: string, error: unknown): unknown {
  if (isGone(error)) {
    const message = msg(
      "The folder '{{path}}' is not there. Connect the drive that it is on, or correct the path.",
      { path },
    )
    return new AppError('folder-missing', message, { cause: error })
  }
  if (errorCode(error) === null) return error
  const message = msg("The folder '{{path}}' cannot be read. {{why}}", {
    path,
    why: explainReadError(error, path),
  })
  return new AppError('folder-unreadable', message, { cause: error })
}

/** Reads the names in one folder. Only names are kept: 100,000 of them are a few megabytes. */
async function readLevel(
  path: string,
  realPath: string,
  shown: ShownOfPair,
  signal: AbortSignal | undefined,
): Promise<Level> {
  const names: string[] = []
  let isOwn = false
  const unlike = createNumbering()
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    signal?.throwIfAborted()
    isOwn ||= entry.name === ownFolderMark || entry.name === noteFile
    if (isHidden(entry.name)) continue
    const isFolder =
      entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(childPath(path, entry.name))))
    const name = unlike(entry.name)
    names.push(isFolder ? `${name}/` : name)
  }
  const libraries = await findLibraries((name) => childPath(path, name), names)
  const others = names.filter((name) => !libraries.some((library) => belongsTo(name, library)))
  return {
    ...{ path, realPath, isOwn, next: 0 },
    names: await sorted(others, signal),
    libraries: new Set(libraries),
    companions: findCompanions(others, shown),
  }
}

/**
 * Names on disk that are not valid text may look the same: numbers distinguish them, so that each file is reported and
 * counted.
 */
function createNumbering(): (name: string) => string {
  const times = new Map<string, number>()
  return (name) => {
    if (!name.includes('\uFFFD')) return name
    const time = (times.get(name) ?? 0) + 1
    times.set(name, time)
    const { name: stem, ext } = parse(name)
    return time === 1 ? name : `${stem} (${time})${ext}`
  }
}

/** Like `names.sort()`, some thousand at a time: 100,000 at once would block the event loop for a tenth of a second. */
async function sorted(names: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
  let runs: string[][] = []
  for (let at = 0; at < names.length; at += sortedAtOnce) {
    runs.push(names.slice(at, at + sortedAtOnce).sort())
    if (names.length > sortedAtOnce) await setImmediate()
  }
  while (runs.length > 1) {
    const merged: string[][] = []
    for (let at = 0; at < runs.length; at += 2) {
      signal?.throwIfAborted()
      merged.push(await mergeRuns(runs[at] ?? [], runs[at + 1] ?? []))
    }
    runs = merged
  }
  return runs[0] ?? []
}

async function mergeRuns(a: readonly string[], b: readonly string[]): Promise<string[]> {
  const merged: string[] = []
  for (let atA = 0, atB = 0; atA < a.length || atB < b.length;) {
    const [nameA, nameB] = [a[atA], b[atB]]
    if (nameA !== undefined && (nameB === undefined || nameA <= nameB)) {
      merged.push(nameA)
      atA++
    } else if (nameB !== undefined) {
      merged.push(nameB)
      atB++
    }
    if (merged.length % (4 * sortedAtOnce) === 0) await setImmediate()
  }
  return merged
}

/** A broken link counts as a file, so that it is reported as one that cannot be read. */
async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

/** Inspects a file without opening it, so that a pipe or a device cannot block the walk. */
export async function inspectFile(path: string): Promise<FoundFile> {
  const skip: FileProblem | null =
    formatOfName(path) === null ? { kind: 'skipped', reason: skipReasonFor(path) } : null
  try {
    const stats = await stat(path)
    const problem: FileProblem | null = stats.isFile()
      ? isPlaceholder(stats)
        ? { kind: 'skipped', reason: notHereReason }
        : skip
      : { kind: 'skipped', reason: msg('It is a device or a pipe, not a file.') }
    return { path, ...stampOf(stats), problem }
  } catch (error) {
    return skip === null ? unreadable(path, error) : { path, ...unknownStamp, problem: skip }
  }
}

/** Told once for all that lies in it. The folder that was asked for is read on purpose, whatever lies in it. */
const left = (path: string, reason: Message): FoundFile => ({
  path,
  ...unknownStamp,
  problem: { kind: 'skipped', reason },
})

const unreadable = (path: string, error: unknown): FoundFile => ({
  path,
  ...unknownStamp,
  problem: { kind: 'failed', reason: explainReadError(error, path) },
})
