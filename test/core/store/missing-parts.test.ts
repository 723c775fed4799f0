// A library that another program has changed: what it lacks is named with the file and the remedy, at the start and at use.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { checkLibrary } from '../../../electron/core/store/backups/examine.ts'
import { copyLibrary } from '../../../electron/core/store/backups/copy-library.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { listBackups } from '../../../electron/core/store/sqlite/backup-files.ts'
import { runCliHosted } from '../../helpers/cli.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, failureOf } from './helpers.ts'

/** A library that was closed, and how to change it as another program does. */
function setUp(folder = tempFolder()) {
  const file = path.join(folder, 'library.db')
  const options = { file, closedListFile: path.join(folder, 'closed-libraries.json') }
  const store = openStore(options)
  store.annotations.confirm([addPhoto(store, 'one')], 'mine')
  store.close()
  const change = (sql: string) => {
    const raw = new Database(file)
    raw.function('concept', { deterministic: true }, String)
    raw.exec(sql)
    raw.close()
  }
  return { folder, file, change, open: () => openStore(options) }
}

const copyRequest = (libraryFile: string) => ({
  libraryFile,
  ...{ nativeBinding: undefined, isOpenHere: false, folder: null, kept: 5, version: null },
  reason: 'user' as const,
})

test.each([
  ['DROP TABLE rules', 'no such table: rules'],
  ['DROP TABLE file_text', 'no such table: file_text'],
  ['PRAGMA foreign_keys = OFF; DROP TABLE photo', 'no such table: photo'],
  ['ALTER TABLE file DROP COLUMN created_at_ms', 'no such column: file.created_at_ms'],
  ['ALTER TABLE rules RENAME TO my_rules', 'no such table: rules'],
])('after %s it is refused at the start, and the file stays as it is', (sql, what) => {
  const { file, change, open } = setUp()
  change(sql)
  const before = readFileSync(file)
  const { code, message } = failureOf(open)
  expect({ code, message }).toMatchObject({
    code: 'library-corrupt',
    message: expect.stringContaining(
      `The library '${file}' is damaged (${what}). There is no backup;`,
    ) as string,
  })
  expect(readFileSync(file).equals(before)).toBe(true)
  expect(checkLibrary({ file, nativeBinding: undefined, isOpenHere: false }).damage).toBe(what)
})

test('a table that is dropped while the library is open is named at its first use, and again at the next start', async () => {
  const { file, change, open } = setUp()
  const { file: backup } = (await copyLibrary(copyRequest(file))) ?? { file: '' }
  const store = open()
  change('DROP TABLE rules')
  const atUse = failureOf(() => store.rules.get())
  expect(atUse.code).toBe('library-corrupt')
  expect(atUse.message).toBe(
    `The library '${file}' is damaged (no such table: rules). Move it away together with '${file}-wal' and '${file}-shm', and put the backup '${backup}' in its place.`,
  )
  store.close()
  expect(failureOf(open).message).toBe(atUse.message)
})

test.each(['SELECT nam FROM file', 'SELECT name FROM filee', 'INSERT INTO file (pat) VALUES (1)'])(
  'a mistake of ours, as in %s, is not called damage while the library lacks nothing',
  (sql) => {
    const { file, change } = setUp()
    const closedListFile = path.join(path.dirname(file), 'closed-libraries.json')
    const open = () => openLibrary({ file, closedListFile }, migrations)
    const db = open()
    const run = () => db.command(sql)()
    expect(failureOf(run)).toMatchObject({ code: 'internal' })
    change('DROP TABLE rules')
    expect(failureOf(run)).toMatchObject({
      code: 'library-corrupt',
      message: expect.stringContaining('(no such table: rules)') as string,
    })
    db.close()
  },
)

test('a lost part of the text index is damage, though the index itself is there', () => {
  const { file, open } = setUp()
  const raw = new Database(file)
  raw
    .unsafeMode()
    .exec("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'file_text_config'")
  raw.close()
  const atStart = failureOf(open)
  expect(atStart.code).toBe('library-corrupt')
  expect(atStart.message).toContain(`'${file}' is damaged (`)
})

test('nothing is backed up over good backups, or merged, of a library that lacks a table', async () => {
  const { file, change } = setUp()
  change('DROP TABLE rules')
  await expect(copyLibrary(copyRequest(file))).rejects.toMatchObject({ code: 'library-corrupt' })
  expect(listBackups(file, null)).toEqual([])
  const into = openStore({ file: path.join(tempFolder(), 'into.db') })
  const options = { roots: [], signal: new AbortController().signal, onProgress: () => undefined }
  await expect(into.merge.libraries([file], options)).rejects.toMatchObject({
    code: 'library-corrupt',
    message: expect.stringContaining(`'${file}' is damaged (no such table: rules)`) as string,
  })
  into.close()
})

test('an index that only makes queries faster may be missing', () => {
  const { file, change, open } = setUp()
  const raw = new Database(file, { readonly: true })
  const plain = raw.prepare("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE INDEX%'").pluck().get()
  raw.close()
  change(`DROP INDEX ${String(plain)}`)
  expect(() => {
    open().close()
  }).not.toThrow()
})

test('on the command line it is one sentence with exit code 3', async () => {
  const { folder, file, change } = setUp()
  change('DROP TABLE model_variant')
  const { code, stdout, stderr } = await runCliHosted(['models'], folder)
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
  expect(stderr).toMatch(
    new RegExp(`^labelroom: The library '${file}' is damaged \\(no such table: model_variant\\)\\. .+\\n$`),
  )
})
