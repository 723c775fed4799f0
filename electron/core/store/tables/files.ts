// Files on disk as the last scan found them. A file that is not found is marked as missing, and keeps its row.
import type { Db } from '../sqlite/connection.ts'
import { createFileCounts } from './files-count.ts'
import { createPhotoFiles } from './files-of-photos.ts'
import { createFileReader } from './files-read.ts'
import { createFileScans } from './files-scan.ts'
import type { LabelSpellings } from './labels.ts'

export type Files = ReturnType<typeof createFiles>

export const createFiles = (db: Db, spellings: LabelSpellings) => ({
  ...createFileReader(db),
  ...createFileScans(db),
  ...createFileCounts(db),
  ...createPhotoFiles(db, spellings),
})
