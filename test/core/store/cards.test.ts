// What browsing added to the store: the migration of files, and plans of queries that run for every page or change.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { FileId } from '../../../electron/contract/domain.ts'
import { cardSql } from '../../../electron/core/store/tables/cards.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { saying } from '../../helpers/messages.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, tempStore } from './helpers.ts'

test('migration 0040 numbers files in the order of their paths and keeps their data', () => {
  const file = join(tempFolder(), 'library.sqlite')
  const old = migrations.filter(({ version }) => version < 40)
  openLibrary({ file }, old).close()
  const raw = new Database(file)
  raw.exec(`INSERT INTO scan VALUES (1, 1);
    INSERT INTO photo (id, content_hash, size_bytes) VALUES (1, zeroblob(32), 9);
    INSERT INTO file VALUES ('/p/b.jpg', 1, 9, 2.5, NULL, NULL, 1, NULL);
    INSERT INTO file VALUES ('/p/c.txt', NULL, 8, 3, 'skipped', 'no photo', 1, NULL);
    INSERT INTO file VALUES ('/p/a.jpg', 1, 9, 1.5, NULL, NULL, 1, 77)`)
  raw.close()
  const store = tempStore(file)
  expect(store.columns.files(1, 100)).toEqual({
    ids: [1, 2, 3],
    paths: ['/p/a.jpg', '/p/b.jpg', '/p/c.txt'],
    problems: [0, 0, 1],
  })
  expect(store.columns.fileDetails(1, 100)).toEqual({
    files: { ids: [1, 2, 3], photoIds: [1, 1, 0], modifiedAtMs: [1, 2, 3] },
    metadata: { fileIds: [], cameras: [], lenses: [], ratings: [], latitudes: [], longitudes: [] },
    keywords: { fileIds: [], names: [] },
  })
  expect(store.files.find('/p/a.jpg')).toMatchObject({ photoId: 1, modifiedAtMs: 1.5, missingSinceMs: 77 })
  expect(store.files.find('/p/c.txt')?.problem).toEqual({ kind: 'skipped', reason: saying('no photo') })
  store.search.catchUp(100)
  const [query = ''] = store.search.queriesOf('b')
  expect(store.search.filesWith(query, 0)).toEqual({ fileIds: [2], upTo: 3 })
  expect(store.search.filesWith(query, 2).fileIds).toEqual([])
})

test('shows a date beyond the calendar as the last valid one', () => {
  const store = tempStore()
  const record = {
    photoId: null,
    sizeBytes: 1,
    problem: { kind: 'failed', reason: verbatim('Broken.') },
  } as const
  store.files.record(store.files.beginScan(), [
    { ...record, path: '/p/a.jpg', modifiedAtMs: 1e16 },
    { ...record, path: '/p/b.jpg', modifiedAtMs: 2.5 },
  ])
  const ids = [1, 2].map((id) => FileId.parse(id))
  expect(store.cards.get(ids).map(({ dateMs }) => dateMs)).toEqual([8.64e15, 2])
})

test('never reuses the number of a forgotten file', () => {
  const store = tempStore()
  const photoId = addPhoto(store, 'a')
  addFiles(store, { '/p/a.jpg': photoId, '/p/b.jpg': photoId })
  store.files.forget({ from: '/p/b', to: '/p/c' }, 10)
  addFiles(store, { '/p/c.jpg': photoId })
  expect(store.columns.files(1, 100).ids).toEqual([1, 3])
})

test('reads pages of cards and changes by their keys', () => {
  const db = new Database(tempStore().file, { readonly: true })
  onTestFinished(() => void db.close())
  const scansOf = (sql: string) =>
    db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/@\w+/g, "'1'")}`)
      .all()
      .map(({ detail }) => detail)
      // The page's own list, and the variants, which are a handful.
      .filter((line) => line.startsWith('SCAN') && !/VIRTUAL TABLE|^SCAN v$/.test(line))
  const range = 'photo_id BETWEEN @from AND @to'
  for (const sql of [
    cardSql.files,
    cardSql.outcomes,
    'SELECT id, path FROM file WHERE id BETWEEN @from AND @to',
    'SELECT id, taken_at_ms FROM photo WHERE id BETWEEN @from AND @to AND taken_at_ms IS NOT NULL',
    `SELECT photo_id FROM annotation WHERE ${range}`,
    `SELECT photo_id FROM inference WHERE variant_id = @variantId AND ${range}`,
    `SELECT photo_id FROM prediction WHERE variant_id = @variantId AND ${range} ORDER BY photo_id, rank`,
    'DELETE FROM file WHERE id IN (SELECT id FROM file WHERE path >= @from AND path < @to LIMIT @limit)',
    'SELECT path FROM file WHERE photo_id = @photoId',
  ])
    expect({ sql, scans: scansOf(sql) }).toEqual({ sql, scans: [] })
})
