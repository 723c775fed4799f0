// Migrates a library to the schema of this program, step by step, with a backup before the first step.
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import type { Db } from './connection.ts'

export interface Migration {
  /** A multiple of 10, so that a fix can be put between two of them. */
  readonly version: number
  readonly up: (db: Db) => void
}

/** Copies a library of this version before it is migrated. Throws where that is not possible. */
export type BackUp = (file: string, version: number) => void

/** Returns the version of the library. Fails with `library-newer` for a library of a later program. */
export function assertKnownVersion(db: Db, migrations: readonly Migration[]): number {
  const version = Number(db.pragma('user_version'))
  const latest = migrations.at(-1)?.version ?? 0
  if (version > latest) {
    const message = msg(
      "The library '{{file}}' was made by a newer Labelroom (version {{version}}; this one knows up to {{latest}}). Update Labelroom to open it.",
      { file: db.file, version, latest },
    )
    throw new AppError('library-newer', message)
  }
  return version
}

/**
 * Applies the migrations that the library lacks, each in its own transaction together with its number: one that fails
 * leaves the library as it was. Fails with `library-newer` for a library of a later program.
 */
export function migrate(db: Db, migrations: readonly Migration[], backUp: BackUp | null): void {
  const version = assertKnownVersion(db, migrations)
  const pending = migrations.filter((migration) => migration.version > version)
  if (pending.length > 0 && version > 0) backUp?.(db.file, version)
  for (const { version: next, up } of pending) {
    db.transaction(() => {
      // Another program may have migrated while this one waited for the lock.
      if (Number(db.pragma('user_version')) >= next) return
      up(db)
      db.pragma(`user_version = ${next}`)
    })
  }
}
