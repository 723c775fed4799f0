// The events that the core emits.
import { z } from 'zod'
import { HistoryState } from './history.ts'
import { Settings } from './settings.ts'
import { DownloadProgress } from './models.ts'
import { Job, JobProgress } from './jobs.ts'
import { PhotoId } from './domain.ts'
import { ScanProgress } from './library.ts'
import { ExportProgress } from './exports.ts'
import { ImportProgress } from './imports.ts'
import { KeywordProgress, PendingKeywords } from './keywords.ts'
import { LearningProgress } from './learning.ts'
import { MoveProgress } from './moves.ts'
import { LabelRenames } from './renames.ts'
import { Message } from './message.ts'

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
  /** Labels are called otherwise; comes before the event about their photos. */
  'labels.renamed': LabelRenames,
  'settings.changed': Settings,
  /** At most ten a second per download, and once more when all bytes are there. */
  'download.progress': DownloadProgress,
  /** At most ten a second per export, and once more when it ends. */
  'export.progress': ExportProgress,
  /** At most ten a second for each import with a `taskId`, and once more when a stage ends. */
  'import.progress': ImportProgress,
  /** At most ten a second for each write of keywords with a `taskId`, and once more when it ends. */
  'keywords.progress': KeywordProgress,
  /** Where writing takes longer than a moment, and once more when all is written or has failed. */
  'keywords.pending': PendingKeywords,
  /** At most ten a second for each move with a `taskId`, for undo and redo, and once more when it ends. */
  'moves.progress': MoveProgress,
  /** At most ten a second for each call with a `taskId`. */
  'learning.progress': LearningProgress,
  /** Something the user should know that is not an error, for example why a device was not used. */
  notice: z.object({ message: Message }),
} as const

export type CoreEventName = keyof typeof coreEvents
export type CoreEvents = { readonly [N in CoreEventName]: z.output<(typeof coreEvents)[N]> }
