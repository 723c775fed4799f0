// The calls of the file system that move a file; tests put others in their place, such as those of another drive.
import { constants, renameSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'

export interface FileCalls {
  /** Within one drive; fails with `EXDEV` between two. Replaces what is there. */
  readonly rename: (from: string, to: string) => void
  /** Fails where the new name exists. */
  readonly copy: (from: string, to: string) => Promise<void>
  readonly remove: (file: string) => void
}

export const fileCalls: FileCalls = {
  rename: renameSync,
  // Node copies permissions, and on Windows and macOS all that belongs to the file.
  copy: (from, to) => copyFile(from, to, constants.COPYFILE_EXCL),
  remove: (file) => {
    rmSync(file)
  },
}
