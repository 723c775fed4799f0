// What the core tells without being asked.
import { z } from 'zod'
import { HistoryState, Settings } from './browse.ts'
import { DownloadProgress, Job, JobProgress, PhotoId, ScanProgress } from './domain.ts'
import { ExportProgress } from './exports.ts'
import { ImportProgress } from './imports.ts'
import { LearningProgress } from './learning.ts'

export const coreEvents = {
  /** At most ten a second per job, and once more when it ends. */
  'job.progress': JobProgress,
  /** The job changed its state: running, paused, cancelled, done, failed. */
  'job.changed': Job,
  /** At most ten a second, and once more when the scan ends. */
  'scan.progress': ScanProgress,
  /** Files, labels or suggestions changed; null: too many to name. At most ten a second. */
  'library.changed': z.object({ photoIds: z.array(PhotoId).nullable() }),
  'history.changed': HistoryState,
  'settings.changed': Settings,
  /** At most ten a second per download, and once more when all bytes are there. */
  'download.progress': DownloadProgress,
  /** At most ten a second per export, and once more when it ends. */
  'export.progress': ExportProgress,
  /** At most ten a second for each import with a `taskId`, and once more when a stage ends. */
  'import.progress': ImportProgress,
  /** At most ten a second for each call with a `taskId`. */
  'learning.progress': LearningProgress,
  /** Something the person should know that is no error, for example why a device was not used. */
  notice: z.object({ message: z.string() }),
} as const

export type CoreEventName = keyof typeof coreEvents
export type CoreEvents = { readonly [N in CoreEventName]: z.output<(typeof coreEvents)[N]> }
