// What the file system says of a file: tells one that was changed or replaced from one that was not.
import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { z } from 'zod'

export const FileStamp = z.object({
  sizeBytes: z.int().nonnegative(),
  /** With the file system's fraction of a millisecond, so that two quick edits differ. */
  modifiedAtMs: z.number(),
  /** The file system's number of the file; null where it is not known. */
  inode: z.number().nullable(),
  /** The system's number of the drive. Null where it is not known: drives get other numbers at each start, so it is not stored. */
  device: z.number().nullable(),
  /** Null where it is not known. */
  createdAtMs: z.number().nullable(),
  /** When content, name, permissions or links last changed (ctime). Null where it is not known. */
  changedAtMs: z.number().nullable(),
})
export type FileStamp = Readonly<z.infer<typeof FileStamp>>

/** Of a file that cannot be examined. */
export const unknownStamp: FileStamp = {
  sizeBytes: 0,
  modifiedAtMs: 0,
  inode: null,
  device: null,
  createdAtMs: null,
  changedAtMs: null,
}

export const stampOf = ({ size, mtimeMs, ino, dev, birthtimeMs, ctimeMs }: Stats): FileStamp => ({
  sizeBytes: size,
  modifiedAtMs: mtimeMs,
  inode: ino,
  device: dev,
  createdAtMs: birthtimeMs,
  changedAtMs: ctimeMs,
})

/** The stamp alone, of a record that has other fields too. */
export const pickStamp = ({
  sizeBytes,
  modifiedAtMs,
  inode,
  device,
  createdAtMs,
  changedAtMs,
}: FileStamp): FileStamp => ({ sizeBytes, modifiedAtMs, inode, device, createdAtMs, changedAtMs })

/**
 * Whether two stamps are of the same, unchanged file. Size and modification time are not enough: photos of one size and
 * one date that swap their names, as uncompressed ones from an archive may, would get each other's labels. Another file
 * under the same path has another inode or, where a deleted file's inode is used again, a later creation time; and its
 * ctime is later. Neither is enough alone: some drives number their files anew at each mount, and permissions, hard links
 * and cloud clients change the ctime. So new bytes that are written over a file and then given its old size and date are
 * not noticed.
 */
export function isSameStamp(known: FileStamp, now: FileStamp): boolean {
  if (known.sizeBytes !== now.sizeBytes || known.modifiedAtMs !== now.modifiedAtMs) return false
  const isChangedLater = known.changedAtMs !== null && known.changedAtMs !== now.changedAtMs
  const isAnotherDrive = known.device !== null && now.device !== null && known.device !== now.device
  const isAnotherFile = isAnotherDrive || known.inode !== now.inode || known.createdAtMs !== now.createdAtMs
  return !isChangedLater || !isAnotherFile
}

/** Whether the file at `path` is still the one with the stamp `known`; false where it cannot be examined. */
export async function isUnchanged(path: string, known: FileStamp): Promise<boolean> {
  const now = await stat(path).catch(() => null)
  return now !== null && isSameStamp(known, stampOf(now))
}
