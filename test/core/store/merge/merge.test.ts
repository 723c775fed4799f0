// Merging the libraries of shards: the whole library, once, also after a kill; and nothing that users said is lost.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../../electron/core/store/sqlite/open.ts'
import { openStore, type Store } from '../../../../electron/core/store/db.ts'
import type { Merged, MergeOptions } from '../../../../electron/core/store/merge/merge.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { contentsOf, makeLibrary, names, rowsOf } from './helpers.ts'

const folder = () => tempFolder()
const shards = [1, 2, 3]

/** The three shards of the library, closed; every test may have them, since nothing writes to them. */
function makeShards(): string[] {
  const place = folder()
  return shards.map((index) => {
    const file = join(place, `${index}.db`)
    makeLibrary(file, { shard: { index, count: 3 } }).store.close()
    return file
  })
}

async function merge(
  store: Store,
  files: readonly string[],
  roots: MergeOptions['roots'] = [],
): Promise<Merged> {
  const { signal } = new AbortController()
  return store.merge.libraries(files, { roots, signal, onProgress: () => undefined })
}

function openTarget(file = join(folder(), 'library.db')): Store {
  const store = openStore({ file })
  onTestFinished(() => {
    store.close()
  })
  return store
}

test('makes of shards what a job over all of it makes, with counts that add up', async () => {
  const whole = join(folder(), 'whole.db')
  makeLibrary(whole).store.close()
  const store = openTarget()
  const { libraries } = await merge(store, makeShards())
  const [expected, found] = [contentsOf(whole), contentsOf(store.file)]
  for (const part of ['files', 'outcomes', 'predictions', 'embeddings', 'folders'] as const)
    expect(found[part], part).toEqual(expected[part])
  expect(found.jobs).toHaveLength(3)
  const sum = (of: (library: Merged['libraries'][number]) => number) =>
    libraries.reduce((total, library) => total + of(library), 0)
  const { signal } = new AbortController()
  expect(await store.merge.counts(signal)).toEqual({
    files: 31,
    labelled: 26,
    failed: 4,
    skipped: 1,
    pending: 0,
  })
  expect([sum(({ files }) => files), sum(({ labelled }) => labelled), sum(({ failed }) => failed)]).toEqual([
    31, 26, 4,
  ])
  expect(libraries.map(({ shard, job, known }) => ({ shard, job, known }))).toEqual(
    shards.map((index) => ({ shard: { index, count: 3 }, job: 'done', known: 0 })),
  )
})

test('changes not a single row when the same libraries are merged again', async () => {
  const files = makeShards()
  const store = openTarget()
  await merge(store, files)
  const before = rowsOf(store.file)
  const again = await merge(store, files)
  expect(rowsOf(store.file)).toEqual(before)
  expect(again.libraries.map(({ files: all, known }) => all - known)).toEqual([0, 0, 0])
})

test.each(['matching 1', 'matching 4', 'matching 9', 'saving 1'])(
  'goes on after kill -9 at "%s", to the same library',
  async (point) => {
    const files = makeShards()
    const { store, idOf } = makeLibrary(join(folder(), 'own.db'), { wanted: names.slice(0, 4) })
    store.annotations.confirm([idOf(names[0] ?? '')], 'elk')
    store.close()
    const unbroken = openTarget()
    await merge(unbroken, [...files, store.file])
    const target = join(folder(), 'library.db')
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'child.ts'),
      target,
      point,
      ...files,
      store.file,
    ])
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    const resumed = openTarget(target)
    resumed.history.recover()
    await merge(resumed, [...files, store.file])
    expect(contentsOf(target)).toEqual(contentsOf(unbroken.file))
  },
  30_000,
)

test('keeps what users said in each library, and both sides of what they said otherwise', async () => {
  const [first = '', second = '', third = ''] = names
  const place = folder()
  const one = makeLibrary(join(place, 'one.db'), { wanted: names.slice(0, 5) })
  const two = makeLibrary(join(place, 'two.db'), { wanted: names.slice(0, 5) })
  one.store.annotations.confirm([one.idOf(first)], 'cat')
  one.store.annotations.confirm([one.idOf(second)], 'cat')
  one.store.annotations.confirm([one.idOf(third)], 'dog')
  one.store.close()
  await later()
  two.store.annotations.reject([two.idOf(first)], 'cat')
  two.store.annotations.confirm([two.idOf(second)], 'lynx')
  two.store.annotations.confirm([two.idOf(third)], 'dog')
  two.store.close()
  const store = openTarget()
  expect(await merge(store, [one.store.file, two.store.file])).toMatchObject({ photos: 3, conflicts: 2 })
  const ofPhoto = (name: string) => {
    const photoId = store.files.find(`/pictures/${name}`)?.photoId ?? (0 as never)
    return store.annotations
      .of([photoId])
      .get(photoId)
      ?.map(({ name: label, state }) => `${label} ${state}`)
  }
  expect(ofPhoto(first)).toEqual(['cat rejected'])
  expect(ofPhoto(second)).toEqual(['cat confirmed', 'lynx confirmed'])
  expect(ofPhoto(third)).toEqual(['dog confirmed'])
  const conflicts = store.merge.conflicts(10)
  expect(conflicts).toHaveLength(2)
  expect(conflicts).toContainEqual(
    expect.objectContaining({
      ...{ path: `/pictures/${first}`, label: 'cat', source: two.store.file, sourceState: 'rejected' },
      ...{ ownLabel: 'cat', ownState: 'confirmed', holds: 'source' },
    }),
  )
  expect(conflicts).toContainEqual(
    expect.objectContaining({ path: `/pictures/${second}`, label: 'lynx', ownLabel: 'cat', holds: 'both' }),
  )
  // The earlier one does not hold, whichever is merged first.
  const reversed = openTarget()
  await merge(reversed, [two.store.file, one.store.file])
  const said = (file: string) =>
    contentsOf(file).annotations.map((row) => ({ ...(row as object), at_ms: 'whenever it was said' }))
  expect(said(reversed.file)).toEqual(said(store.file))
  expect(reversed.merge.conflicts(10)).toContainEqual(
    expect.objectContaining({ path: `/pictures/${first}`, sourceState: 'confirmed', holds: 'own' }),
  )
})

test('is one step that undo takes back, with what was there before', async () => {
  const name = names[0] ?? ''
  const place = folder()
  const other = makeLibrary(join(place, 'other.db'), { wanted: [name] })
  const { store, idOf } = makeLibrary(join(place, 'library.db'), { wanted: [name] })
  onTestFinished(() => {
    store.close()
  })
  store.annotations.confirm([idOf(name)], 'cat')
  await later()
  other.store.annotations.reject([other.idOf(name)], 'cat')
  other.store.annotations.confirm([other.idOf(name)], 'dog')
  other.store.close()
  const before = contentsOf(store.file).annotations
  await merge(store, [other.store.file])
  const after = contentsOf(store.file).annotations
  expect(after).toHaveLength(2)
  expect(store.history.state().undo).toMatchObject({ kind: 'merge', name: 'other.db', photos: 1, labels: 2 })
  store.history.undo()
  expect(contentsOf(store.file).annotations).toEqual(before)
  store.history.redo()
  expect(contentsOf(store.file).annotations).toEqual(after)
})

test('finds photos under the paths of this machine, by the longest root', async () => {
  const place = folder()
  const a = makeLibrary(join(place, 'a.db'), { root: '/mnt/a/photos', wanted: names.slice(0, 3) })
  const b = makeLibrary(join(place, 'b.db'), { root: '/mnt/a/photos/more', wanted: names.slice(3, 6) })
  a.store.close()
  b.store.close()
  const store = openTarget()
  const files = [a.store.file, b.store.file]
  await expect(merge(store, files, [{ before: '/mnt/x', after: '/data' }])).rejects.toThrow(
    "No folder of these libraries is '/mnt/x' or lies in it.",
  )
  expect(store.files.counts().files).toBe(0)
  await merge(store, files, [
    { before: '/mnt/a', after: '/data' },
    { before: '/mnt/a/photos/more', after: '/more' },
  ])
  expect(store.folders.list().map(({ path }) => path)).toEqual(['/data/photos', '/more'])
  expect(store.files.find(`/data/photos/${names[0] ?? ''}`)?.photoId).toBeTypeOf('number')
  expect(store.files.find(`/more/${names[4] ?? ''}`)?.photoId).toBeTypeOf('number')
  expect(contentsOf(store.file).jobs).toContainEqual(
    expect.objectContaining({ request: expect.stringContaining('"folders":["/data/photos"]') as string }),
  )
})

test('adds heads as further versions, none of them in use, and names them so in what was judged by them', async () => {
  const place = folder()
  const files = ['one', 'two'].map((at, number) => {
    const { store, idOf } = makeLibrary(join(place, `${at}.db`), { wanted: names.slice(0, 5) })
    const variantId = store.models.lastUsed(null) ?? (0 as never)
    const head = store.heads.add({
      ...{ variantId, kind: 'linear', mode: 'single', classes: ['cat', at], dim: 4 },
      ...{ parameters: Float32Array.from({ length: 10 }, (_, i) => i + number) },
      ...{ photoIds: [idOf(names[0] ?? '')], verdicts: [], temperature: 1, l2: 1, seed: 0 },
      ...{ evaluation: 'none', metrics: null },
    })
    store.heads.promote(variantId, head.id, [
      { photoId: idOf(names[1] ?? ''), top: [{ label: at, score: 0.9 }] },
    ])
    store.annotations.confirm([idOf(names[1] ?? '')], at)
    store.close()
    return store.file
  })
  const store = openTarget()
  const { libraries } = await merge(store, files)
  expect(libraries.map(({ heads }) => heads)).toEqual([1, 1])
  const variantId = store.models.lastUsed(null) ?? (0 as never)
  expect(
    store.heads
      .list(variantId)
      .map(({ version, classes, isPromoted, trainedOn }) => [version, classes, isPromoted, trainedOn]),
  ).toEqual([
    [2, ['cat', 'two'], false, 1],
    [1, ['cat', 'one'], false, 1],
  ])
  expect(contentsOf(store.file).annotations).toMatchObject([
    { name: 'one', head_version: 1 },
    { name: 'two', head_version: 2 },
  ])
})

test('merges a library of an earlier version by a copy, and leaves it as it is', async () => {
  const file = join(folder(), 'old.db')
  const old = openLibrary(
    { file },
    migrations.filter(({ version }) => version <= 200),
  )
  old.exec(`INSERT INTO folder VALUES ('/pictures', 1); INSERT INTO scan VALUES (1, 1);
    INSERT INTO photo (id, content_hash, size_bytes) VALUES (1, zeroblob(32), 9);
    INSERT INTO file (path, photo_id, size_bytes, modified_at_ms, scan_id) VALUES ('/pictures/a.jpg', 1, 9, 1, 1);
    INSERT INTO label VALUES (1, 'cat'); INSERT INTO annotation (photo_id, label_id, state, at_ms) VALUES (1, 1, 'confirmed', 5)`)
  old.close()
  const bytes = readFileSync(file)
  const store = openTarget()
  await merge(store, [file])
  expect(contentsOf(store.file).annotations).toMatchObject([{ name: 'cat', state: 'confirmed', at_ms: 5 }])
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

test('refuses what it cannot merge with one sentence, before it merges anything', async () => {
  const [shard = ''] = makeShards()
  const place = folder()
  const [newer, text, damaged] = ['newer.db', 'text.db', 'damaged.db'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ]
  copyFileSync(shard, newer)
  const db = new Database(newer)
  db.pragma('user_version = 99990')
  db.close()
  writeFileSync(text, 'no library')
  const bytes = readFileSync(shard)
  bytes.fill(0xff, 4096 * 3, 4096 * 6)
  writeFileSync(damaged, bytes)
  const store = openTarget()
  await expect(merge(store, [shard, newer])).rejects.toThrow(
    `The library '${newer}' was made by a newer Labelroom`,
  )
  await expect(merge(store, [shard, text])).rejects.toThrow(
    `${text} is neither a library of Labelroom nor a backup of one.`,
  )
  await expect(merge(store, [shard, damaged])).rejects.toThrow(`The library '${damaged}' is damaged`)
  await expect(merge(store, [store.file])).rejects.toThrow('is the library itself')
  expect(store.files.counts().files).toBe(0)
})

test('counts a success of one library more than a failure of another, and the later of two successes', async () => {
  const name = names[0] ?? ''
  const place = folder()
  const one = makeLibrary(join(place, 'one.db'), { wanted: [name] })
  const two = makeLibrary(join(place, 'two.db'), { wanted: [name] })
  const db = new Database(two.store.file)
  db.exec(
    "UPDATE inference SET status = 'failed', reason = 'It is damaged.', at_ms = at_ms + 1000; DELETE FROM prediction",
  )
  db.close()
  one.store.close()
  two.store.close()
  for (const files of [
    [one.store.file, two.store.file],
    [two.store.file, one.store.file],
  ]) {
    const store = openTarget()
    await merge(store, files)
    expect(contentsOf(store.file).outcomes).toMatchObject([{ status: 'labelled' }])
    expect(contentsOf(store.file).predictions).toHaveLength(3)
  }
})

/** Until the clock shows another millisecond, so that one judgement is later than the other. */
async function later(): Promise<void> {
  const now = Date.now()
  while (Date.now() === now) await new Promise(setImmediate)
}

/** A closed library with ratings of two photos, and an open one to merge it into, which has 3 stars for the first photo. */
function makeRated() {
  const [name = '', other = ''] = names
  const place = folder()
  const sourceFile = join(place, 'source.db')
  const source = makeLibrary(sourceFile)
  source.store.ratings.set([source.idOf(name)], { stars: 5, flag: 'reject' })
  source.store.ratings.set([source.idOf(other)], { stars: 2 })
  source.store.close()
  const { store, idOf } = makeLibrary(join(place, 'own.db'))
  onTestFinished(() => {
    store.close()
  })
  store.ratings.set([idOf(name)], { stars: 3 })
  const own = () => {
    const found = store.ratings.own([idOf(name), idOf(other)])
    return [found.get(idOf(name)), found.get(idOf(other))]
  }
  return { place, store, sourceFile, own }
}
const rated = [
  { stars: 3, flag: 'reject' },
  { stars: 2, flag: null },
]

test('takes stars and flags over where this library has none, each for itself, and lists the others, also when merged again', async () => {
  const { store, sourceFile, own } = makeRated()
  expect(await merge(store, [sourceFile])).toMatchObject({ photos: 2, conflicts: 1 })
  const conflicts = [
    {
      ...{ about: 'stars', path: `/pictures/${names[0] ?? ''}`, source: sourceFile },
      ...{ sourceValue: 5, ownValue: 3 },
    },
  ]
  expect(store.merge.conflicts(10)).toEqual(conflicts)
  expect(await merge(store, [sourceFile])).toMatchObject({ photos: 0, conflicts: 0 })
  expect(own()).toEqual(rated)
  expect(store.merge.conflicts(10)).toEqual(conflicts)
})

test('takes of several libraries the stars and the flag of the first that has them, and lists those of the others', async () => {
  const { place, sourceFile } = makeRated()
  const [name = ''] = names
  const second = makeLibrary(join(place, 'second.db'))
  second.store.ratings.set([second.idOf(name)], { stars: 4, flag: 'pick' })
  second.store.close()
  const store = openTarget()
  expect(await merge(store, [sourceFile, second.store.file])).toMatchObject({ conflicts: 2 })
  const photoId = store.files.find(`/pictures/${name}`)?.photoId ?? (0 as never)
  expect(store.ratings.own([photoId]).get(photoId)).toEqual({ stars: 5, flag: 'reject' })
  expect(store.merge.conflicts(10)).toMatchObject([
    { about: 'flag', source: second.store.file, sourceValue: 1, ownValue: -1 },
    { about: 'stars', source: second.store.file, sourceValue: 4, ownValue: 5 },
  ])
})

test('takes stars and flags back with the merge, and keeps them through undo and redo of a step of before', async () => {
  const { store, sourceFile, own } = makeRated()
  await merge(store, [sourceFile])
  expect(own()).toEqual(rated)
  store.history.undo()
  expect(own()).toEqual([{ stars: 3, flag: null }, undefined])
  store.history.undo()
  expect(own()).toEqual([undefined, undefined])
  store.history.redo()
  store.history.redo()
  expect(own()).toEqual(rated)
})
