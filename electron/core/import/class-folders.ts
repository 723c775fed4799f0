// What the folders of an ImageFolder say: the label of each file, as a data set of ours notes it, or by its folder.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { DatasetNote, noteFile } from '../export/dataset-notes.ts'
import { isGone } from '../library/file-errors.ts'

/** As people and libraries call the parts of a data set. */
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

/**
 * Gives a function from a file's path under `root` to its label; null for a file outside every class folder. Folders
 * such as train and test are parts where all folders of `root` are. A data set that Labelroom wrote says itself which
 * they are, and how its labels were spelled before they became names of folders; `root` may be one of its parts too.
 */
export async function readClassFolders(
  root: string,
  files: readonly string[],
): Promise<(file: string) => string | null> {
  const own = await readNote(root)
  const parent = own === null ? await readNote(path.posix.dirname(root)) : null
  const note = own ?? (parent?.splits.some((split) => split === path.posix.basename(root)) ? parent : null)
  if (note !== null && note.format !== 'imagefolder')
    throw new AppError(
      'bad-request',
      `${root} is a data set in the format ${note.format}, whose folders are not its labels. Export it as an ImageFolder to import it.`,
    )
  const tops = new Set(
    files
      .map((file) => file.split('/'))
      .filter(({ length }) => length > 1)
      .map(([top]) => top ?? ''),
  )
  const isDivided =
    own !== null
      ? own.splits.length > 0
      : note === null && tops.size > 0 && [...tops].every((top) => partNames.has(top.toLowerCase()))
  const labels = new Map(note?.classes.map(({ name, folder }) => [folder, name]))
  return (file) => {
    const folders = file.split('/').slice(isDivided ? 1 : 0, -1)
    const [folder] = folders
    return folder === undefined ? null : (labels.get(folder) ?? folder)
  }
}

async function readNote(folder: string): Promise<DatasetNote | null> {
  const file = path.posix.join(folder, noteFile)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isGone(error)) return null
    throw new AppError('not-found', `${file} cannot be read. Check its permissions.`, { cause: error })
  }
  try {
    return DatasetNote.parse(JSON.parse(text))
  } catch (error) {
    throw new AppError(
      'bad-request',
      `${file} is damaged; correct it, or delete it to go by the names of the folders.`,
      {
        cause: error,
      },
    )
  }
}
