// What a library is made of, compared with what its migrations make: another program may have changed it.
import { z } from 'zod'
import { connect, type Db, type DbOptions } from './connection.ts'
import type { Migration } from './migrate.ts'

/** An index that only makes queries faster: without it a library is whole. */
const plainIndex = 'index: '

/** The version of a library, and its parts, named as SQLite names what it misses: tables, their columns, indexes. */
function partsOf(db: Db): { readonly version: number; readonly parts: ReadonlySet<string> } {
  // One statement sees one moment: another program may be migrating the library.
  const rows = db
    .query(
      `SELECT 'table: ' || name AS part, user_version AS version FROM sqlite_schema, pragma_user_version WHERE type = 'table'
       UNION ALL SELECT 'column: ' || owner.name || '.' || part.name, user_version
         FROM sqlite_schema AS owner, pragma_table_info(owner.name) AS part, pragma_user_version WHERE owner.type = 'table'
       UNION ALL SELECT iif(sql LIKE 'CREATE UNIQUE %', 'unique index: ', '${plainIndex}') || name, user_version
         FROM sqlite_schema, pragma_user_version WHERE type = 'index' AND sql IS NOT NULL`,
      z.object({ part: z.string(), version: z.int() }),
    )
    .all()
  return { version: rows[0]?.version ?? 0, parts: new Set(rows.map(({ part }) => part)) }
}

/** Compares the parts of a library with those that the migrations up to its version make, and with those of all. */
function compare<T>(
  db: Db,
  migrations: readonly Migration[],
  look: (parts: ReadonlySet<string>, own: ReadonlySet<string>, readLatest: () => ReadonlySet<string>) => T,
): T {
  const { version, parts } = partsOf(db)
  const empty = connect({ file: ':memory:', nativeBinding: db.nativeBinding })
  try {
    for (const { up } of migrations.filter((migration) => migration.version <= version)) up(empty)
    return look(parts, partsOf(empty).parts, () => {
      for (const { up } of migrations.filter((migration) => migration.version > version)) up(empty)
      return partsOf(empty).parts
    })
  } finally {
    empty.close()
  }
}

/** Returns what the library lacks, such as `no such table: photo`; null where nothing is missing. */
export const findMissingPart = (db: Db, migrations: readonly Migration[]): string | null =>
  compare(db, migrations, (parts, own) => {
    const missing = [...own].find((part) => !parts.has(part) && !part.startsWith(plainIndex))
    return missing === undefined ? null : `no such ${missing}`
  })

/** Opens the file as it is; a statement that names what the library lacks and should have fails with `library-corrupt`. */
export function connectLibrary(options: DbOptions, migrations: readonly Migration[]): Db {
  const db = connect(options)
  let isLooking = false
  db.onMissingPart((found) => {
    // The look itself names nothing but what is there, unless its parts are missing.
    if (isLooking) return found
    isLooking = true
    try {
      return findMissingPart(db, migrations)
    } finally {
      isLooking = false
    }
  })
  return db
}

/**
 * Whether the library holds what only versions after its own make: then its number was changed, and migrating it would make
 * tables a second time.
 */
export const holdsLaterParts = (db: Db, migrations: readonly Migration[]): boolean =>
  compare(db, migrations, (parts, own, readLatest) =>
    [...readLatest()].some((part) => !own.has(part) && parts.has(part)),
  )
