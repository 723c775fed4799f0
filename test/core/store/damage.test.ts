// Damage that came while no Labelroom had the library open is found before anything is written to it.
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../../electron/core/store/db.ts'
import { isAsClosed, noteClosed } from '../../../electron/core/store/sqlite/closed-stamps.ts'
import { openTestCore } from '../../helpers/core.ts'
import { english } from '../../../electron/texts/message.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, failureOf } from './helpers.ts'

const pageBytes = 4096

/** A library of some megabytes that was closed, and the list in which that is noted. */
function setUp() {
  const folder = tempFolder()
  const file = path.join(folder, 'library.db')
  const options = { file, closedListFile: path.join(folder, 'closed-libraries.json') }
  const store = openStore(options)
  store.transaction(() => {
    for (let number = 0; number < 5000; number++) addPhoto(store, `photo ${number}`)
  })
  store.close()
  return { options, file, open: () => openStore(options) }
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, bytes, 0, bytes.length, at)
  closeSync(descriptor)
}

/** A page of a table or an index, as SQLite itself names it. */
function leafPage(file: string, name: string): number {
  const db = new Database(file, { readonly: true })
  const pages = db.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'")
  const page = pages.pluck().get(name) as number
  db.close()
  return page
}

/** One byte of a key by which photos are found. */
const damageIndex = (file: string): void => {
  overwrite(file, leafPage(file, 'photo_identity') * pageBytes - 10, Buffer.from([0xa5]))
}

const lastPage = (file: string): number => statSync(file).size / pageBytes - 1
const damages: Readonly<Record<string, (file: string) => void>> = {
  'a zeroed page in the middle': (file) => {
    overwrite(file, Math.floor(lastPage(file) / 2) * pageBytes, Buffer.alloc(pageBytes))
  },
  'noise over two pages': (file) => {
    overwrite(file, Math.floor(lastPage(file) / 3) * pageBytes, Buffer.alloc(2 * pageBytes, 0xa5))
  },
  'the header of the last page': (file) => {
    overwrite(file, lastPage(file) * pageBytes, Buffer.alloc(8, 0xff))
  },
  'a missing end': (file) => {
    truncateSync(file, (lastPage(file) - 3) * pageBytes)
  },
  'half a page at the end': (file) => {
    truncateSync(file, lastPage(file) * pageBytes + 100)
  },
  // What only a comparison of tables with their indices finds.
  'one byte of a key in an index': (file) => {
    damageIndex(file)
  },
  'the old date on damaged content': (file) => {
    const { atime, mtime } = statSync(file)
    overwrite(file, Math.floor(lastPage(file) / 2) * pageBytes, Buffer.alloc(pageBytes, 0x5a))
    utimesSync(file, atime, mtime)
  },
}

test.each(Object.keys(damages))('%s is found, and the file stays as it is', (name) => {
  const { file, open } = setUp()
  damages[name]?.(file)
  const before = readFileSync(file)
  const { code, message } = failureOf(open)
  expect({ code, message }).toMatchObject({
    code: 'library-corrupt',
    message: expect.stringContaining(`'${file}' is damaged`) as string,
  })
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a library that came from elsewhere is read once, and is known when it was closed', () => {
  const { options, file, open } = setUp()
  expect(isAsClosed(options.closedListFile, file)).toBe(true)
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  expect(isAsClosed(options.closedListFile, copy)).toBe(false)
  openStore({ ...options, file: copy }).close()
  expect([file, copy].map((name) => isAsClosed(options.closedListFile, name))).toEqual([true, true])
  const store = open()
  addPhoto(store, 'one more')
  expect(isAsClosed(options.closedListFile, file) && statSync(`${file}-wal`).size === 0).toBe(false)
  store.close()
  expect(isAsClosed(options.closedListFile, file)).toBe(true)
})

test('a library that is as it was closed is not read whole at each start', () => {
  const { options, file, open } = setUp()
  damages['the header of the last page']?.(file)
  noteClosed(options.closedListFile, file)
  expect(() => {
    open().close()
  }).not.toThrow()
})

test('a library that was refused is refused the next time too', () => {
  const { file, open } = setUp()
  // The number of free pages in the header.
  overwrite(file, 39, Buffer.from([32]))
  for (const time of ['first', 'second'])
    expect({ time, code: failureOf(open).code }).toEqual({ time, code: 'library-corrupt' })
})

test('a large library opens before it is read whole, and nothing is written to it once damage is found', async () => {
  const { options, file } = setUp()
  damageIndex(file)
  const store = openStore({ ...options, checksLaterFromBytes: 1 })
  addPhoto(store, 'before the check')
  expect(store.isUnchecked).toBe(true)
  store.close()
  // Unchecked still, since nobody has checked it.
  expect(isAsClosed(options.closedListFile, file)).toBe(false)

  const { core, client } = openTestCore(path.dirname(file), {
    isBackedUpDaily: true,
    checksLaterFromBytes: 1,
  })
  const notice = new Promise<string>((resolve) => {
    core.events.subscribe('notice', ({ message }) => resolve(english(message)))
  })
  expect(await notice).toContain(`'${file}' is damaged`)
  await expect(client.rules.set({ rules: {} })).rejects.toMatchObject({ code: 'library-corrupt' })
  expect(await client.rules.get({})).toMatchObject({ perLabel: [] })
})

test('a large library that is sound is known as such once it was checked', async () => {
  const { options, file } = setUp()
  writeFileSync(options.closedListFile, '[]')
  const settings = { isBackedUpDaily: true, checksLaterFromBytes: 1 }
  const { client, close } = openTestCore(path.dirname(file), settings)
  // After the check of the library, since there is one at a time.
  await client.backups.check({ file: null })
  await client.rules.set({ rules: { minScore: 0.5 } })
  await close()
  expect(isAsClosed(options.closedListFile, file)).toBe(true)
})

test.each([
  ...[
    'annotation',
    'photo_rating',
    'rules',
    'history_change',
    'history_rating',
    'history_keywords',
    'history_move',
  ],
  ...['file_move', 'head_example', 'head_promotion'],
])('the table %s is checked before a large library opens', (table) => {
  const { options, file } = setUp()
  overwrite(file, (leafPage(file, table) - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5))
  expect(failureOf(() => openStore({ ...options, checksLaterFromBytes: 1 })).code).toBe('library-corrupt')
})
