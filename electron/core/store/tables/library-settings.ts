// Settings of a library, which belong to its photos and not to the machine, each as JSON.
import { z } from 'zod'
import type { Db } from '../sqlite/connection.ts'

export type LibrarySettings = ReturnType<typeof createLibrarySettings>

export function createLibrarySettings(db: Db) {
  const get = db.query(
    'SELECT value FROM library_setting WHERE name = @name',
    z.object({ value: z.string() }),
  )
  const put = db.command(
    `INSERT INTO library_setting (name, value) VALUES (@name, @value)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  )
  const version = db.query('SELECT sqlite_version() AS version', z.object({ version: z.string() }))
  const isUsed = db.query('SELECT count(*) AS folders FROM folder', z.object({ folders: z.int() }))
  return {
    /** Returns the JSON of a setting; null where it was never set. */
    get: (name: string): string | null => get.get({ name })?.value ?? null,
    put: (name: string, value: string): void => {
      put({ name, value })
    },
    sqliteVersion: (): string => version.get()?.version ?? '',
    /** Whether photos were ever added. */
    isUsed: (): boolean => (isUsed.get()?.folders ?? 0) > 0,
  }
}
