// Photos that are moved while folders are scanned, watched or labelled: none goes missing, none is new, none fails.
import { mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ToWorker } from '../../../electron/contract/inference.ts'
import { unknownStamp } from '../../../electron/common/file-stamp.ts'
import {
  ingestFolders,
  recordBatch,
  scanLibrary,
  type Examined,
} from '../../../electron/core/library/ingest.ts'
import { fileCalls } from '../../../electron/core/moves/file-calls.ts'
import { moveAll } from '../../../electron/core/moves/move-all.ts'
import type { Store } from '../../../electron/core/store/db.ts'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhoto } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { tempStore } from '../store/helpers.ts'
import { idsOf } from './helpers.ts'

/** Enough that the last folder is read when the first one is done. */
const between = 150

async function write(folder: string): Promise<void> {
  for (let number = 0; number < between; number++)
    await writePhoto(path.join(folder, 'm', `${number}.jpg`), number)
  await writePhoto(path.join(folder, 'a', 'first.jpg'), 201)
  await writePhoto(path.join(folder, 'z', 'last.jpg'), 202)
}

function move(store: Store, from: string, folder: string) {
  const request = { fileIds: idsOf(store.file, [from]), folder, newFolder: null, onTaken: 'skip' as const }
  const options = { calls: fileCalls, signal: new AbortController().signal, onProgress: () => undefined }
  return moveAll(store, request, options, () => undefined)
}

test('a scan that is under way takes no moved photo for a missing or a new one, whichever way it goes', async () => {
  const folder = tempFolder()
  await write(folder)
  const store = tempStore()
  await scanLibrary(store, [folder])
  const at = (name: string) => path.join(folder, name)
  const [first, last] = idsOf(store.file, [at('a/first.jpg'), at('z/last.jpg')])
  let count = 0
  for await (const { problem } of ingestFolders(store, [folder])) {
    expect(problem).toBeNull()
    // The walk has passed `a`, and has not come to `z`.
    if (++count !== 40) continue
    await move(store, at('a/first.jpg'), at('z'))
    await move(store, at('z/last.jpg'), at('a'))
  }
  expect(idsOf(store.file, [at('z/first.jpg'), at('a/last.jpg')])).toEqual([first, last])
  expect(store.files.counts()).toMatchObject({ files: between + 2, missing: 0, failed: 0 })
  expect(store.files.find(at('z/first.jpg'))?.missingSinceMs).toBeNull()
  expect(store.files.find(at('a/last.jpg'))?.missingSinceMs).toBeNull()
})

const nothingRead = {
  keys: null,
  photoId: null,
  problem: null,
  companionOf: null,
  said: null,
  isAsKnown: false,
}

test('a scan passes over files on their way, and over old paths that it had seen before', async () => {
  const folder = tempFolder()
  await writePhoto(path.join(folder, 'a', 'one.jpg'), 1)
  mkdirSync(path.join(folder, 'b'))
  const store = tempStore()
  await scanLibrary(store, [folder])
  const [from, to] = [path.join(folder, 'a/one.jpg'), path.join(folder, 'b/one.jpg')]
  const [id] = idsOf(store.file, [from])
  const shot = store.moves.begin('batch', [{ from, to, isMain: true, isFolderNew: false }])
  // Between the two steps: on disk it is at its new path, in the library at its old one.
  renameSync(from, to)
  await scanLibrary(store, [folder])
  expect(store.files.find(to)).toBeNull()
  store.moves.record(shot, [{ from, to, stamp: null }])
  store.moves.finish(shot)
  expect(store.files.counts()).toMatchObject({ files: 1, missing: 0 })
  expect(idsOf(store.file, [to])).toEqual([id])
  const late: Examined = { found: { path: from, ...unknownStamp, problem: null }, ...nothingRead }
  // A scan that had looked at the file before it was moved, and records it now.
  await recordBatch(store, 1, [late], undefined)
  expect(store.files.find(from)).toBeNull()
})

test('a watched folder tells of no photo that is new or missing', async () => {
  const folder = tempFolder()
  await writePhoto(path.join(folder, 'a', 'one.jpg'), 1)
  await writePhoto(path.join(folder, 'b', 'two.jpg'), 2)
  const { core, client } = openTestCore(tempFolder())
  await client.library.scan({ folders: [folder] })
  expect(await client.library.watch({})).toMatchObject([{ how: 'events' }])
  const cards = async () => (await client.browse.open({ filter: {}, sort: {}, first: 9 })).cards
  const before = new Map((await cards()).map((card) => [card.name, card.fileId]))
  const fileId = before.get('one.jpg')
  // Until both folders were read again.
  const { promise: read, resolve } = Promise.withResolvers<undefined>()
  let seen = 0
  core.events.subscribe('scan.progress', ({ files }) => {
    seen += files
    if (seen >= 2) resolve(undefined)
  })
  await client.moves.run({ fileIds: fileId === undefined ? [] : [fileId], folder: path.join(folder, 'b') })
  await read
  await setImmediate()
  const after = await cards()
  expect(new Map(after.map((card) => [card.name, card.fileId]))).toEqual(before)
  expect(after.map((card) => [card.path.slice(folder.length), card.isMissing])).toEqual([
    ['/b/one.jpg', false],
    ['/b/two.jpg', false],
  ])
})

test('a labelling job labels photos that are moved while it runs, each once', async () => {
  const [folder, home] = [tempFolder(), tempFolder()]
  await write(folder)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const at = (name: string) => path.join(folder, name)
  let moving: Promise<unknown> | null = null
  const move = async () => {
    const [first, last] = idsOf(path.join(home, 'library.db'), [at('a/first.jpg'), at('z/last.jpg')])
    for (const [id, to] of [
      [first, 'z'],
      [last, 'a'],
    ] as const)
      expect(await client.moves.run({ fileIds: id === undefined ? [] : [id], folder: at(to) })).toMatchObject(
        { moved: 1 },
      )
  }
  const { client, label } = openTestCore(home, {
    spawnInference: (threads) => {
      const port = spawnInference(threads)
      const post = (message: ToWorker) => {
        // What is sent first is sent after the move: the worker finds nothing at the old path.
        if (message.type !== 'infer') port.post(message)
        else
          void (moving ??= move()).then(() => {
            port.post(message)
          })
      }
      return { ...port, post }
    },
  })
  await client.library.scan({ folders: [folder] })
  const job = await label({ folders: [folder], model })
  expect(moving).not.toBeNull()
  expect(job).toMatchObject({
    state: 'done',
    counts: { files: between + 2, labelled: between + 2, failed: 0, reused: 0 },
  })
  const files = await client.photos.list({ folder, limit: 1000 })
  expect(files.filter(({ status, isMissing }) => status !== 'labelled' || isMissing)).toEqual([])
})
