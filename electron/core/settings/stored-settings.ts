// The settings as a file keeps them: their defaults, and what is made of a file that is not sound.
import { maxOwnFileBytes, readRegularSync } from '../../common/open-file.ts'
import { Settings } from '../../contract/settings.ts'

export const defaultSettings: Settings = {
  theme: 'system',
  language: null,
  density: 'comfortable',
  tileSizePx: 180,
  keys: {},
  isLetterKeysNoted: false,
  isAutoAdvance: true,
  isScanAtStart: true,
  isNewLabelled: false,
  isUpdateCheckAllowed: false,
  isPausedOnBattery: true,
  labelMode: 'single',
  labelColors: {},
  pinnedLabels: [],
  savedSearches: [],
  defaultModel: null,
  backups: { isOn: true, folder: null, kept: 5 },
  keywordWriting: { target: 'sidecar', autoAbove: null, isAutomatic: false },
  lastExport: null,
}

/** Returns the settings as they are now, before there is a core; what cannot be read is as at first. */
export function readSettingsNow(file: string): Settings {
  try {
    return parseSettings(JSON.parse(readRegularSync(file, maxOwnFileBytes).toString())).settings
  } catch {
    return defaultSettings
  }
}

/** Parses each setting by itself: an invalid one falls back to its default, the others are kept. */
export function parseSettings(value: unknown): { settings: Settings; isSound: boolean } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { settings: defaultSettings, isSound: false }
  const found = value as Record<string, unknown>
  let isSound = true
  const entries = Object.entries(Settings.shape).map(([key, schema]) => {
    const fallback = defaultSettings[key as keyof Settings]
    if (!Object.hasOwn(found, key)) return [key, fallback]
    const parsed = schema.safeParse(found[key])
    isSound &&= parsed.success
    return [key, parsed.success ? parsed.data : fallback]
  })
  return { settings: Object.fromEntries(entries) as Settings, isSound }
}
