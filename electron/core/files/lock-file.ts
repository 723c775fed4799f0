// A lock between programs: a file that names its owner and is refreshed by it, so that a stale one is recognised.
import { rm, stat, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { z } from 'zod'
import { errorCode } from '../../common/errno.ts'
import { maxOwnFileBytes, readRegular } from '../../common/open-file.ts'
import { msg } from '../../texts/message.ts'
import { toAppError } from './to-app-error.ts'

const Owner = z.object({ pid: z.int().positive(), host: z.string() })

/** An owner that is alive is never this late, not even on a busy machine. */
const staleAfterMs = 60_000
const refreshMs = 5_000

/**
 * Takes the lock and returns the function that releases it; null where another program holds it.
 * @throws AppError `output-unwritable` or `disk-full` where the folder refuses.
 */
export async function lockFile(file: string): Promise<(() => Promise<void>) | null> {
  if (!(await create(file))) {
    if (!(await isStale(file))) return null
    await rm(file, { force: true })
    if (!(await create(file))) return null
  }
  const refresh = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => undefined)
  }, refreshMs).unref()
  return async () => {
    clearInterval(refresh)
    await rm(file, { force: true })
  }
}

/** Returns false where the file exists; the file system decides who creates it. */
async function create(file: string): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify({ pid: process.pid, host: os.hostname() }), { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    // On a full disk it may exist, but empty.
    await rm(file, { force: true }).catch(() => undefined)
    throw toAppError(error, {
      full: msg('The disk is full: {{file}} was not written. Free some space, then try again.', { file }),
      refused: (why) =>
        msg("{{file}} cannot be written ({{code}}). Check its folder's permissions.", { file, code: why }),
    })
  }
}

async function isStale(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => null)
  return stats === null || Date.now() - stats.mtimeMs > staleAfterMs || (await isOwnerGone(file))
}

/** Known only for owners on this machine; one that has not written its name yet counts as alive. */
async function isOwnerGone(file: string): Promise<boolean> {
  try {
    const { pid, host } = Owner.parse(JSON.parse((await readRegular(file, maxOwnFileBytes)).toString()))
    if (host === os.hostname()) process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: the process exists, but belongs to another user.
    return errorCode(error) === 'ESRCH'
  }
}
