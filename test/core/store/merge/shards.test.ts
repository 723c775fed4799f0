// Merges of many shards: what is missing of each division, also by what was merged before, and room for one copy alone.
import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { MissingShards } from '../../../../electron/contract/imports.ts'
import { migrations } from '../../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../../electron/core/store/sqlite/open.ts'
import { openStore, type Store } from '../../../../electron/core/store/db.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'
import { contentsOf, makeLibrary } from './helpers.ts'

function openTarget(file = join(tempFolder(), 'library.db')): Store {
  const store = openStore({ file })
  onTestFinished(() => {
    store.close()
  })
  return store
}

function makeShard(index: number, count: number, more: { root?: string; isEnded?: boolean } = {}): string {
  const file = join(tempFolder(), `${index}-of-${count}.db`)
  makeLibrary(file, { shard: { index, count }, ...more }).store.close()
  return file
}

async function missing(store: Store, files: readonly string[]): Promise<MissingShards[]> {
  const options = { roots: [], signal: new AbortController().signal, onProgress: () => undefined }
  return (await store.merge.libraries(files, options)).missingShards
}

test('counts the parts that were merged before', async () => {
  const store = openTarget()
  const division = { folders: ['/pictures'], model: 'tiny', precision: 'fp32', count: 4 }
  expect(await missing(store, [makeShard(1, 4), makeShard(3, 4)])).toEqual([{ ...division, missing: [2, 4] }])
  expect(await missing(store, [makeShard(2, 4)])).toEqual([{ ...division, missing: [4] }])
  expect(await missing(store, [makeShard(4, 4)])).toEqual([])
})

test('counts the parts of the library that others are merged into', async () => {
  const own = makeShard(1, 2)
  expect(await missing(openTarget(own), [makeShard(2, 2)])).toEqual([])
})

test('tells divisions of other folders or another number apart, and leaves out those that this merge is not about', async () => {
  const store = openTarget()
  expect(
    await missing(store, [makeShard(1, 2), makeShard(2, 3), makeShard(2, 2, { root: '/mnt/pictures' })]),
  ).toMatchObject([
    { count: 2, folders: ['/pictures'], missing: [2] },
    { count: 3, folders: ['/pictures'], missing: [1, 3] },
    { count: 2, folders: ['/mnt/pictures'], missing: [1] },
  ])
  expect(await missing(store, [makeShard(2, 2)])).toEqual([])
})

test('counts a part as missing whose job had not ended when it was merged', async () => {
  const store = openTarget()
  // It is told apart that its job has not ended.
  expect(await missing(store, [makeShard(1, 2, { isEnded: false })])).toMatchObject([{ missing: [2] }])
  expect(await missing(store, [makeShard(2, 2)])).toMatchObject([{ missing: [1] }])
})

test('keeps the end of a job where an earlier copy of its library is merged later', async () => {
  const [early, late] = [join(tempFolder(), 'early.db'), join(tempFolder(), 'late.db')]
  const { store: source } = makeLibrary(late, { shard: { index: 1, count: 1 }, isEnded: false })
  source.close()
  copyFileSync(late, early)
  const goesOn = openStore({ file: late })
  const [job] = goesOn.jobs.list()
  if (job !== undefined) goesOn.jobs.update(job.id, { state: 'done' })
  goesOn.close()
  for (const files of [
    [early, late],
    [late, early],
  ]) {
    const store = openTarget()
    await missing(store, files)
    expect(contentsOf(store.file).jobs).toMatchObject([{ state: 'done' }])
  }
})

test('has one copy of a library of an earlier version at a time, and none at the end', async () => {
  const files = ['a', 'b', 'c'].map((name) => {
    const file = join(tempFolder(), `${name}.db`)
    const old = openLibrary(
      { file },
      migrations.filter(({ version }) => version <= 200),
    )
    old.exec(`INSERT INTO folder VALUES ('/${name}', 1); INSERT INTO scan VALUES (1, 1);
      INSERT INTO file (path, size_bytes, modified_at_ms, scan_id) VALUES ('/${name}/a.jpg', 9, 1, 1)`)
    old.close()
    return file
  })
  const store = openTarget()
  const temporary = tempFolder()
  vi.stubEnv('TMPDIR', temporary)
  vi.stubEnv('TEMP', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const seen = new Set<number>()
  const onProgress = (_: string, done: number) => {
    // Before that, they are only checked.
    if (done > 0) seen.add(readdirSync(temporary).length)
  }
  await store.merge.libraries(files, { roots: [], signal: new AbortController().signal, onProgress })
  expect(store.files.counts().files).toBe(3)
  expect([...seen]).toEqual([1])
  expect(readdirSync(temporary)).toEqual([])
})
