// The settings that belong to the photos: kept in the library, and taken over from the file of the machine once.
import { parseJson } from '../../common/parse-json.ts'
import { Settings } from '../../contract/settings.ts'
import type { Store } from '../store/db.ts'
import { defaultSettings } from './stored-settings.ts'

/** By their names in the library. */
const names = {
  labelColors: 'label-colors',
  savedSearches: 'saved-searches',
  keywordWriting: 'keyword-writing',
} as const
type LibraryKey = keyof typeof names
const keys = Object.keys(names) as LibraryKey[]

export const isOfLibrary = (key: string): key is LibraryKey => key in names

/**
 * Returns the settings with those of the library. Until version 0.1 they lay in the file, and were the same for every
 * library: one that holds photos and has none of its own starts with them.
 */
export function withLibrarySettings(store: Store, ofMachine: Settings): Settings {
  const isUsed = store.settings.isUsed()
  const own = keys.map((key) => {
    const schema = Settings.shape[key]
    const text = store.settings.get(names[key])
    const none = defaultSettings[key]
    if (text === null) return [key, isUsed ? ofMachine[key] : none]
    return [key, schema.safeParse(parseJson(text)).data ?? none]
  })
  return { ...ofMachine, ...(Object.fromEntries(own) as Pick<Settings, LibraryKey>) }
}

/** Saves those of the changes that belong to the library. */
export async function saveLibrarySettings(store: Store, changes: Partial<Settings>): Promise<void> {
  const own = keys.filter((key) => changes[key] !== undefined)
  if (own.length === 0) return
  await store.whenFree(() => {
    store.transaction(() => {
      for (const key of own) store.settings.put(names[key], JSON.stringify(changes[key]))
    })
  })
}
