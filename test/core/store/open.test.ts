// Opening a library: what is refused and how, what is checked, and what the disk may do to it.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { mount } from '../../helpers/mount.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, failureOf, tempStore } from './helpers.ts'

const child = join(import.meta.dirname, 'child.ts')
const libraryIn = (folder: string): string => join(folder, 'library.sqlite')

test('marks a new library by its application id', () => {
  const file = join(tempFolder(), 'library.sqlite')
  const store = openStore({ file })
  store.close()
  const header = readFileSync(file)
  expect(header.toString('latin1', 68, 72)).toBe('LbRm')
  expect(header.readUInt32BE(60)).toBe(migrations.at(-1)?.version)
  expect(readdirSync(join(file, '..'))).toEqual(['library.sqlite'])
})

test('uses a write-ahead log and foreign keys, and waits for the disk for annotations only', () => {
  const store = tempStore()
  const other = new Database(store.file)
  expect(other.pragma('journal_mode', { simple: true })).toBe('wal')
  other.close()
  const scanId = store.files.beginScan()
  const orphan = { path: '/a.jpg', sizeBytes: 1, modifiedAtMs: 1, problem: null, photoId: 99 as never }
  expect(failureOf(() => store.files.record(scanId, [orphan])).message).toMatch(/FOREIGN KEY/)
})

test('refuses a library of a newer version and leaves it unchanged', () => {
  const file = libraryIn(tempFolder())
  openStore({ file }).close()
  const db = new Database(file)
  db.pragma('user_version = 999990')
  db.close()
  const before = readFileSync(file)
  const { code, message } = failureOf(() => openStore({ file }))
  expect(code).toBe('library-newer')
  expect(message).toContain(`'${file}' was made by a newer Labelroom`)
  expect(message).toContain('Update Labelroom')
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('refuses the database of another program untouched, also with a pending log', () => {
  const folder = tempFolder()
  const file = libraryIn(folder)
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.exec('CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES (1)')
  const look = () => readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'))
  const before = look()
  const { code, message } = failureOf(() => openStore({ file }))
  expect(code).toBe('library-corrupt')
  expect(message).toContain(`'${file}' is not a Labelroom library and was left as it is`)
  expect(look()).toEqual(before)
  db.close()
})

test('refuses a file that is not a database untouched', () => {
  const file = libraryIn(tempFolder())
  writeFileSync(file, 'my diary, '.repeat(100))
  expect(failureOf(() => openStore({ file })).code).toBe('library-corrupt')
  expect(readFileSync(file, 'utf8')).toBe('my diary, '.repeat(100))
})

test('refuses a folder as the library', () => {
  const file = tempFolder()
  expect(failureOf(() => openStore({ file })).code).toBe('library-unwritable')
})

test('finds a damaged page after a kill and names the backup; leaves no log after a clean exit', async () => {
  const file = libraryIn(tempFolder())
  const store = openStore({ file })
  store.transaction(() => {
    for (let index = 0; index < 5000; index += 1) addPhoto(store, `photo ${index}`)
  })
  store.close()
  expect(existsSync(`${file}-wal`)).toBe(false)

  const writer = spawn(process.execPath, [child, 'confirm', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(writer.stdout, 'data')
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  expect(existsSync(`${file}-wal`)).toBe(true)

  const { size } = statSync(file)
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(8192, 0xa5), 0, 8192, Math.floor(size / 2 / 4096) * 4096)
  closeSync(descriptor)
  writeFileSync(`${file}.backup-v10`, '')
  const { code, message } = failureOf(() => openStore({ file }))
  expect(code).toBe('library-corrupt')
  expect(message).toContain(`'${file}' is damaged`)
  expect(message).toContain(`put the backup '${file}.backup-v10' in its place`)
})

test('fails with library-locked after waiting for another writer, and saves nothing by halves', async () => {
  const file = libraryIn(tempFolder())
  const store = openStore({ file, busyTimeoutMs: 200 })
  onTestFinished(() => store.close())
  const holder = spawn(process.execPath, [child, 'hold', file], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  const { code, message } = failureOf(() => addPhoto(store, 'a'))
  expect(code).toBe('library-locked')
  expect(message).toContain(file)
  holder.stdin.end()
  await once(holder, 'exit')
  expect(addPhoto(store, 'a')).toBeGreaterThan(0)
})

test('reports a full disk, keeps what was saved, and continues when there is space', () => {
  const folder = tempFolder()
  if (!mount('the test of a full disk', folder, ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs'])) return
  const store = openStore({ file: libraryIn(folder) })
  onTestFinished(() => store.close())
  const photoId = addPhoto(store, 'first')
  store.annotations.confirm([photoId], 'cat')
  writeFileSync(join(folder, 'other'), Buffer.alloc(2_000_000))
  const { code, message } = failureOf(() => {
    for (let index = 0; ; index += 1)
      store.annotations.confirm([photoId], `label ${index} ${'x'.repeat(2000)}`)
  })
  expect(code).toBe('disk-full')
  expect(message).toContain(libraryIn(folder))
  rmSync(join(folder, 'other'))
  store.annotations.confirm([photoId], 'dog')
  const other = new Database(libraryIn(folder), { readonly: true })
  expect(other.pragma('quick_check', { simple: true })).toBe('ok')
  const names = other.prepare("SELECT count(*) FROM label WHERE name IN ('cat', 'dog')").pluck().get()
  expect(names).toBe(2)
  other.close()
})

test('makes no library in a folder that cannot be written', () => {
  const folder = tempFolder()
  const mounted =
    mount('the test of a folder that cannot be written', folder, ['--bind', folder]) &&
    spawnSync('mount', ['-o', 'remount,ro,bind', folder]).status === 0
  if (!mounted) return
  for (const file of [join(folder, 'new.sqlite'), join(folder, 'deep', 'new.sqlite')]) {
    const { code, message } = failureOf(() => openStore({ file }))
    expect(code).toBe('library-unwritable')
    expect(message).toContain(file)
  }
})

test('shows two programs with one library open what the other one saved', () => {
  const store = tempStore()
  const id = addPhoto(store, 'shared')
  const output = execFileSync(process.execPath, [child, 'find', store.file, 'shared'], { encoding: 'utf8' })
  expect(Number(output)).toBe(id)
})
