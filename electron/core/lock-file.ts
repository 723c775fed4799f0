// A lock between programs: a file that names its owner, who keeps it fresh, so that one left by a killed program is recognised.
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { errorCode } from './library/file-errors.ts'

const Owner = z.object({ pid: z.int().positive(), host: z.string() })

/** An owner that is alive is never this late, not even on a busy machine. */
const staleAfterMs = 60_000
const refreshMs = 5_000

/**
 * Takes the lock and gives the call that releases it; null where another program holds it.
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

/** False where the file is there already; who makes it is settled by the file system. */
async function create(file: string): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify({ pid: process.pid, host: os.hostname() }), { flag: 'wx' })
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return false
    // On a full disk it may be there, but empty.
    await rm(file, { force: true }).catch(() => undefined)
    throw cannotWrite(file, error)
  }
}

function cannotWrite(file: string, cause: unknown): AppError {
  const code = errorCode(cause) ?? String(cause)
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new AppError(
        'disk-full',
        `The disk is full: ${file} was not written. Free some space, then try again.`,
        { cause },
      )
    : new AppError(
        'output-unwritable',
        `${file} cannot be written (${code}). Check its folder's permissions.`,
        { cause },
      )
}

async function isStale(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => null)
  return stats === null || Date.now() - stats.mtimeMs > staleAfterMs || (await isOwnerGone(file))
}

/** Only of this machine can it be known; an owner that has not written its name yet is there. */
async function isOwnerGone(file: string): Promise<boolean> {
  try {
    const { pid, host } = Owner.parse(JSON.parse(await readFile(file, 'utf8')))
    if (host === os.hostname()) process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return errorCode(error) === 'ESRCH'
  }
}
