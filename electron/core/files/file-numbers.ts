// Whether two looks at the file system saw one file, and whether it was left alone in between.
import type { BigIntStats } from 'node:fs'

/** Whether these are one file: a hard link, or another spelling on a drive that ignores case. */
export const isSameFile = (a: BigIntStats, b: BigIntStats): boolean => a.ino !== 0n && haveOneNumber(a, b)

/** Some network drives on Windows number all files 0. */
const haveOneNumber = (a: BigIntStats, b: BigIntStats): boolean => a.ino === b.ino && a.dev === b.dev

/** Whether it is the file that was checked before, not written to since. */
export const isUntouched = (before: BigIntStats, now: BigIntStats): boolean =>
  haveOneNumber(before, now) &&
  before.size === now.size &&
  before.mtimeNs === now.mtimeNs &&
  before.ctimeNs === now.ctimeNs
