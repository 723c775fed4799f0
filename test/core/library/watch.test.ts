// Folders are watched: what comes, changes, moves and goes is read; where nobody tells of it, folders are read again.
import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Core } from '../../../electron/core/core.ts'
import { createLibraryWatch } from '../../../electron/core/library/watch-library.ts'
import { scanLibrary } from '../../../electron/core/library/ingest.ts'
import { openTestCore } from '../../helpers/core.ts'
import { saying } from '../../helpers/messages.ts'
import { xmpPacket, list } from '../../helpers/metadata-bytes.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { tempStore } from '../store/helpers.ts'

const jpeg = (red: number) =>
  sharp({ create: { width: 32, height: 24, channels: 3, background: { r: red, g: 90, b: 9 } } })
    .jpeg()
    .toBuffer()

/** Resolves once it holds after changes were read. */
function untilRead(core: Core, holds: () => boolean | Promise<boolean>): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = core.events.subscribe('scan.progress', () => {
      Promise.resolve(holds()).then((does) => {
        if (!does) return
        stop()
        resolve()
      }, reject)
    })
  })
}

async function watched() {
  const folder = tempFolder()
  const path = (name: string) => join(folder, name)
  mkdirSync(path('old'))
  writeFileSync(path('old/a.jpg'), await jpeg(10))
  writeFileSync(path('b.jpg'), await jpeg(20))
  // The library lies among the photos: reading it writes into it, which must not be read again.
  const { core, client } = openTestCore(folder)
  await client.library.scan({ folders: [folder] })
  expect(await client.library.watch({})).toEqual([{ path: folder, how: 'events' }])
  const names = async () =>
    (await client.browse.open({ filter: {}, sort: {}, first: 20 })).cards
      .filter(({ isMissing }) => !isMissing)
      .map((card) => card.path.slice(folder.length + 1))
  const until = (...expected: readonly string[]) =>
    untilRead(core, async () => JSON.stringify(await names()) === JSON.stringify(expected))
  return { folder, path, core, client, names, until }
}

test('added, changed, moved and removed files and folders are seen, and labels stay with a moved photo', async () => {
  const { path, client, core, until } = await watched()
  const [first] = (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
  await client.labels.confirm({ photoIds: first?.photoId ? [first.photoId] : [], name: 'harbour' })

  const added = until('b.jpg', 'c.jpg', 'old/a.jpg')
  writeFileSync(path('c.jpg'), await jpeg(30))
  await added

  const inNewFolder = until('b.jpg', 'c.jpg', 'new/deep/d.jpg', 'old/a.jpg')
  mkdirSync(path('new/deep'), { recursive: true })
  writeFileSync(path('new/deep/d.jpg'), await jpeg(40))
  await inNewFolder

  const moved = until('c.jpg', 'moved/deep/d.jpg', 'old/a.jpg', 'old/b.jpg')
  renameSync(path('new'), path('moved'))
  renameSync(path('b.jpg'), path('old/b.jpg'))
  await moved
  const kept = (await client.browse.open({ filter: { labels: ['harbour'] }, sort: {}, first: 9 })).cards
  expect(kept.map(({ name }) => name)).toEqual([first?.name])

  const removed = until('c.jpg', 'old/a.jpg')
  rmSync(path('moved'), { recursive: true })
  rmSync(path('old/b.jpg'))
  await removed

  const keywords = async () => (await client.keywords.list({})).keywords.map(({ name }) => name)
  const sidecar = untilRead(core, async () => (await keywords()).includes('owl'))
  writeFileSync(path('c.jpg.xmp'), xmpPacket(list('dc:subject', 'Bag', 'owl')))
  await sidecar
})

test('sidecars that Labelroom writes itself are no news: only what others change is read again', async () => {
  const { path, client, core, until } = await watched()
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 2 })
  const [b] = cards.filter(({ name }) => name === 'b.jpg')
  await client.labels.confirm({ photoIds: b?.photoId ? [b.photoId] : [], name: 'harbour' })
  const seen: number[] = []
  core.events.subscribe('scan.progress', ({ files }) => seen.push(files))
  expect(await client.keywords.write({})).toMatchObject({ written: 1 })
  const added = until('b.jpg', 'old/a.jpg', 'old/z.jpg')
  writeFileSync(path('old/z.jpg'), await jpeg(60))
  await added
  // Of the folder `old` alone.
  expect(seen).toEqual([2])
})

test('new photos are labelled with the default model where the settings say so, and not before', async () => {
  const { path, client, core, until } = await watched()
  await client.models.add({ path: await writeTinyModel(join(tempFolder(), 'tiny')) })
  const come = until('b.jpg', 'c.jpg', 'old/a.jpg')
  writeFileSync(path('c.jpg'), await jpeg(30))
  await come
  expect(await client.jobs.list({})).toEqual([])

  await client.settings.set({ isNewLabelled: true })
  const done = new Promise<number>((resolve) => {
    core.events.subscribe('job.changed', ({ state, counts }) => {
      if (state !== 'running') resolve(counts.labelled)
    })
  })
  writeFileSync(path('d.jpg'), await jpeg(40))
  expect(await done).toBe(1)
  const { cards } = await client.browse.open({ filter: { states: ['suggested'] }, sort: {}, first: 9 })
  expect(cards.map(({ name }) => name)).toContain('d.jpg')
  expect(await client.jobs.list({})).toHaveLength(1)
})

test('a folder that cannot be watched is read again and again, also when it comes later', async () => {
  const folder = join(tempFolder(), 'drive')
  mkdirSync(folder)
  const store = tempStore()
  await scanLibrary(store, [folder])
  rmSync(folder, { recursive: true })
  const seen = Promise.withResolvers<number>()
  const watch = createLibraryWatch({
    ...{ store, log: () => undefined, scanEveryMs: 5, onNewPhotos: () => undefined },
    onSeen: ({ photos }) => {
      if (photos > 0) seen.resolve(photos)
    },
  })
  onTestFinished(() => watch.close())
  expect(await watch.watch([])).toEqual([{ path: folder, how: 'scans' }])
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.jpg'), await jpeg(10))
  expect(await seen.promise).toBe(1)
})

test('a folder that goes and comes back is read and watched again, whatever changes beside it', async () => {
  const place = tempFolder()
  const folder = join(place, 'drive')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.jpg'), await jpeg(10))
  const store = tempStore()
  await scanLibrary(store, [folder])
  let check: () => void = () => undefined
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (holds()) resolve()
      }
    })
  const watch = createLibraryWatch({
    ...{ store, log: () => undefined, scanEveryMs: 5, onNewPhotos: () => undefined },
    onSeen: () => check(),
  })
  onTestFinished(() => watch.close())
  const byEvents = [{ path: folder, how: 'events' }]
  expect(await watch.watch([])).toEqual(byEvents)
  const present = () => store.files.counts().files
  const gone = until(() => present() === 0)
  writeFileSync(join(place, 'beside.jpg'), await jpeg(20))
  renameSync(folder, join(place, 'away'))
  await gone
  const back = until(() => present() === 1)
  renameSync(join(place, 'away'), folder)
  await back
  expect(await watch.watch([])).toEqual(byEvents)
  const added = until(() => present() === 2)
  writeFileSync(join(folder, 'b.jpg'), await jpeg(30))
  await added
})

test.each(['darwin', 'win32'] as const)(
  'files of a cloud drive that are not on this computer are skipped with their number, never opened, and keep their labels (%s)',
  async (platform) => {
    const folder = tempFolder()
    const path = (name: string) => join(folder, name)
    for (const name of ['a.jpg', 'b.jpg']) writeFileSync(path(name), await jpeg(name.charCodeAt(0)))
    const { client } = openTestCore(tempFolder())
    await client.library.scan({ folders: [folder] })
    const [a] = (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
    await client.labels.confirm({ photoIds: a?.photoId ? [a.photoId] : [], name: 'owl' })
    // With a size and no block, as the systems show them. Whoever read them would find zeros.
    for (const name of ['a.jpg', 'c.jpg', 'c.jpg.xmp', 'd.nef', 'd.mov']) {
      rmSync(path(name), { force: true })
      writeFileSync(path(name), '')
      truncateSync(path(name), 50_000)
    }
    const own = Object.getOwnPropertyDescriptor(process, 'platform')
    Object.defineProperty(process, 'platform', { ...own, value: platform })
    onTestFinished(() => {
      if (own !== undefined) Object.defineProperty(process, 'platform', own)
      vi.restoreAllMocks()
    })
    expect(await client.library.scan({ folders: [folder] })).toMatchObject({
      ...{ files: 6, skipped: 5, failed: 0, notHere: 4 },
    })
    const reason = saying('It is not on this computer but in a cloud; download it there first.')
    const listed = await client.photos.list({ folder })
    expect(listed.find((file) => file.path === path('c.jpg'))).toMatchObject({ status: 'skipped', reason })
    // It is back.
    Object.defineProperty(process, 'platform', own ?? {})
    writeFileSync(path('a.jpg'), await jpeg('a'.charCodeAt(0)))
    await client.library.scan({ folders: [folder] })
    const { cards } = await client.browse.open({ filter: { labels: ['owl'] }, sort: {}, first: 9 })
    expect(cards.map(({ name }) => name)).toEqual(['a.jpg'])
  },
)
