// Keeps files that tell about the user's photos from other accounts of the machine.
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'

/** Permissions of such files and folders on POSIX; on Windows they inherit those of the user's profile. */
export const privateFileMode = 0o600
export const privateFolderMode = 0o700

/**
 * Takes all rights of group and others from an existing file or folder of this user; does nothing for what is missing,
 * a link or another user's, and where the drive knows no permissions.
 */
export function makePrivate(path: string): void {
  if (process.getuid === undefined) return
  try {
    const found = lstatSync(path)
    const isOurs = found.uid === process.getuid() && (found.isFile() || found.isDirectory())
    // By its name: closing a descriptor of a library would release the locks that SQLite holds on it.
    if (isOurs && (found.mode & 0o077) !== 0) chmodSync(path, found.mode & 0o700)
  } catch {
    // It is as safe as its drive allows.
  }
}

/** Makes the folder and the ones above it where they are missing, and takes the rights of others from it. Throws what the file system throws. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: privateFolderMode })
  makePrivate(folder)
}
