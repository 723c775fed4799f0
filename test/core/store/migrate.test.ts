// Migrations: each one, the chain, and the backup before it.
import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { copyLibrary } from '../../../electron/core/store/backups/copy-library.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { listBackups } from '../../../electron/core/store/sqlite/backup-files.ts'
import type { Migration } from '../../../electron/core/store/sqlite/migrate.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { connect, type Db } from '../../../electron/core/store/sqlite/connection.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { failureOf } from './helpers.ts'

function schemaOf(file: string): unknown[] {
  const db = new Database(file, { readonly: true })
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  db.close()
  return schema
}

function versionOf(file: string): unknown {
  const db = new Database(file, { readonly: true })
  const version = db.pragma('user_version', { simple: true })
  db.close()
  return version
}

function open(file: string, list: readonly Migration[]): Db {
  const db = openLibrary({ file }, list)
  onTestFinished(() => db.close())
  return db
}

const step = (version: number, sql: string): Migration => ({ version, up: (db) => db.exec(sql) })
const first = step(10, 'CREATE TABLE note (text TEXT NOT NULL) STRICT')
const second = step(20, 'ALTER TABLE note ADD COLUMN stars INTEGER NOT NULL DEFAULT 3')

test('numbers migrations in tens, each above the one before', () => {
  const versions = migrations.map(({ version }) => version)
  expect(versions.filter((version) => version % 10 !== 0)).toEqual([])
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b))
})

test('migration 0010 creates STRICT tables that enforce their constraints', () => {
  const db = open(join(tempFolder(), 'library.sqlite'), migrations.slice(0, 1))
  const raw = new Database(db.file)
  onTestFinished(() => void raw.close())
  const tables = raw
    .prepare(
      "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all() as { name: string; strict: number }[]
  expect(tables.map(({ name }) => name)).toEqual(
    [
      'annotation',
      'embedding',
      'file',
      'folder',
      'inference',
      'job',
      'label',
      'model',
      'model_variant',
    ].concat(['photo', 'prediction', 'scan']),
  )
  expect(tables.filter(({ strict }) => strict === 0)).toEqual([])
  expect(() => raw.exec("INSERT INTO photo (content_hash, size_bytes) VALUES (x'00', 1)")).toThrow(/CHECK/)
  expect(() => raw.exec("INSERT INTO label (name) VALUES ('cat'), ('cat')")).toThrow(/UNIQUE/)
  expect(() => raw.exec("INSERT INTO annotation VALUES (1, 1, 'suggested', NULL, NULL, 0)")).toThrow(/CHECK/)
})

test('migrates step by step to the schema of a new library', () => {
  const folder = tempFolder()
  const grown = join(folder, 'grown.sqlite')
  for (let count = 1; count <= migrations.length; count += 1) {
    openLibrary({ file: grown }, migrations.slice(0, count)).close()
  }
  const fresh = join(folder, 'fresh.sqlite')
  openLibrary({ file: fresh }, migrations).close()
  expect(schemaOf(grown)).toEqual(schemaOf(fresh))
})

/** A library of the version before this one, with one confirmed label. */
function oldLibrary(): string {
  const file = join(tempFolder(), 'library.sqlite')
  const old = openLibrary({ file }, migrations.slice(0, -1))
  old.exec(`INSERT INTO photo (content_hash, size_bytes) VALUES (zeroblob(32), 1);
    INSERT INTO label (name) VALUES ('mine');
    INSERT INTO annotation (photo_id, label_id, state, at_ms) VALUES (1, 1, 'confirmed', 0)`)
  old.close()
  return file
}

test('copies the library with its whole content before a migration, into a file that is a library too', () => {
  const file = oldLibrary()
  expect(listBackups(file, null)).toEqual([])
  openStore({ file }).close()
  const backups = listBackups(file, null)
  expect(backups).toMatchObject([{ reason: 'migration', labels: 1 }])
  const backup = backups[0]?.file ?? ''
  expect(dirname(backup)).toBe(join(dirname(file), 'backups'))
  expect(readdirSync(dirname(backup))).toEqual([basename(backup)])
  expect(versionOf(backup)).toBe(migrations.at(-2)?.version)
  expect(readFileSync(backup).toString('latin1', 68, 72)).toBe('LbRm')
  openStore({ file: backup }).close()
})

test('keeps as many backups as the user wants when it migrates, and those of earlier versions among them', () => {
  const file = oldLibrary()
  for (const version of [20, 30, 40]) {
    copyFileSync(file, `${file}.backup-v${version}`)
    utimesSync(`${file}.backup-v${version}`, version, version)
  }
  openStore({ file, backups: { folder: null, kept: 2 } }).close()
  expect(listBackups(file, null)).toMatchObject([
    { reason: 'migration', labels: 1 },
    { file: `${file}.backup-v40`, labels: null },
  ])
})

test('makes no backup of a library that another program has migrated meanwhile', async () => {
  const file = oldLibrary()
  openLibrary({ file }, migrations).close()
  const version = migrations.at(-2)?.version ?? 0
  const request = {
    libraryFile: file,
    nativeBinding: undefined,
    isOpenHere: false,
    folder: null,
    kept: 1,
    version,
  }
  expect(await copyLibrary({ ...request, reason: 'migration' })).toBeNull()
  expect(readdirSync(join(dirname(file), 'backups'))).toEqual([])
})

test('does not migrate a library that cannot be backed up', () => {
  const file = oldLibrary()
  const before = readFileSync(file)
  // A file where the folder would be.
  writeFileSync(join(dirname(file), 'backups'), '')
  const { code, message } = failureOf(() => openStore({ file }))
  expect(code).toBe('output-unwritable')
  expect(message).toContain(join(dirname(file), 'backups'))
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('leaves the library unchanged when a migration fails', () => {
  const file = join(tempFolder(), 'library.sqlite')
  openLibrary({ file }, [first]).close()
  const broken: Migration = {
    version: 20,
    up: (db) => {
      second.up(db)
      throw new Error('broken migration')
    },
  }
  expect(() => openLibrary({ file }, [first, broken])).toThrow('broken migration')
  const db = open(file, [first])
  expect(db.pragma('user_version')).toBe(10)
  db.exec("INSERT INTO note VALUES ('still two columns fewer')")
})

test('waits for the disk only in transactions of durably()', () => {
  const db = open(join(tempFolder(), 'library.sqlite'), [first])
  expect(db.pragma('synchronous')).toBe(1)
  expect(db.durably(() => db.pragma('synchronous'))).toBe(2)
  expect(() =>
    db.durably(() => {
      throw new Error('rolled back')
    }),
  ).toThrow('rolled back')
  expect(db.pragma('synchronous')).toBe(1)
  expect(() => db.transaction(() => db.durably(() => 1))).toThrow(/would not be durable/)
})

test('reports an invalid statement as an internal error', () => {
  const db = connect({ file: join(tempFolder(), 'library.sqlite') })
  onTestFinished(() => db.close())
  expect(failureOf(() => db.exec('SELEKT')).code).toBe('internal')
})

test('a library whose number was changed to an older one is called damaged, and left without a migration or a backup', () => {
  for (const version of [0, ...migrations.slice(0, -1).map((migration) => migration.version)]) {
    const file = join(tempFolder(), 'library.db')
    openStore({ file }).close()
    const raw = new Database(file)
    raw.pragma(`user_version = ${version}`)
    raw.close()
    const { code, message } = failureOf(() => openStore({ file }))
    expect({ version, code, message }).toMatchObject({
      code: 'library-corrupt',
      message: expect.stringContaining(
        `is damaged (its version is ${version}, and it holds what later versions add)`,
      ) as string,
    })
    expect(versionOf(file)).toBe(version)
    expect(listBackups(file, null)).toEqual([])
  }
})
