// The calls about the preferences of the user on this machine.
import { z } from 'zod'
import { maxPinnedLabels } from '../common/pinned-labels.ts'
import { BackupSettings } from './backups.ts'
import { PhotoFilter } from './browse.ts'
import { list, texts } from './bounded.ts'
import { ExportChoices } from './exports.ts'
import { KeywordWriting } from './keywords.ts'
import { emptyObject, rpc } from './rpc.ts'

/** Preferences of the user on this machine, the same for every library but for colours, searches and how keywords are written, which it keeps itself. */
export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  /** Null follows the system. */
  language: z.enum(['en', 'zh-CN']).nullable(),
  density: z.enum(['comfortable', 'compact']),
  tileSizePx: z.int().min(64).max(512),
  /** Action to key, where it differs from the standard. */
  keys: texts(1000),
  /** Whether the notice was shown that own keys which are letters start no search in the review. */
  isLetterKeysNoted: z.boolean(),
  isAutoAdvance: z.boolean(),
  /** The app rescans all folders when it starts, and so finds new, changed and moved photos. */
  isScanAtStart: z.boolean(),
  /** Photos that come into the folders while the app runs are labelled with the default model. */
  isNewLabelled: z.boolean(),
  /** The app may ask at its start whether there is a newer version. */
  isUpdateCheckAllowed: z.boolean(),
  /** A labelling job waits while a laptop runs on its battery, where the host knows that: in the app. */
  isPausedOnBattery: z.boolean(),
  labelMode: z.enum(['single', 'multi']),
  /** Label to the number of its colour, `1` to `8`. */
  labelColors: texts(1000),
  /** For the digit keys, in order. */
  pinnedLabels: list(z.string(), { max: maxPinnedLabels }),
  /** Filters of the library that the user kept, by name. */
  savedSearches: list(z.object({ name: z.string(), filter: PhotoFilter }), { max: 100 }),
  /** The model that labels when none is chosen: `NAME@VERSION`, or its name alone. Null is the best one that is installed. */
  defaultModel: z.string().nullable(),
  backups: BackupSettings,
  keywordWriting: KeywordWriting,
  /** Null before the first export. */
  lastExport: ExportChoices.nullable(),
})
export type Settings = z.infer<typeof Settings>

export const settingsContract = {
  get: rpc(emptyObject, Settings),
  /** Changes the named ones and keeps the others. */
  set: rpc(Settings.partial(), Settings),
} as const
