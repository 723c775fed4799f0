// From folder to library: photos by content, files that move, change, disappear and come back.
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createEventHub } from '../../../electron/core/events.ts'
import { createLibraryIndex } from '../../../electron/core/browse/library-index.ts'
import { createLibraryHandlers } from '../../../electron/core/library/handlers.ts'
import { readKeys } from '../../../electron/core/identity/read-keys.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import { examine, ingestFolders, recordBatch, scanLibrary } from '../../../electron/core/library/ingest.ts'
import { removeFolder } from '../../../electron/core/library/remove-folder.ts'
import type { Store } from '../../../electron/core/store/db.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { rawFile } from '../../helpers/raw-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addVariant, collect, labelled, photoAt, tempStore } from '../store/helpers.ts'
import { saying } from '../../helpers/messages.ts'

const ingest = (store: Store, folder: string) => collect(ingestFolders(store, [folder]))

function list(store: Store, folder: string) {
  const variantId = store.models.lastUsed(null)
  return store.listing.page({ root: folder, variantId, after: null, limit: 100 })
}

/** A library with a folder of photos; `photoOf` gives the photo that a file of it holds. */
function setUp(...names: string[]) {
  const folder = tempFolder()
  const store = tempStore()
  for (const name of names) writeFileSync(join(folder, name), `content of ${name}`)
  const path = (name: string) => join(folder, name)
  const photoOf = (name: string) => photoAt(store, path(name))
  return { folder, store, path, photoOf }
}

test('a scan notes that photos are there as they were, and saves anew what was forgotten meanwhile', async () => {
  const { folder, store, path, photoOf } = setUp('a.jpg', 'b.jpg')
  await ingest(store, folder)
  const ids = ['a.jpg', 'b.jpg'].map(photoOf)
  const look = async (name: string) => examine(store, await inspectFile(path(name)), undefined)
  const examined = [await look('a.jpg'), await look('b.jpg')]
  expect(examined.map(({ isAsKnown }) => isAsKnown)).toEqual([true, true])
  const scan = async () => {
    const scanId = store.files.beginScan()
    await recordBatch(store, scanId, examined, undefined)
    store.files.markMissing(folder, scanId)
    return { ...store.files.counts(), ids: ['a.jpg', 'b.jpg'].map(photoOf) }
  }
  expect(await scan()).toMatchObject({ files: 2, missing: 0, ids })
  store.files.forget({ from: path('b.jpg'), to: path('b.jpx') }, 10)
  expect(await scan()).toMatchObject({ files: 2, missing: 0, ids })
  // One that is missing in the library is not as it is known.
  store.files.markMissing(folder, store.files.beginScan())
  expect((await look('a.jpg')).isAsKnown).toBe(false)
  await ingest(store, folder)
  expect(store.files.counts()).toMatchObject({ files: 2, missing: 0 })
})

test('a file of 2 GB and more is refused by its size, before any of it is read', async () => {
  const { folder, store, path } = setUp('a.jpg')
  // Without blocks on the disk.
  truncateSync(path('a.jpg'), 2 ** 31)
  utimesSync(path('a.jpg'), 1_000_000_000, 1_000_000_000)
  const [file] = await ingest(store, folder)
  expect(file?.problem).toEqual({
    kind: 'failed',
    reason: saying(expect.stringContaining('larger than 2047 MB')),
  })
  expect(statSync(path('a.jpg')).atimeMs).toBe(1_000_000_000_000)
})

test('yields files and problems in order after they are recorded', async () => {
  const { folder, store, path, photoOf } = setUp('b.jpg', 'a.jpg', 'notes.txt')
  writeFileSync(path('empty.jpg'), '')
  const files = await ingest(store, folder)
  expect(files).toMatchObject([
    { path: path('a.jpg'), photoId: photoOf('a.jpg'), problem: null },
    { path: path('b.jpg'), photoId: photoOf('b.jpg'), problem: null },
    {
      path: path('empty.jpg'),
      photoId: null,
      problem: { kind: 'failed', reason: saying(expect.stringContaining('empty')) },
    },
    {
      path: path('notes.txt'),
      photoId: null,
      problem: expect.objectContaining({ kind: 'skipped' }) as object,
    },
  ])
  expect(store.folders.list().map((entry) => entry.path)).toEqual([folder])
})

test('identifies copies as one photo, and keeps the labels of a moved or renamed file', async () => {
  const { folder, store, path, photoOf } = setUp('a.jpg')
  copyFileSync(path('a.jpg'), path('copy.jpg'))
  await ingest(store, folder)
  const photoId = photoOf('a.jpg')
  expect(photoOf('copy.jpg')).toBe(photoId)
  const { variantId, jobId } = addVariant(store)
  store.predictions.saveBatch(variantId, jobId, [labelled(photoId, ['cat'])])
  store.annotations.confirm([photoId], 'mine')

  mkdirSync(path('album'))
  renameSync(path('a.jpg'), path('album/new name.jpg'))
  await ingest(store, folder)
  expect(
    list(store, folder).map((file) => [file.path, file.isMissing, file.labels.map(({ name }) => name)]),
  ).toEqual([
    [path('album/new name.jpg'), false, ['mine', 'cat']],
    [path('copy.jpg'), false, ['mine', 'cat']],
  ])
})

test('forgets the old path of a photo that was moved to a folder that is read later', async () => {
  const { folder, store, path } = setUp()
  for (const name of ['early', 'late']) mkdirSync(path(name))
  writeFileSync(path('early/a.jpg'), 'a')
  writeFileSync(path('late/b.jpg'), 'b')
  await scanLibrary(store, [path('early'), path('late')])
  renameSync(path('early/a.jpg'), path('late/a.jpg'))
  expect(await scanLibrary(store, [path('early'), path('late')])).toMatchObject({ files: 2, missing: 0 })
  expect(list(store, folder).map((file) => file.path)).toEqual([path('late/a.jpg'), path('late/b.jpg')])
})

test('reads the other folders when one cannot be read', async () => {
  const { store, path } = setUp()
  mkdirSync(path('there'))
  writeFileSync(path('there/a.jpg'), 'a')
  await expect(scanLibrary(store, [path('gone'), path('there')])).rejects.toMatchObject({
    code: 'folder-missing',
    message: expect.stringContaining(path('gone')) as string,
  })
  expect(store.files.counts()).toMatchObject({ files: 1, photos: 1 })
})

test('marks a missing file without losing its labels, until it is back', async () => {
  const { folder, store, path, photoOf } = setUp('a.jpg', 'b.jpg')
  await ingest(store, folder)
  const photoId = photoOf('a.jpg')
  store.annotations.confirm([photoId], 'mine')
  renameSync(path('a.jpg'), `${folder}.kept`)
  expect(await scanLibrary(store, [folder])).toEqual({
    files: 1,
    photos: 1,
    skipped: 0,
    failed: 0,
    missing: 1,
    notHere: 0,
  })
  expect(list(store, folder)[0]).toMatchObject({ isMissing: true, photoId, labels: [{ name: 'mine' }] })
  renameSync(`${folder}.kept`, path('a.jpg'))
  expect(await scanLibrary(store, [folder])).toMatchObject({ files: 2, missing: 0 })
  expect(list(store, folder)[0]).toMatchObject({ isMissing: false, photoId, labels: [{ name: 'mine' }] })
})

test('changes nothing in the library when a drive is unplugged', async () => {
  const { folder, store } = setUp('a.jpg', 'notes.txt')
  await ingest(store, folder)
  const before = list(store, folder)
  renameSync(folder, `${folder}.unplugged`)
  await expect(ingest(store, folder)).rejects.toMatchObject({ code: 'folder-missing' })
  renameSync(`${folder}.unplugged`, folder)
  expect(list(store, folder)).toEqual(before)
})

test('marks only files under the folder that was read as missing', async () => {
  const { folder, store, path } = setUp('a.jpg')
  const other = setUp('b.jpg')
  mkdirSync(`${folder}-2`)
  writeFileSync(`${folder}-2/c.jpg`, 'c')
  await ingest(store, folder)
  await ingest(store, `${folder}-2`)
  await ingest(store, other.folder)
  rmSync(path('a.jpg'))
  rmSync(other.path('b.jpg'))
  rmSync(`${folder}-2`, { recursive: true })
  await ingest(store, folder)
  expect(store.files.counts()).toMatchObject({ files: 2, missing: 1 })
})

test('does not mark as missing what an older scan finds while a newer one runs', async () => {
  const { folder, store, path } = setUp()
  for (const name of ['a', 'b']) {
    mkdirSync(path(name))
    for (let number = 100; number < 200; number++)
      writeFileSync(path(`${name}/${number}.jpg`), `${name} ${number}`)
  }
  const older = ingestFolders(store, [folder])
  await older.next()
  const newer = ingestFolders(store, [path('b')])
  await newer.next()
  for (const name of ['b/new.jpg', 'b/new.txt']) writeFileSync(path(name), 'new')
  await collect(older)
  await collect(newer)
  expect(store.files.counts()).toMatchObject({ files: 202, skipped: 1, missing: 0 })
})

test('marks nothing as missing when the scan is stopped', async () => {
  const { folder, store, path } = setUp('a.jpg', 'b.jpg')
  await ingest(store, folder)
  rmSync(path('b.jpg'))
  const walk = ingestFolders(store, [folder])
  await walk.next()
  await walk.return(undefined)
  expect(store.files.counts().missing).toBe(0)
})

test('fails the scan of a folder that is removed meanwhile, and leaves no file behind', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `${10 + at}.jpg`)
  const { folder, store, path } = setUp(...names)
  const walk = ingestFolders(store, [folder])
  await walk.next()
  await removeFolder(store, folder)
  await expect(collect(walk)).rejects.toMatchObject({
    code: 'folder-missing',
    message: expect.stringContaining(path('42.jpg')) as string,
  })
  expect([store.files.counts().files, store.folders.list()]).toEqual([0, []])
})

test('rereads a file with another date or size, and no unchanged one', async () => {
  const { folder, store, path, photoOf } = setUp('a.jpg')
  await ingest(store, folder)
  const before = photoOf('a.jpg')
  // The same size and date with other bytes shows that nobody looked at the bytes.
  const { size, mtimeMs } = statSync(path('a.jpg'))
  utimesSync(path('a.jpg'), 1_700_000_000, 1_700_000_000)
  await ingest(store, folder)
  writeFileSync(path('a.jpg'), 'x'.repeat(size))
  utimesSync(path('a.jpg'), 1_700_000_000, 1_700_000_000)
  await ingest(store, folder)
  expect(photoOf('a.jpg')).toBe(before)
  utimesSync(path('a.jpg'), 1_700_000_000, 1_700_000_000.25)
  await ingest(store, folder)
  expect(photoOf('a.jpg')).not.toBe(before)
  expect(mtimeMs).toBeGreaterThan(0)
})

test('keeps the labels of a photo that cannot be read now, and rereads it later', async () => {
  const { folder, store, path, photoOf } = setUp('a.jpg')
  await ingest(store, folder)
  const photoId = photoOf('a.jpg')
  store.annotations.confirm([photoId], 'mine')
  const scanId = store.files.beginScan()
  const problem = { kind: 'failed', reason: verbatim('The drive reported an error.') } as const
  store.files.record(scanId, [{ path: path('a.jpg'), photoId, sizeBytes: 0, modifiedAtMs: 0, problem }])
  expect(list(store, folder)[0]).toMatchObject({ status: 'failed', photoId, labels: [{ name: 'mine' }] })
  await ingest(store, folder)
  expect(list(store, folder)[0]).toMatchObject({ status: 'labelled', photoId, reason: null })
})

test('keeps the identity of a photo that became unreadable', async () => {
  const { folder, store, path, photoOf } = setUp('a.jpg')
  await ingest(store, folder)
  const photoId = photoOf('a.jpg')
  rmSync(path('a.jpg'))
  symlinkSync('nowhere', path('a.jpg'))
  expect(await ingest(store, folder)).toMatchObject([{ photoId: null, problem: { kind: 'failed' } }])
  expect(photoOf('a.jpg')).toBe(photoId)
})

test('forgets a missing entry that never held a photo', async () => {
  const { folder, store, path } = setUp('a.jpg', 'notes.txt')
  await ingest(store, folder)
  rmSync(path('notes.txt'))
  await ingest(store, folder)
  expect(store.files.counts()).toEqual({ files: 1, photos: 1, skipped: 0, failed: 0, missing: 0, notHere: 0 })
})

test('reads nested folders once, and counts each file in the progress', async () => {
  const { folder, store, path } = setUp('a.jpg', 'notes.txt')
  mkdirSync(path('sub'))
  writeFileSync(path('sub/b.jpg'), 'b')
  const seen: number[] = []
  const counts = await scanLibrary(store, [path('sub'), folder], ({ files }) => seen.push(files))
  expect(counts).toEqual({ files: 3, photos: 2, skipped: 1, failed: 0, missing: 0, notHere: 0 })
  expect(seen).toEqual([1, 2, 3])
})

test('identifies a file that is no photo by the SHA-256 of all bytes, also over several pieces', async () => {
  const file = join(tempFolder(), 'big.jpg')
  const content = Buffer.alloc(1_000_003, 'pieces')
  writeFileSync(file, content)
  const keys = await readKeys(await inspectFile(file))
  expect(keys?.identity.equals(createHash('sha256').update(content).digest())).toBe(true)
  expect(keys?.sizeBytes).toBe(content.length)
})

test('returns no keys for a file that grows while it is hashed', async () => {
  const file = join(tempFolder(), 'growing.jpg')
  writeFileSync(file, Buffer.alloc(8_000_000))
  const hashing = readKeys(await inspectFile(file))
  const writing = setInterval(() => appendFileSync(file, 'more'), 1)
  const keys = await hashing
  clearInterval(writing)
  expect(keys).toBeNull()
})

test('ends a hash on abort', async () => {
  const file = join(tempFolder(), 'big.jpg')
  writeFileSync(file, Buffer.alloc(8_000_000))
  const signal = AbortSignal.abort(new Error('stopped'))
  await expect(readKeys(await inspectFile(file), { signal })).rejects.toThrow('stopped')
})

test('throws an abort to the caller only, also while that works on a batch', async () => {
  const { folder, store } = setUp(...Array.from({ length: 80 }, (_, index) => `${index}.jpg`))
  const controller = new AbortController()
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  onTestFinished(() => void process.off('unhandledRejection', listen))
  const run = async () => {
    for await (const file of ingestFolders(store, [folder], controller.signal)) {
      controller.abort('paused')
      // Long enough for the batch ahead to fail.
      await new Promise((resolve) => setImmediate(resolve))
      expect(file.problem).toBeNull()
    }
  }
  await expect(run()).rejects.toBe('paused')
  expect(unhandled).toEqual([])
})

test('a scan that is cancelled ends with what it has found, marks nothing as missing, and can be begun again', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(3, '0')}.jpg`)
  const { folder, store } = setUp(...names)
  await scanLibrary(store, [folder])
  rmSync(join(folder, '199.jpg'))
  for (const name of names.slice(0, 199)) appendFileSync(join(folder, name), 'more')
  const events = createEventHub()
  const { handlers } = createLibraryHandlers({
    ...{ store, events, index: createLibraryIndex(store) },
    ...{ readByJob: () => [], log: () => undefined, labelNew: () => undefined },
  })
  let isCancelled = false
  events.subscribe('scan.progress', () => {
    if (isCancelled) return
    isCancelled = true
    void handlers.cancelScan({ folders: [`${folder}/`] })
  })
  await expect(handlers.scan({ folders: [folder] })).rejects.toMatchObject({ code: 'cancelled' })
  expect(store.files.counts()).toMatchObject({ files: 200, missing: 0 })
  expect(await handlers.scan({ folders: [folder] })).toMatchObject({ files: 199, missing: 1 })
  void handlers.cancelScan({ folders: [folder] })
})

test('does not read folders a second time while they are being read', async () => {
  const { folder, store } = setUp('a.jpg', 'b.jpg')
  let scans = 0
  const beginScan = () => {
    scans += 1
    return store.files.beginScan()
  }
  const { handlers } = createLibraryHandlers({
    store: { ...store, files: { ...store.files, beginScan } },
    index: createLibraryIndex(store),
    events: createEventHub(),
    readByJob: () => [],
    log: () => undefined,
    labelNew: () => undefined,
  })
  const { scan } = handlers
  const [first, second] = await Promise.all([scan({ folders: [folder] }), scan({ folders: [`${folder}/`] })])
  expect(second).toEqual(first)
  expect([first.files, scans]).toEqual([2, 1])
  await scan({ folders: [folder] })
  expect(scans).toBe(2)
})

test('a RAW file without a preview is skipped, and a photo once another program has put one into it', async () => {
  const { folder, store, path } = setUp()
  const sensor = Buffer.alloc(900, 3)
  writeFileSync(path('a.nef'), rawFile('nef', { preview: null, sensor }))
  const skipped = [
    {
      photoId: null,
      problem: { kind: 'skipped', reason: saying(expect.stringContaining('no preview picture')) },
    },
  ]
  expect(await ingest(store, folder)).toMatchObject(skipped)
  expect(await ingest(store, folder)).toMatchObject(skipped)
  const preview = Buffer.from('ffd8ffc0000b080010001001011100ffd9', 'hex')
  writeFileSync(path('a.nef'), rawFile('nef', { preview, sensor }))
  expect(await ingest(store, folder)).toMatchObject([{ problem: null }])
  expect(await scanLibrary(store, [folder])).toMatchObject({ photos: 1, skipped: 0 })
})
