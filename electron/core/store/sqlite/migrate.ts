// Migrates a library to the schema of this program, step by step, with a backup before the first step.
import { z } from 'zod'
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

/** Tables with their columns, and indexes. */
const partsOf = (db: Db): Set<string> =>
  new Set(
    db
      .query(
        `SELECT owner.name || '.' || part.name AS part
         FROM sqlite_schema AS owner, pragma_table_info(owner.name) AS part WHERE owner.type = 'table'
         UNION SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`,
        z.object({ part: z.string() }),
      )
      .all()
      .map(({ part }) => part),
  )

/**
 * Whether the library holds what only versions after its own make: then its number was changed, and migrating it would make
 * tables a second time. `empty` is a database without tables.
 */
export function holdsLaterParts(db: Db, migrations: readonly Migration[], empty: Db): boolean {
  // In one transaction: another program may be migrating it.
  const { version, parts } = db.transaction(() => ({
    version: Number(db.pragma('user_version')),
    parts: partsOf(db),
  }))
  for (const { up } of migrations.filter((migration) => migration.version <= version)) up(empty)
  const own = partsOf(empty)
  for (const { up } of migrations.filter((migration) => migration.version > version)) up(empty)
  return [...partsOf(empty)].some((part) => !own.has(part) && parts.has(part))
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
