// Copies of a library and their return: what is copied, what is verified, and what a restore replaces.
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { AppError } from '../../../electron/contract/errors.ts'
import { copyLibrary, type CopyRequest } from '../../../electron/core/store/backups/copy-library.ts'
import { checkLibrary } from '../../../electron/core/store/backups/examine.ts'
import { restoreLibrary } from '../../../electron/core/store/backups/restore-library.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, tempStore } from '../store/helpers.ts'

const requestFor = (libraryFile: string, change: Partial<CopyRequest> = {}): CopyRequest => ({
  ...{
    libraryFile,
    nativeBinding: undefined,
    isOpenHere: false,
    reason: 'daily',
    folder: null,
    kept: 5,
    version: null,
  },
  ...change,
})

async function copy(libraryFile: string, change: Partial<CopyRequest> = {}): Promise<string> {
  return (await copyLibrary(requestFor(libraryFile, change)))?.file ?? ''
}

const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as AppError,
  )

const restore = (libraryFile: string, backup: string) =>
  restoreLibrary({ ...requestFor(libraryFile), backup })

function confirmedIn(file: string): string[] {
  const db = new Database(file, { readonly: true })
  const names = db
    .prepare('SELECT name FROM annotation JOIN label ON label.id = label_id ORDER BY name')
    .pluck()
  const found = names.all() as string[]
  db.close()
  return found
}

function confirm(store: Store, ...names: string[]): void {
  for (const name of names) store.annotations.confirm([addPhoto(store, name)], name)
}

/** Overwrites pages in the middle of the file. */
function damage(file: string): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(8192, 0xa5), 0, 8192, Math.floor(statSync(file).size / 2 / 4096) * 4096)
  closeSync(descriptor)
}

/** A closed library with enough pages for damage, and these labels. */
function closedLibrary(...names: string[]): string {
  const file = join(tempFolder(), 'library.db')
  const store = openStore({ file })
  store.transaction(() => {
    for (let index = 0; index < 3000; index += 1) addPhoto(store, `photo ${index}`)
  })
  confirm(store, ...names)
  store.close()
  return file
}

test('a copy holds what was saved last, is one private file, and says how many labels are in it', async () => {
  const store = tempStore(join(tempFolder(), 'library.db'))
  confirm(store, 'ant', 'bee')
  const backup = await copyLibrary(requestFor(store.file))
  expect(backup).toMatchObject({ reason: 'daily', labels: 2 })
  const file = backup?.file ?? ''
  expect(confirmedIn(file)).toEqual(['ant', 'bee'])
  expect(readdirSync(dirname(file))).toHaveLength(1)
  expect(backup?.sizeBytes).toBe(statSync(file).size)
  expect(checkLibrary({ file, nativeBinding: undefined, isOpenHere: false })).toMatchObject({
    photos: 2,
    labels: 2,
    damage: null,
  })
  if (process.platform === 'win32') return
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
})

test('keeps the newest of the daily copies and of the others, each in their own number', async () => {
  const store = tempStore(join(tempFolder(), 'library.db'))
  const made: string[] = []
  for (const reason of ['user', 'daily', 'import', 'daily', 'import', 'daily'] as const) {
    made.push(await copy(store.file, { reason, kept: 2 }))
  }
  const kept = readdirSync(dirname(made[0] ?? '')).map((name) => name.split('-')[1])
  expect(kept).toEqual(['import', 'daily', 'import', 'daily'])
})

test('two libraries of one name have their backups apart in a folder for all', async () => {
  const folder = tempFolder()
  const [first, second] = [closedLibrary('ant'), closedLibrary('bee')]
  const backups = [await copy(first, { folder, kept: 1 }), await copy(second, { folder, kept: 1 })]
  expect(backups.map(confirmedIn)).toEqual([['ant'], ['bee']])
})

test('a damaged library gives no backup, and the one before stays', async () => {
  const file = closedLibrary('ant')
  const before = await copy(file, { kept: 1 })
  damage(file)
  const { code, message } = await failure(copyLibrary(requestFor(file, { kept: 1 })))
  expect(code).toBe('library-corrupt')
  expect(message).toContain(`put the backup '${before}' in its place`)
  expect(readdirSync(dirname(before))).toHaveLength(1)
})

test('a library whose index has lost a photo gives no backup', async () => {
  const library = closedLibrary('ant')
  const db = new Database(library)
  const page = db.prepare("SELECT pageno FROM dbstat WHERE name = 'photo_identity' AND pagetype = 'leaf'")
  const index = page.pluck().get() as number
  db.close()
  const descriptor = openSync(library, 'r+')
  writeSync(descriptor, Buffer.from([0xa5]), 0, 1, index * 4096 - 10)
  closeSync(descriptor)
  expect((await failure(copy(library))).code).toBe('library-corrupt')
})

test('a restored library is as the backup was, and what it was before is kept', async () => {
  const file = closedLibrary('ant')
  const backup = await copy(file)
  const store = openStore({ file })
  confirm(store, 'bee')
  store.close()
  const replaced = await restore(file, backup)
  expect(confirmedIn(file)).toEqual(['ant'])
  expect(confirmedIn(replaced ?? '')).toEqual(['ant', 'bee'])
  openStore({ file }).close()
})

test('no backup is restored while another program has the library open', async () => {
  const file = closedLibrary('ant')
  const backup = await copy(file)
  const store = openStore({ file })
  onTestFinished(() => store.close())
  confirm(store, 'bee')
  expect((await failure(restore(file, backup))).code).toBe('library-locked')
  expect(confirmedIn(file)).toEqual(['ant', 'bee'])
})

test('a damaged library is moved aside, and its log with it', async () => {
  const file = closedLibrary('ant')
  const backup = await copy(file)
  damage(file)
  writeFileSync(`${file}-wal`, 'left by a killed program')
  const damaged = readFileSync(file)
  const replaced = (await restore(file, backup)) ?? ''
  expect(confirmedIn(file)).toEqual(['ant'])
  expect(readdirSync(dirname(file))).toEqual(['backups', 'library.db'])
  // Only the header says that the log is gone.
  expect(readFileSync(replaced).subarray(100).equals(damaged.subarray(100))).toBe(true)
})

test('a backup that is damaged, of a later program, or no backup at all changes nothing', async () => {
  const file = closedLibrary('ant')
  const before = readFileSync(file)
  const later = await copy(file)
  const db = new Database(later)
  db.pragma('user_version = 999990')
  db.close()
  const damaged = await copy(file, { reason: 'user' })
  damage(damaged)
  const other = join(dirname(file), 'diary.txt')
  writeFileSync(other, 'my diary, '.repeat(100))
  for (const [backup, code] of [
    [later, 'library-newer'],
    [damaged, 'library-corrupt'],
    [other, 'bad-request'],
    [join(dirname(file), 'nowhere.db'), 'not-found'],
  ] as const) {
    const refusal = await failure(restore(file, backup))
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(backup) as string })
  }
  expect(readFileSync(file).equals(before)).toBe(true)
})
