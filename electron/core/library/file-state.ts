// How the file system describes a file, by which one that was changed or replaced is told from one that was not.
import type { Stats } from 'node:fs'

export interface FileState {
  readonly sizeBytes: number
  /** With the fraction that the file system gives, so that two quick edits differ. */
  readonly modifiedAtMs: number
  /** The number that the file system gives the file; null where it is not known. */
  readonly inode: number | null
  /** Null where it is not known. */
  readonly createdAtMs: number | null
  /** When the file system last noted anything of it: content, name, rights, links. Null where it is not known. */
  readonly changedAtMs: number | null
}

/** Of a file that could not be looked at. */
export const unknownState: FileState = {
  sizeBytes: 0,
  modifiedAtMs: 0,
  inode: null,
  createdAtMs: null,
  changedAtMs: null,
}

export const stateOfFile = ({ size, mtimeMs, ino, birthtimeMs, ctimeMs }: Stats): FileState => ({
  sizeBytes: size,
  modifiedAtMs: mtimeMs,
  inode: ino,
  createdAtMs: birthtimeMs,
  changedAtMs: ctimeMs,
})

/**
 * Whether a file is the one that was read. Size and date are not enough: photos of one size and one date that change
 * their names with each other, as uncompressed ones from an archive may, would keep each other's labels. Another file in
 * the place has another number or, where that of a deleted file is given again, was created later; and it was noted later.
 * One of both alone tells nothing: some drives number their files anew each time; rights, hard links and what a cloud does
 * with a file are noted too. So bytes that are written over a file with the size and the date of the old ones are not seen.
 */
export function isSameState(known: FileState, now: FileState): boolean {
  if (known.sizeBytes !== now.sizeBytes || known.modifiedAtMs !== now.modifiedAtMs) return false
  const isNotedLater = known.changedAtMs !== null && known.changedAtMs !== now.changedAtMs
  const isAnother = known.inode !== now.inode || known.createdAtMs !== now.createdAtMs
  return !isNotedLater || !isAnother
}
