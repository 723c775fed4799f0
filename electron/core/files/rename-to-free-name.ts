// Gives a file a name that no other one has, where the file system knows no such call.
import { closeSync, fstatSync, lstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { errorCode } from '../../common/errno.ts'
import { isUntouched } from './file-numbers.ts'

/**
 * Creates an empty file, which fails where the name exists, and then replaces it. Returns false, and does nothing, where
 * the name is taken. Synchronous, so that nothing else in this program runs in between; a program that is killed then
 * leaves the empty file. Throws what the file system throws, and then leaves nothing.
 */
export function renameToFreeName(
  from: string,
  to: string,
  rename: (from: string, to: string) => void = renameSync,
): boolean {
  let descriptor: number
  try {
    descriptor = openSync(to, 'wx')
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  const taken = fstatSync(descriptor, { bigint: true })
  closeSync(descriptor)
  const now = lstatSync(to, { bigint: true, throwIfNoEntry: false })
  if (now === undefined || !isUntouched(taken, now)) return false
  try {
    rename(from, to)
    return true
  } catch (error) {
    rmSync(to, { force: true })
    throw error
  }
}
