// A lock between programs: a file that its owner keeps fresh, so that one left by a killed program is recognised.
import { open, rm, stat, utimes } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'

/** An owner that is alive is never this late, not even on a busy machine. */
const staleAfterMs = 60_000
const refreshMs = 5_000

/**
 * Takes the lock and gives the call that releases it; null where another program holds it.
 * @throws AppError `output-unwritable` where the folder refuses.
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
    await (await open(file, 'wx')).close()
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    throw new AppError('output-unwritable', `${file} cannot be written (${code}).`, { cause: error })
  }
}

async function isStale(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => null)
  return stats === null || Date.now() - stats.mtimeMs > staleAfterMs
}
