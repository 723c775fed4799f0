// Removes the temporary files that killed programs left behind.
import { lstat, readdir, rm } from 'node:fs/promises'
import path from 'node:path'

/** Nothing that a program is at work on goes unwritten for so long. */
export const leftAfterMs = 60 * 60_000

/**
 * Removes what has such a name in the folder, belongs to this user, and has not been written to for an hour, folders with
 * all that is in them. Returns whether younger ones are there. Never fails: it is tried again at the next start.
 */
export async function removeLeftFiles(
  folder: string,
  isTemporary: (name: string) => boolean,
): Promise<boolean> {
  let remain = false
  for (const name of (await readdir(folder).catch(() => [])).filter(isTemporary)) {
    const file = path.join(folder, name)
    const found = await lstat(file).catch(() => null)
    if (found === null || (process.getuid !== undefined && found.uid !== process.getuid())) continue
    if (Date.now() - found.mtimeMs > leftAfterMs)
      await rm(file, { recursive: true, force: true }).catch(() => undefined)
    else remain = true
  }
  return remain
}
