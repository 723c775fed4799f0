// Puts one file under a free name in another folder: renamed within a drive, else copied and compared.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../../common/errno.ts'
import { isSameStamp, stampOf } from '../../common/file-stamp.ts'
import { temporaryName } from '../../common/write-atomic.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { renameToFreeName } from '../files/rename-to-free-name.ts'
import type { FileCalls } from './file-calls.ts'

/** A file of this name is there. */
export class TakenName extends MessageError {
  constructor(file: string) {
    super(msg('{{name}} is there already.', { name: path.basename(file) }))
  }
}

/** `copied`: the file is still at its old path, too. */
export type Placement = 'renamed' | 'copied'

/**
 * Never replaces a file: fails with `TakenName` where the name is taken. After any failure the file is where it was, and
 * nothing is left at the new path.
 */
export async function placeFile(from: string, to: string, calls: FileCalls): Promise<Placement> {
  try {
    if (!renameToFreeName(from, to, calls.rename)) throw new TakenName(to)
    return 'renamed'
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error
  }
  await copyFile(from, to, calls)
  return 'copied'
}

/** Copies to another drive, and compares what arrived there, before the copy gets its name. */
async function copyFile(from: string, to: string, calls: FileCalls): Promise<void> {
  const folder = path.dirname(to)
  const temporary = path.join(folder, temporaryName())
  const before = await stat(from)
  try {
    await calls.copy(from, temporary)
    await sync(temporary, 'r+')
    // Only what is on the drive counts, and only if the file was left alone meanwhile.
    const [original, copy] = [await hashFile(from), await hashFile(temporary)]
    const [now, copied] = [await stat(from), await stat(temporary)]
    if (!isSameStamp(stampOf(before), stampOf(now)))
      throw new MessageError(msg('Another program keeps changing it; scan again when that program is done.'))
    if (copied.size !== now.size || !original.equals(copy))
      throw new MessageError(
        msg('The copy on the other drive is not the same, so the photo stayed. Check that drive.'),
      )
    await utimes(temporary, before.atimeMs / 1000, before.mtimeMs / 1000)
    if (!renameToFreeName(temporary, to)) throw new TakenName(to)
    // The name, too; not on Windows, where folders cannot be opened.
    await sync(folder, 'r')
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** Puts the bytes on the drive. What cannot be opened so, as a write-protected file, is written by the system in time. */
async function sync(file: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(file, flags).catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** SHA-256 of all bytes. */
export async function hashFile(file: string): Promise<Buffer> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest()
}
