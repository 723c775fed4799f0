// Which shard a file is in: the same on every machine, one for all files of a shot, and every file in exactly one.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { countFiles, scanFolder } from '../../../electron/core/library/scan.ts'
import { scanLibrary, ingestFolders } from '../../../electron/core/library/ingest.ts'
import { shardOf } from '../../../electron/core/library/shard.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

test('depends on the path alone, as sha256sum and a calculator have it', () => {
  // printf %s 'trip/IMG_0001' | sha256sum | head -c 12, which is 11d4385c5a69
  expect(shardOf('trip/IMG_0001.jpg', 64)).toBe((Number.parseInt('11d4385c5a69', 16) % 64) + 1)
})

test('keeps the files of one shot together, and other names apart from them', () => {
  const shot = ['a/x.jpg', 'a/x.JPG', 'a/x.cr3', 'a/x.mov', 'a/x.xmp', 'a/x.jpg.xmp', 'a/x.txt', 'a/x']
  expect(new Set(shot.map((name) => shardOf(name, 100_000))).size).toBe(1)
  expect(shardOf('a/v1.2.jpg', 100_000)).toBe(shardOf('a/v1.2.xmp', 100_000))
  const others = ['b/x.jpg', 'a/x.1.jpg', 'a/y.jpg']
  for (const name of others) expect(shardOf(name, 100_000)).not.toBe(shardOf('a/x.jpg', 100_000))
  expect(shardOf('caf\u00e9/a.jpg', 100_000)).toBe(shardOf('cafe\u0301/a.jpg', 100_000))
})

test('puts about as many files into each shard', () => {
  const sizes = Array.from({ length: 8 }, () => 0)
  for (let at = 0; at < 8000; at++) {
    const shard = shardOf(`DCIM/IMG_${at}.jpg`, 8) - 1
    sizes[shard] = (sizes[shard] ?? 0) + 1
  }
  expect(Math.min(...sizes)).toBeGreaterThan(900)
  expect(Math.max(...sizes)).toBeLessThan(1100)
})

async function setUp(): Promise<string> {
  const folder = path.join(tempFolder(), 'photos')
  for (const at of [1, 2, 3, 4, 5, 6, 7, 8, 9])
    await writePhoto(path.join(folder, `day ${at % 2}/${at}.jpg`), at)
  await writeFile(path.join(folder, 'notes.txt'), 'no photo')
  await mkdir(path.join(folder, 'empty'))
  return folder
}

test('divides a folder so that every file is in exactly one shard, and counts the same files', async () => {
  const folder = await setUp()
  const all = await collect(scanFolder(folder))
  const found: string[] = []
  for (const index of [1, 2, 3]) {
    const shard = { index, count: 3 }
    const files = await collect(scanFolder(folder, undefined, { shard }))
    found.push(...files.map(({ path: file }) => file))
    let counted = { files: 0, photos: 0 }
    for await (const count of countFiles(folder, undefined, shard)) counted = count
    expect(counted.files).toBe(files.length)
  }
  expect(found.sort()).toEqual(all.map(({ path: file }) => file).sort())
  expect(found).toHaveLength(10)
})

test('marks as missing only what the shard holds', async () => {
  const folder = await setUp()
  const store = openStore({ file: path.join(tempFolder(), 'library.db') })
  await scanLibrary(store, [folder])
  for (const at of [1, 2, 3, 4, 5, 6, 7, 8, 9]) await rm(path.join(folder, `day ${at % 2}/${at}.jpg`))
  const shard = { index: 1, count: 3 }
  await collect(ingestFolders(store, [folder], undefined, { shard }))
  const gone = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((at) => shardOf(`day ${at % 2}/${at}.jpg`, 3) === 1)
  expect(gone.length).toBeGreaterThan(0)
  expect(store.files.counts()).toMatchObject({ missing: gone.length })
  store.close()
})
