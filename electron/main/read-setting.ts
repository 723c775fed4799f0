// Reads a setting of the user where there is no core to ask, or where its answer must not depend on the page.
import { maxOwnFileBytes, readRegularSync } from '../common/open-file.ts'
import { Settings } from '../contract/settings.ts'

/** Returns null where the file is not there, or holds something else. */
export function readSetting<K extends keyof Settings>(settingsFile: string, key: K): Settings[K] | null {
  try {
    const text = readRegularSync(settingsFile, maxOwnFileBytes).toString()
    const settings = JSON.parse(text) as Partial<Settings> | null
    return Settings.shape[key].parse(settings?.[key]) as Settings[K]
  } catch {
    return null
  }
}
