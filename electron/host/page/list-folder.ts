// Lists a folder for the page's own dialog: folders, and files of some kinds, without hidden ones.
import type { Dirent } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { libraryPath } from '../../common/library-path.ts'
import { AppError } from '../../contract/errors.ts'
import type { FolderListing } from '../../contract/shell.ts'
import { explainReadError, isGone } from '../../core/files/file-errors.ts'
import { isHidden } from '../../core/files/hidden-names.ts'
import { msg } from '../../texts/message.ts'
import { isVisibleInAny, realPathOf } from './real-paths.ts'

/** A list to look through; whoever has more writes the path. */
const maxEntries = 2000
/** Folders of cameras hold tens of thousands of files beside the few folders. */
const maxRead = 100_000

export interface ListOptions {
  /** Where the page may look. */
  readonly roots: readonly string[]
  /** Lower case, without the dot. */
  readonly extensions: readonly string[]
}

/** `wanted` may be listed; null begins in the home folder, or in the first root. Throws AppError. */
export async function listFolder(
  wanted: string | null,
  { roots, extensions }: ListOptions,
): Promise<FolderListing> {
  const home = os.homedir()
  const start = (await isVisibleInAny(await realPathOf(home), roots)) ? home : (roots[0] ?? home)
  const folder = path.resolve(wanted ?? start)
  const parent = path.dirname(folder)
  const mayGoUp = parent !== folder && (await isVisibleInAny(await realPathOf(parent), roots))
  try {
    return {
      path: libraryPath(folder),
      parent: mayGoUp ? libraryPath(parent) : null,
      roots: roots.map(libraryPath),
      ...(await readEntries(folder, roots, new Set(extensions))),
    }
  } catch (error) {
    throw new AppError(
      'not-found',
      isGone(error)
        ? msg("There is no folder '{{path}}'.", { path: libraryPath(folder) })
        : msg("The folder '{{path}}' cannot be read. {{why}}", {
            path: libraryPath(folder),
            why: explainReadError(error, folder),
          }),
      { cause: error },
    )
  }
}

async function readEntries(
  folder: string,
  roots: readonly string[],
  extensions: ReadonlySet<string>,
): Promise<Pick<FolderListing, 'folders' | 'files' | 'isCut'>> {
  const [folders, files]: [string[], string[]] = [[], []]
  let read = 0
  for await (const entry of await opendir(folder)) {
    if (++read > maxRead || folders.length + files.length > maxEntries) break
    if (isHidden(entry.name)) continue
    const kind = await kindOf(entry, folder, roots)
    if (kind === 'folder') folders.push(entry.name)
    else if (kind === 'file' && extensions.has(path.extname(entry.name).slice(1).toLowerCase()))
      files.push(entry.name)
  }
  const isCut = read > maxRead || folders.length + files.length > maxEntries
  const { compare } = new Intl.Collator('en', { numeric: true })
  const toEntries = (names: string[]) =>
    names.sort(compare).map((name) => ({ name, path: libraryPath(path.join(folder, name)) }))
  return { folders: toEntries(folders), files: toEntries(files), isCut }
}

/** Links count as what they lead to, where the page may look there. */
async function kindOf(
  entry: Dirent,
  folder: string,
  roots: readonly string[],
): Promise<'folder' | 'file' | null> {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  if (!entry.isSymbolicLink()) return null
  const full = path.join(folder, entry.name)
  const stats = await stat(full).catch(() => null)
  if (stats === null || !(await isVisibleInAny(await realPathOf(full), roots))) return null
  if (stats.isDirectory()) return 'folder'
  return stats.isFile() ? 'file' : null
}
