// Folders that lie elsewhere now: found by their photos, followed as one step, and never confused with others.
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { candidates, foldersAbove } from '../../../electron/core/library/moved-folders.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** A drive with a library and labelled photos on it, which is then unplugged and has another place. */
async function setUp() {
  const folder = tempFolder()
  const [before, after] = [path.join(folder, 'before'), path.join(folder, 'after')]
  await writePhotos(path.join(before, 'Photos', '2024'), 6)
  await mkdir(path.join(before, 'labels'))
  const first = openTestCore(path.join(before, 'labels'))
  await first.client.library.scan({ folders: [path.join(before, 'Photos')] })
  const photos = await first.client.photos.list({ folder: before, limit: 100 })
  const photoIds = photos.flatMap(({ photoId }) => photoId ?? [])
  await first.client.labels.confirm({ photoIds, name: 'mine' })
  await first.close()
  const plugIn = async () => {
    await rename(before, after)
    return openTestCore(path.join(after, 'labels'))
  }
  return { folder, before, after, plugIn, names: photos.map((file) => file.path.slice(before.length)) }
}

test('finds the photos of a drive that has another place, and goes on with their labels as one step', async () => {
  const { before, after, plugIn, names } = await setUp()
  const { client } = await plugIn()
  const [from, to] = [path.join(before, 'Photos'), path.join(after, 'Photos')]
  expect(await client.library.moved({ place: null })).toEqual([{ from, to, files: 6 }])
  expect(await client.library.moveFolder({ from, to })).toEqual({ files: 6 })
  expect(await client.library.scan({ folders: [to] })).toMatchObject({ files: 6, missing: 0 })
  const list = await client.photos.list({ folder: after, limit: 100 })
  expect(list.map((file) => file.path.slice(after.length))).toEqual(names)
  expect(list.every(({ labels }) => labels[0]?.name === 'mine')).toBe(true)
  expect((await client.library.tree({})).map(({ isMissing }) => isMissing)).not.toContain(true)
  const search = async () => (await client.browse.open({ filter: { text: 'after' }, sort: {} })).total
  expect(await search()).toBe(6)

  expect((await client.history.state({})).undo).toMatchObject({ kind: 'move-folder', name: to, photos: 6 })
  await client.history.undo({})
  expect((await client.library.folders({})).map((folder) => folder.path)).toEqual([from])
  expect(await search()).toBe(0)
  await client.history.redo({})
  expect((await client.library.folders({})).map((folder) => folder.path)).toEqual([to])
})

test('follows folders of a Windows drive', async () => {
  const { before, after, plugIn } = await setUp()
  const file = path.join(before, 'labels', 'library.db')
  const db = new Database(file)
  for (const table of ['file', 'folder'])
    db.prepare(`UPDATE ${table} SET path = 'E:' || substr(path, ?)`).run(before.length + 1)
  db.close()
  const { client } = await plugIn()
  const to = path.join(after, 'Photos')
  expect(await client.library.moved({ place: null })).toEqual([{ from: 'E:/Photos', to, files: 6 }])
  await client.library.moveFolder({ from: 'E:\\Photos', to })
  const list = await client.photos.list({ folder: to, limit: 100 })
  expect(list.map(({ labels }) => labels[0]?.name)).toEqual(Array.from({ length: 6 }, () => 'mine'))
})

test('takes no folder whose photos are others, are mostly gone, or are in the library already', async () => {
  const { folder, before, after, plugIn } = await setUp()
  const { client } = await plugIn()
  const from = path.join(before, 'Photos')
  const elsewhere = path.join(folder, 'elsewhere', 'Photos')
  await cp(path.join(after, 'Photos'), elsewhere, { recursive: true })
  await rm(path.join(after, 'Photos'), { recursive: true })
  expect(await client.library.moved({ place: null })).toEqual([])
  expect(await client.library.moved({ place: path.join(folder, 'elsewhere') })).toMatchObject([
    { to: elsewhere },
  ])
  // The same names and sizes with another content.
  const list = await client.photos.list({ folder: before, limit: 100 })
  for (const { path: file, sizeBytes } of list)
    await writeFile(file.replace(from, elsewhere), Buffer.alloc(sizeBytes))
  expect(await client.library.moved({ place: path.join(folder, 'elsewhere') })).toEqual([])
  await expect(client.library.moveFolder({ from, to: elsewhere })).rejects.toMatchObject({
    code: 'not-found',
  })
  await client.library.scan({ folders: [elsewhere] })
  await expect(client.library.moveFolder({ from, to: elsewhere })).rejects.toMatchObject({
    code: 'bad-request',
  })
})

test('looks where the end of a path may lie now, in the folders that hold the library', () => {
  expect([...candidates('E:/Photos/2024', ['/media/usb'])]).toEqual([
    ...['/media/usb/Photos/2024', '/media/usb/2024', '/media/usb'],
  ])
  expect([...candidates('/media/usb/P', ['E:/'])]).toEqual(['E:/media/usb/P', 'E:/usb/P', 'E:/P', 'E:/'])
  expect(foldersAbove('/media/usb/library.db')).toEqual(['/media/usb', '/media', '/'])
  expect(foldersAbove('E:/labels/library.db')).toEqual(['E:/labels', 'E:/'])
})
