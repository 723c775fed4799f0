// Marks folders that hold Labelroom's own files: a scan of a folder around them leaves them out.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from './errno.ts'

/** Lies in a folder of libraries, thumbnails, graphs and logs. A hidden name, so that it is in nobody's way. */
export const ownFolderMark = '.labelroom-folder'
const markText = 'Labelroom keeps its own files in this folder, and labels no pictures in it.\n'

/** Marks a folder as Labelroom's own. Throws the error of the file system. */
export async function markAsOwn(folder: string): Promise<void> {
  try {
    await writeFile(path.join(folder, ownFolderMark), markText, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}
