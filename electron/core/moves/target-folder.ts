// The folder that photos are moved to: one of the library, or a new one in it.
import { rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { libraryPath } from '../../common/library-path.ts'
import { makeFolder } from '../../common/make-folder.ts'
import { isDeviceName } from '../../common/windows-paths.ts'
import { AppError } from '../../contract/errors.ts'
import type { MoveTarget } from '../../contract/moves.ts'
import { msg } from '../../texts/message.ts'
import { explainWriteError } from '../files/file-errors.ts'
import { isInside } from '../files/folders.ts'
import { isHidden } from '../files/hidden-names.ts'
import type { Store } from '../store/db.ts'

/** As a new folder of the file manager. */
const folderMode = 0o777
/** Drives are carried to other systems: what one of them refuses is no name. */
// eslint-disable-next-line no-control-regex
const refusedSigns = /[\u0000-\u001f\u007f"*/:<>?\\|]/

/** Returns the full path, which is in the library. Fails with `bad-request` where it cannot be. */
export function targetFolder(store: Store, { folder, newFolder }: MoveTarget): string {
  const parent = libraryPath(folder)
  const added = store.folders.list().map((one) => one.path)
  const root = added.find((one) => one === parent || isInside(parent, one))
  if (root === undefined)
    throw new AppError(
      'bad-request',
      msg("'{{folder}}' is in no folder of this library. Add it first.", { folder: parent }),
    )
  const target = newFolder === null ? parent : `${parent.replace(/\/+$/, '')}/${nameOf(newFolder)}`
  if (target.slice(root.length).split('/').some(isHidden))
    throw new AppError(
      'bad-request',
      msg("'{{folder}}' is a hidden folder, whose photos are not shown. Choose another one.", {
        folder: target,
      }),
    )
  return target
}

function nameOf(wanted: string): string {
  const name = wanted.trim()
  const isRefused = refusedSigns.test(name) || /[. ]$/.test(name) || isDeviceName(name)
  if (name === '' || name === '.' || name === '..' || isRefused)
    throw new AppError(
      'bad-request',
      msg('A folder cannot be called "{{name}}". Leave out slashes, : * ? " < > | and a dot at the end.', {
        name: wanted,
      }),
    )
  return name
}

/** Makes the folder where it is missing; returns whether it did. Fails with `output-unwritable`. */
export async function makeTargetFolder(folder: string): Promise<boolean> {
  const isThere = (await stat(folder).catch(() => null))?.isDirectory() === true
  if (isThere) return false
  try {
    await makeFolder(folder, folderMode)
    return true
  } catch (error) {
    throw new AppError(
      'output-unwritable',
      msg("The folder '{{folder}}' cannot be made. {{why}}", { folder, why: explainWriteError(error) }),
      { cause: error },
    )
  }
}

/** Removes folders that were made for photos which are gone again, unless anything else is in them. */
export async function removeEmpty(folders: Iterable<string>): Promise<void> {
  for (const folder of folders) await rmdir(path.normalize(folder)).catch(() => undefined)
}
