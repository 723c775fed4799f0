// 0130: libraries whose photos are known by the SHA-256 of a file go on without being read again, also after kills.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { stampOf } from '../../../electron/common/file-stamp.ts'
import { learnKeys } from '../../../electron/core/identity/learn.ts'
import { ingestFolders } from '../../../electron/core/library/ingest.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { exifSegment, segment, withSegments } from '../../helpers/image-bytes.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { collect, photoAt, tempStore } from './helpers.ts'

const jpegOf = (background: string, width = 40, height = 30) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer()
const keyword = segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>')

/** A library of version 120 with these files, each labelled with its own name. */
function oldLibrary(
  files: Readonly<Record<string, Buffer>>,
  isSeen = true,
): { folder: string; file: string } {
  const folder = tempFolder()
  const file = join(tempFolder(), 'library.sqlite')
  openLibrary(
    { file },
    migrations.filter(({ version }) => version < 130),
  ).close()
  const raw = new Database(file)
  raw.exec('INSERT INTO scan VALUES (1, 1)')
  raw.prepare('INSERT INTO folder VALUES (?, 1)').run(folder)
  for (const [at, [name, bytes]] of Object.entries(files).entries()) {
    const id = at + 1
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const hash = createHash('sha256').update(bytes).digest()
    const [widthPx, heightPx] = isSeen ? [40, 30] : [null, null]
    raw
      .prepare('INSERT INTO photo (id, content_hash, size_bytes, width_px, height_px) VALUES (?, ?, ?, ?, ?)')
      .run(id, hash, bytes.length, widthPx, heightPx)
    const { sizeBytes, modifiedAtMs, inode, createdAtMs, changedAtMs } = stampOf(statSync(path))
    raw
      .prepare(
        `INSERT INTO file (path, photo_id, size_bytes, modified_at_ms, inode, created_at_ms, changed_at_ms, scan_id)
         VALUES (?, ?, ?, ?, ?, ?, ?, 1)`,
      )
      .run(path, id, sizeBytes, modifiedAtMs, inode, createdAtMs, changedAtMs)
    raw.prepare('INSERT INTO label VALUES (?, ?)').run(id, name)
    raw
      .prepare("INSERT INTO annotation (photo_id, label_id, state, at_ms) VALUES (?, ?, 'confirmed', 1)")
      .run(id, id)
  }
  raw.close()
  return { folder, file }
}

function reopen({ folder, file }: { folder: string; file: string }) {
  const store = tempStore(file)
  const path = (name: string) => join(folder, name)
  const photoOf = (name: string) => photoAt(store, path(name))
  const labelsOf = (name: string) =>
    (store.annotations.of([photoOf(name)]).get(photoOf(name)) ?? []).map(
      ({ name: label, isChanged }) => `${label}${isChanged ? ', changed' : ''}`,
    )
  return { store, path, photoOf, labelsOf, scan: () => collect(ingestFolders(store, [folder])) }
}

test('reads no file that is as it was, and knows one by its old hash that was touched, and learns its image', async () => {
  const jpeg = await jpegOf('red')
  const old = oldLibrary({ 'as it was.jpg': jpeg, 'touched.jpg': withSegments(jpeg, exifSegment(1)) })
  const { store, path, photoOf, labelsOf, scan } = reopen(old)
  utimesSync(path('touched.jpg'), 1, 1)
  await scan()
  expect([photoOf('as it was.jpg'), photoOf('touched.jpg')]).toEqual([1, 2])
  expect([
    store.photos.isUnlearned(photoOf('as it was.jpg')),
    store.photos.isUnlearned(photoOf('touched.jpg')),
  ]).toEqual([true, false])
  // From now on it is known by its image.
  writeFileSync(path('touched.jpg'), withSegments(jpeg, keyword))
  await scan()
  expect([photoOf('touched.jpg'), labelsOf('touched.jpg')]).toEqual([2, ['touched.jpg']])
})

test('keeps the labels of a file that was changed before its image was learned, with a mark where size or time differ', async () => {
  const jpeg = await jpegOf('red')
  const old = oldLibrary({ 'keyword.jpg': jpeg, 'cropped.jpg': jpeg.subarray(0, -1) })
  const { path, labelsOf, photoOf, scan } = reopen(old)
  writeFileSync(path('keyword.jpg'), withSegments(jpeg, keyword))
  writeFileSync(path('cropped.jpg'), await jpegOf('blue', 20, 30))
  await scan()
  expect(labelsOf('keyword.jpg')).toEqual(['keyword.jpg'])
  expect(labelsOf('cropped.jpg')).toEqual(['cropped.jpg, changed'])
  // The suggestions were for other bytes, of which nobody knows whether they were the same pixels.
  expect(photoOf('keyword.jpg')).not.toBe(1)
})

test('marks the labels of a changed file whose size was never seen', async () => {
  const jpeg = await jpegOf('red')
  const { path, labelsOf, scan } = reopen(oldLibrary({ 'a.jpg': jpeg }, false))
  writeFileSync(path('a.jpg'), withSegments(jpeg, keyword))
  await scan()
  expect(labelsOf('a.jpg')).toEqual(['a.jpg, changed'])
})

test('lets photos share labels once both are known to be one image, unless both have labels of their own', async () => {
  const jpeg = await jpegOf('red')
  const old = oldLibrary({ 'a.jpg': jpeg, 'b.jpg': withSegments(jpeg, exifSegment(6)) })
  const { store, path, photoOf, labelsOf, scan } = reopen(old)
  writeFileSync(path('copy.jpg'), withSegments(jpeg, keyword))
  await scan()
  expect(labelsOf('copy.jpg')).toEqual([])
  for (const name of ['a.jpg', 'b.jpg']) {
    const file = store.files.find(path(name))
    if (file !== null) await learnKeys(store, photoOf(name), file)
  }
  expect(['a.jpg', 'b.jpg', 'copy.jpg'].map(labelsOf)).toEqual([['a.jpg'], ['b.jpg'], ['a.jpg']])
})

test.each(['migrate', 'scan'])('loses nothing when it is killed while it is to %s', async (task) => {
  const jpeg = await jpegOf('red')
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`${at + 10}.jpg`, withSegments(jpeg, segment(0xfe, `${at}`))]),
  )
  const old = oldLibrary(files)
  for (const name of Object.keys(files)) utimesSync(join(old.folder, name), 1, 1)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), task, old.file, old.folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) if (line === 'half') break
  child.kill('SIGKILL')
  await exited
  const { photoOf, labelsOf, scan } = reopen(old)
  await scan()
  const names = Object.keys(files)
  expect(names.map(labelsOf)).toEqual(names.map((name) => [name]))
  expect(names.map(photoOf)).toEqual(names.map((_, at) => at + 1))
})
