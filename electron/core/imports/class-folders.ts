// The labels of an ImageFolder: of each file by the notes of our own datasets, or by its folder.
import path from 'node:path'
import { maxOwnFileBytes, readRegular } from '../../common/open-file.ts'
import { AppError } from '../../contract/errors.ts'
import type { FolderImportReport } from '../../contract/imports.ts'
import { msg } from '../../texts/message.ts'
import { DatasetNote, noteFile } from '../domain/dataset-note.ts'
import { explainReadError, isGone } from '../files/file-errors.ts'

/** Common names of the splits of a dataset. */
const partNames = new Set([
  'train',
  'training',
  'val',
  'valid',
  'validation',
  'dev',
  'test',
  'testing',
  'eval',
])

/** Common names of the folder that holds all photos of a dataset. */
const holderNames = new Set([
  'images',
  'image',
  'imgs',
  'img',
  'jpegimages',
  'photos',
  'pictures',
  'data',
  'dataset',
])

/** How many folders lie above the class folders: one that holds all photos, the splits, or both in either order. */
function foldersAboveClasses(files: readonly string[]): number {
  const paths = files.map((file) => file.split('/').slice(0, -1))
  let above = 0
  for (const names of [holderNames, partNames, holderNames]) {
    const level = paths.flatMap((path) => path[above] ?? [])
    if (level.length > 0 && level.every((folder) => names.has(folder.toLowerCase()))) above++
  }
  return above
}

/** The labels of the files under a folder. */
export interface ClassFolders {
  /** The label of a file by its path; null for a file outside every class folder. */
  readonly labelOf: (file: string) => string | null
  /** Which folder on the way to a file is its label, from 0 on. */
  readonly level: number
  /** Whether no file lies in a class folder itself, but each in a folder of it that may name the class as well. */
  readonly isOpen: boolean
}

/**
 * Finds the class folders under `root`, unless the user named their level, from 0 on. Folders
 * such as train and test are splits if all folders of `root` are, and one such as images holds them all. The notes of a dataset that Labelroom wrote name its
 * splits, and its labels as they were before they became folder names; `root` may be one of its splits too.
 */
export async function readClassFolders(
  root: string,
  files: readonly string[],
  wanted: number | null = null,
): Promise<ClassFolders> {
  const own = await readNote(root)
  const parent = own === null ? await readNote(path.posix.dirname(root)) : null
  const note = own ?? (parent?.splits.some((split) => split === path.posix.basename(root)) ? parent : null)
  if (note !== null && note.format !== 'imagefolder' && note.format !== 'datumaro')
    throw new AppError(
      'bad-request',
      msg(
        '{{root}} is a dataset in the format {{format}}, whose folders are not its labels. Export it as an ImageFolder to import it.',
        { root, format: note.format },
      ),
    )
  const found = own !== null ? Math.min(1, own.splits.length) : note === null ? foldersAboveClasses(files) : 0
  const level = wanted ?? found
  const labels = new Map(note?.classes.map(({ name, folder }) => [folder, name]))
  const foldersOf = (file: string) => file.split('/').slice(level, -1)
  const depths = files.map((file) => foldersOf(file).length).filter((depth) => depth > 0)
  return {
    level,
    isOpen: wanted === null && note === null && depths.length > 0 && depths.every((depth) => depth > 1),
    labelOf: (file) => {
      const [folder] = foldersOf(file)
      return folder === undefined ? null : (labels.get(folder) ?? folder)
    },
  }
}

/** The names of folders that are shown of each level. */
const shownFolders = 3

/** The folders on each level above the files, with the first of them by name. */
export function listLevels(files: readonly string[]): FolderImportReport['levels'] {
  const levels: Set<string>[] = []
  for (const file of files)
    for (const [at, folder] of file.split('/').slice(0, -1).entries()) (levels[at] ??= new Set()).add(folder)
  return levels.map((names) => ({
    folders: names.size,
    examples: [...names].toSorted().slice(0, shownFolders),
  }))
}

async function readNote(folder: string): Promise<DatasetNote | null> {
  const file = path.posix.join(folder, noteFile)
  let text: string
  try {
    text = (await readRegular(file, maxOwnFileBytes)).toString()
  } catch (error) {
    if (isGone(error)) return null
    throw new AppError(
      'not-found',
      msg('{{file}} cannot be read. {{why}}', { file, why: explainReadError(error, file) }),
      { cause: error },
    )
  }
  try {
    return DatasetNote.parse(JSON.parse(text))
  } catch (error) {
    throw new AppError(
      'bad-request',
      msg('{{file}} is damaged; correct it, or delete it to go by the names of the folders.', { file }),
      {
        cause: error,
      },
    )
  }
}
