// A folder that is there when all of it is: written under another name beside its place, then renamed.
import { mkdir, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { isGone } from '../library/file-errors.ts'
import { lockFile } from '../lock-file.ts'
import { toOutputError } from './output-error.ts'

/**
 * Runs `write` on a new folder that becomes `folder`; whatever fails leaves nothing behind. What an earlier try left
 * that was killed is removed. Throws AppError `output-unwritable` or `disk-full`.
 */
export async function writeFolder<T>(folder: string, write: (folder: string) => Promise<T>): Promise<T> {
  const parent = path.dirname(folder)
  const temporary = path.join(parent, `.${path.basename(folder)}.labelroom-unfinished`)
  const unlock = await lock(folder, parent, `${temporary}.lock`)
  try {
    await checkFree(folder)
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary)
    const result = await write(temporary)
    // Windows renames onto nothing, not even onto an empty folder.
    await rmdir(folder).catch(ignoreGone)
    await rename(temporary, folder)
    return result
  } catch (error) {
    // What was writing into it may be ending only now.
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 })
    throw toOutputError(error, folder)
  } finally {
    await unlock()
  }
}

/** Makes the folder that it lies in where needed. Two programs that write to the same place would undo each other's work. */
async function lock(folder: string, parent: string, file: string): Promise<() => Promise<void>> {
  try {
    await checkFree(folder)
    await mkdir(parent, { recursive: true })
    const unlock = await lockFile(file)
    if (unlock !== null) return unlock
  } catch (error) {
    throw toOutputError(error instanceof AppError && error.cause !== undefined ? error.cause : error, folder)
  }
  throw new AppError(
    'output-unwritable',
    `${folder} is being written by another program. Wait for it, or choose another folder.`,
  )
}

async function checkFree(folder: string): Promise<void> {
  const refuse = (why: string) =>
    new AppError('output-unwritable', `${folder} ${why}. Choose a new or empty folder.`)
  const stats = await stat(folder).catch(ignoreGone)
  if (stats === undefined) return
  if (!stats.isDirectory()) throw refuse('is a file')
  if ((await readdir(folder)).length > 0) throw refuse('is not empty')
}

/** Throws AppError `disk-full` when the drive of this folder has less room. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (bytes <= free) return
  const [needed, there] = [bytes, free].map((size) => `${(size / 1e9).toFixed(2)} GB`)
  throw new AppError(
    'disk-full',
    `The export needs ${needed} but ${path.dirname(folder)} has ${there} left. Free some space, or choose links instead of copies.`,
  )
}

function ignoreGone(error: unknown): undefined {
  if (!isGone(error)) throw error
}
