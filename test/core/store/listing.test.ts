// Lists: order, pages, states, and the plans of the queries behind them.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { PhotoFile } from '../../../electron/contract/photos.ts'
import type { Store } from '../../../electron/core/store/db.ts'
import { pageSql } from '../../../electron/core/store/tables/listing.ts'
import { annotationSql } from '../../../electron/core/store/tables/annotations-read.ts'
import { suggestionSql } from '../../../electron/core/store/tables/suggestions.ts'
import { libraryPath } from '../../../electron/common/library-path.ts'
import { folderRange } from '../../../electron/core/files/paths.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import type { VariantId } from '../../../electron/core/store/tables/model-variants.ts'
import { english, verbatim } from '../../../electron/texts/message.ts'
import { addFiles, addPhoto, addVariant, labelled, tempStore } from './helpers.ts'

function listAll(store: Store, folder: string, limit = 2): PhotoFile[] {
  const files: PhotoFile[] = []
  const variantId = store.models.lastUsed(null)
  for (;;) {
    if (files.length > 100) throw new Error('the pages do not end')
    const after = files.at(-1)?.path ?? null
    const page = store.listing.page({ root: folder, variantId, after, limit, topK: 2, withRejected: false })
    if (page.length === 0) return files
    files.push(...page)
  }
}

test('lists each file under the folder once, in the byte order of the paths', () => {
  const store = tempStore()
  const photoId = addPhoto(store, 'a')
  const inside = [
    '/p/a/1.jpg',
    '/p/a-b.jpg',
    '/p/a.jpg',
    '/p/Z.jpg',
    '/p/\u{ff5e}.jpg',
    '/p/\u{1f600}.jpg',
    '/p/é.jpg',
  ]
  const outside = ['/p.jpg', '/p0/a.jpg', '/pa.jpg', '/o/p/a.jpg', '/p-a/b.jpg']
  addFiles(store, Object.fromEntries([...inside, ...outside].map((path) => [path, photoId])))
  const sorted = inside.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(listAll(store, '/p').map(({ path }) => path)).toEqual(sorted)
  expect(listAll(store, '/p/').map(({ path }) => path)).toEqual(sorted)
  expect(listAll(store, '/')).toHaveLength(inside.length + outside.length)
})

test('gives every file exactly one status, with its reason', () => {
  const store = tempStore()
  const { variantId, jobId } = addVariant(store)
  const [good, bad, mine, fresh] = ['good', 'bad', 'mine', 'fresh'].map((content) => addPhoto(store, content))
  if (!good || !bad || !mine || !fresh) throw new Error('no photos')
  const scanId = addFiles(store, {
    '/p/good': good,
    '/p/copy': good,
    '/p/bad': bad,
    '/p/mine': mine,
    '/p/fresh': fresh,
  })
  const noPhoto = { photoId: null, sizeBytes: 0, modifiedAtMs: 0 }
  store.files.record(scanId, [
    { ...noPhoto, path: '/p/text', problem: { kind: 'skipped', reason: verbatim('no photo') } },
    { ...noPhoto, path: '/p/empty', problem: { kind: 'failed', reason: verbatim('empty') } },
  ])
  store.predictions.saveBatch(variantId, jobId, [
    labelled(good, ['cat', 'dog', 'cow']),
    { status: 'failed', photoId: bad, reason: verbatim('broken') },
    { status: 'failed', photoId: mine, reason: verbatim('broken') },
  ])
  store.annotations.confirm([mine], 'pet')
  const states = listAll(store, '/p').map(({ path, status, reason, labels }) => [
    path,
    status,
    reason === null ? null : english(reason),
    labels.length,
  ])
  expect(states).toEqual([
    ['/p/bad', 'failed', 'broken', 0],
    ['/p/copy', 'labelled', null, 2],
    ['/p/empty', 'failed', 'empty', 0],
    ['/p/fresh', 'pending', null, 0],
    ['/p/good', 'labelled', null, 2],
    ['/p/mine', 'labelled', null, 1],
    ['/p/text', 'skipped', 'no photo', 0],
  ])
  expect(store.files.counts('/p')).toEqual({
    files: 7,
    photos: 4,
    skipped: 1,
    failed: 1,
    missing: 0,
    notHere: 0,
  })
  expect(store.files.counts('/elsewhere').files).toBe(0)
})

test('shows the labels of the last run of each photo where no model is named', () => {
  const store = tempStore()
  const [old, young] = [addVariant(store, 'v1'), addVariant(store, 'v2')]
  const [a, b, c] = [addPhoto(store, 'a'), addPhoto(store, 'b'), addPhoto(store, 'c')]
  addFiles(store, { '/p/a': a, '/p/b': b, '/p/c': c })
  store.predictions.saveBatch(old.variantId, old.jobId, [labelled(a, ['cat']), labelled(b, ['dog'])])
  store.predictions.saveBatch(young.variantId, young.jobId, [
    labelled(b, ['fox']),
    { status: 'failed', photoId: a, reason: verbatim('broken') },
  ])
  const page = (variantId: VariantId | 'latest' | null) =>
    store.listing
      .page({ root: '/p', variantId, after: null, limit: 9 })
      .map(({ status, labels }) => [status, ...labels.map(({ name }) => name)])
  expect(page('latest')).toEqual([['labelled', 'cat'], ['labelled', 'fox'], ['pending']])
  expect(page(young.variantId)).toEqual([['failed'], ['labelled', 'fox'], ['pending']])
  expect(page(null)).toEqual([['pending'], ['pending'], ['pending']])
})

test('reads ranges of keys and no whole table in the hot queries', () => {
  const db = new Database(tempStore(join(tempFolder(), 'library.sqlite')).file, { readonly: true })
  onTestFinished(() => void db.close())
  const explain = (sql: string): string =>
    db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll(/@\w+/g, "'1'")}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n')
  const plans = {
    files: explain(pageSql.files),
    ofPhotos: explain(pageSql.ofPhotos),
    annotations: explain(annotationSql.ofPhotos),
    model: explain(suggestionSql.model),
    head: explain(suggestionSql.head),
    file: explain('SELECT * FROM file WHERE path = @path'),
    photo: explain('SELECT id FROM photo WHERE content_hash = @hash AND size_bytes = @size'),
    state: explain('SELECT * FROM inference WHERE variant_id = @v AND photo_id = @p'),
    unfinished: explain("SELECT id FROM job WHERE request = @r AND state IN ('running', 'paused', 'failed')"),
  }
  for (const [name, plan] of Object.entries(plans)) {
    // The page's own list of photo ids is read as a whole, and so are the variants (v), which are a handful.
    const scans = plan
      .split('\n')
      .filter((line) => line.startsWith('SCAN') && !/VIRTUAL TABLE|^SCAN v$/.test(line))
    expect({ name, scans }).toEqual({ name, scans: [] })
  }
  expect(plans.files).toContain('SEARCH f USING INDEX sqlite_autoindex_file_1 (path>? AND path<?)')
  expect(plans.files).toContain('SEARCH i USING PRIMARY KEY (variant_id=? AND photo_id=?)')
  expect(plans.model).toContain('SEARCH p USING PRIMARY KEY (variant_id=? AND photo_id=?)')
  expect(plans.head).toContain('SEARCH p USING PRIMARY KEY (variant_id=? AND photo_id=?)')
  expect(plans.annotations).toContain('SEARCH a USING PRIMARY KEY (photo_id=?)')
  // A photo's few variants may be sorted; the files may not.
  expect(plans.files.split('CORRELATED')[0]).not.toContain('TEMP B-TREE')
  expect(plans.unfinished).toContain('job_unfinished')
})

test('spells a path in one way, and makes a folder a range of paths', () => {
  expect(libraryPath('/a/../b/')).toBe('/b')
  expect(folderRange('/')).toEqual({ from: '/', to: '0' })
  expect(folderRange('/a/b/')).toEqual({ from: '/a/b/', to: '/a/b0' })
})
