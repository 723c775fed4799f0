// Brings a library to the schema of this program, step by step, with a backup before the first step.
import { AppError } from '../../contract/errors.ts'
import { backUp } from './backup.ts'
import type { Db } from './sqlite.ts'

export interface Migration {
  /** A multiple of 10, so that a fix can be put between two of them. */
  readonly version: number
  readonly up: (db: Db) => void
}

/**
 * Applies the migrations that the library lacks, each in its own transaction together with its number: one that fails
 * leaves the library as it was. Fails with `library-newer` for a library of a later program.
 */
export function migrate(db: Db, migrations: readonly Migration[]): void {
  const version = Number(db.pragma('user_version'))
  const latest = migrations.at(-1)?.version ?? 0
  if (version > latest) {
    const message =
      `The library '${db.file}' was made by a newer Labelroom (version ${version}; this one knows up to ${latest}). ` +
      'Update Labelroom to open it.'
    throw new AppError('library-newer', message)
  }
  const pending = migrations.filter((migration) => migration.version > version)
  if (pending.length > 0 && version > 0) backUp(db, version)
  for (const { version: next, up } of pending) {
    db.transaction(() => {
      // Another program may have migrated while this one waited for the lock.
      if (Number(db.pragma('user_version')) >= next) return
      up(db)
      db.pragma(`user_version = ${next}`)
    })
  }
}
