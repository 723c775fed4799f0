// Migrations: each one, the chain, and the backup before it.
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { listBackups } from '../../../electron/core/store/backup-list.ts'
import { backUp } from '../../../electron/core/store/backup.ts'
import type { Migration } from '../../../electron/core/store/migrate.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/open.ts'
import { connect, type Db } from '../../../electron/core/store/sqlite.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { failureOf } from './helpers.ts'

function schemaOf(file: string): unknown[] {
  const db = new Database(file, { readonly: true })
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all()
  db.close()
  return schema
}

function open(file: string, list: readonly Migration[]): Db {
  const db = openLibrary({ file }, list)
  onTestFinished(() => db.close())
  return db
}

const step = (version: number, sql: string): Migration => ({ version, up: (db) => db.exec(sql) })
const first = step(10, 'CREATE TABLE note (text TEXT NOT NULL) STRICT')
const second = step(20, 'ALTER TABLE note ADD COLUMN stars INTEGER NOT NULL DEFAULT 3')

test('migrations go up in tens', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => (index + 1) * 10))
})

test('0010 makes tables that are all STRICT and keep their rules', () => {
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

test('a library that grew step by step has the schema of a new one', () => {
  const folder = tempFolder()
  const grown = join(folder, 'grown.sqlite')
  for (let count = 1; count <= migrations.length; count += 1) {
    openLibrary({ file: grown }, migrations.slice(0, count)).close()
  }
  const fresh = join(folder, 'fresh.sqlite')
  openLibrary({ file: fresh }, migrations).close()
  expect(schemaOf(grown)).toEqual(schemaOf(fresh))
})

test('before a migration the library is copied, with everything in it', () => {
  const file = join(tempFolder(), 'library.sqlite')
  const old = openLibrary({ file }, [first])
  expect(listBackups(file)).toEqual([])
  old.exec("INSERT INTO note VALUES ('mine')")
  old.close()

  open(file, [first, second])
  expect(listBackups(file)).toEqual([`${file}.backup-v10`])
  const backup = new Database(`${file}.backup-v10`, { readonly: true })
  onTestFinished(() => void backup.close())
  expect(backup.prepare('SELECT * FROM note').all()).toEqual([{ text: 'mine' }])
  expect(backup.pragma('user_version', { simple: true })).toBe(10)
  // A backup can be put in the place of the library: it is a library too.
  expect(readFileSync(`${file}.backup-v10`).toString('latin1', 68, 72)).toBe('LbRm')
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('programs that open an old library at once leave each other alone, and the backup is of the old version', () => {
  const file = join(tempFolder(), 'library.sqlite')
  openLibrary({ file }, [first]).close()
  const db = connect({ file })
  onTestFinished(() => db.close())
  const backup = `${file}.backup-v10`
  /** Another program opens it at a moment of our copying. */
  const meanwhile = (moment: 'before' | 'after', work: () => void): Db => ({
    ...db,
    command: (sql) => (values) => {
      if (moment === 'before') work()
      const changes = db.command(sql)(values)
      if (moment === 'after') work()
      return changes
    },
  })
  writeFileSync(`${backup}.part`, 'half')
  utimesSync(`${backup}.part`, 1, 1)
  backUp(
    meanwhile('after', () => backUp(db, 10)),
    10,
  )
  backUp(
    meanwhile('before', () => openLibrary({ file }, [first, second]).close()),
    10,
  )
  const copy = new Database(backup, { readonly: true })
  onTestFinished(() => void copy.close())
  expect(copy.pragma('user_version', { simple: true })).toBe(10)
  expect(readdirSync(dirname(file)).filter((name) => name.includes('backup'))).toEqual([basename(backup)])
})

test('the newest three backups are kept', () => {
  const file = join(tempFolder(), 'library.sqlite')
  const list = [10, 20, 30, 40, 50, 100].map((version) =>
    step(version, `CREATE TABLE t${version} (a INTEGER) STRICT`),
  )
  for (let count = 1; count <= list.length; count += 1) openLibrary({ file }, list.slice(0, count)).close()
  expect(listBackups(file)).toEqual([50, 40, 30].map((version) => `${file}.backup-v${version}`))
})

test('a migration that fails leaves the library as it was', () => {
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

test('durably() waits for the disk only for its own transaction', () => {
  const db = open(join(tempFolder(), 'library.sqlite'), [first])
  expect(db.pragma('synchronous')).toBe(1)
  expect(db.durably(() => db.pragma('synchronous'))).toBe(2)
  expect(() =>
    db.durably(() => {
      throw new Error('taken back')
    }),
  ).toThrow('taken back')
  expect(db.pragma('synchronous')).toBe(1)
  expect(() => db.transaction(() => db.durably(() => 1))).toThrow(/would not be durable/)
})

test('a mistake in a statement is told as ours', () => {
  const db = connect({ file: join(tempFolder(), 'library.sqlite') })
  onTestFinished(() => db.close())
  expect(failureOf(() => db.exec('SELEKT')).code).toBe('internal')
})
