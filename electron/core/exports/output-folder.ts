// Writes a folder atomically: under another name beside its path, then renamed.
import { mkdir, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { msg, type Message } from '../../texts/message.ts'
import { isGone } from '../files/file-errors.ts'
import { lockFile } from '../files/lock-file.ts'
import { toOutputError } from '../outputs/output-error.ts'

/**
 * Runs `write` on a new folder that becomes `folder`; a failure leaves nothing behind. The remains of a killed attempt
 * are removed. Throws AppError `output-unwritable` or `disk-full`.
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
    // Windows does not rename onto an existing folder, not even an empty one.
    await rmdir(folder).catch(ignoreGone)
    await rename(temporary, folder)
    return result
  } catch (error) {
    // A process that was writing into it may be ending only now.
    await rm(temporary, { recursive: true, force: true, maxRetries: 5 })
    throw toOutputError(error, folder)
  } finally {
    await unlock()
  }
}

/**
 * Creates the parent folder where needed, and locks: two programs that write to the same path would undo each other's
 * work.
 */
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
    msg('{{folder}} is being written by another program. Wait for it, or choose another folder.', { folder }),
  )
}

async function checkFree(folder: string): Promise<void> {
  const refuse = (why: Message) =>
    new AppError(
      'output-unwritable',
      msg('{{folder}} {{why}}. Choose a new or empty folder.', { folder, why }),
    )
  const stats = await stat(folder).catch(ignoreGone)
  if (stats === undefined) return
  if (!stats.isDirectory()) throw refuse(msg('is a file'))
  if ((await readdir(folder)).length > 0) throw refuse(msg('is not empty'))
}

/** Throws AppError `disk-full` when the drive of this folder has less room. */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (bytes <= free) return
  throw new AppError(
    'disk-full',
    msg(
      'The export needs {{needed}} but {{folder}} has {{there}} left. Free some space, or choose links instead of copies.',
      { needed: describeSize(bytes), folder: path.dirname(folder), there: describeSize(free) },
    ),
  )
}

/** Two sizes that differ never look the same. */
const describeSize = (bytes: number): string => {
  const units = ['bytes', 'kB', 'MB', 'GB']
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${(bytes / 1000 ** unit).toFixed(unit === 0 ? 0 : 2)} ${units[unit] ?? ''}`
}

function ignoreGone(error: unknown): undefined {
  if (!isGone(error)) throw error
}
