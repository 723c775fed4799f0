// Makes a folder with those above it.
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { errorCode } from './errno.ts'

/**
 * Makes `folder` where it is missing. Node's own recursive mkdir tries for ever on file systems that answer ENOENT to
 * every new folder, such as /proc. Throws the error of the file system.
 */
export async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode })
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return
    const parent = path.dirname(folder)
    if (errorCode(error) !== 'ENOENT' || parent === folder) throw error
    await makeFolder(parent, mode)
    await mkdir(folder, { mode })
  }
}
