// Photos moved into another folder of the library: what goes along, what stays and why, and the way back.
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { english } from '../../../electron/texts/message.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { filesIn, jpeg, openLibrary, shotA, sidecar } from './helpers.ts'

test('a photo takes its RAW file, film and sidecars along, keeps its number and labels, and a scan finds nothing new', async () => {
  const { folder, path, client, scan, shown, cards, idOf } = await openLibrary()
  const before = await client.library.summary({})
  const [id, photoId] = [await idOf('2023/a.jpg'), (await cards())[0]?.photoId]
  await client.labels.confirm({ photoIds: photoId ? [photoId] : [], name: 'mine' })
  const folders = async () => (await client.library.tree({})).map(({ name, files }) => [name, files])
  expect((await folders()).slice(1)).toEqual([
    ['2023', 3],
    ['2024', 1],
  ])
  await client.ratings.set({ photoIds: photoId ? [photoId] : [], stars: 4 })

  const plan = await client.moves.plan({ fileIds: [id], folder: path('2024') })
  expect(plan).toEqual({ photos: 1, there: 0, folder: path('2024') })
  const report = await client.moves.run({ fileIds: [id], folder: path('2024') })
  expect(report).toMatchObject({ photos: 1, moved: 1, skipped: 0, failed: 0, left: 0, problems: [] })
  expect(filesIn(path('2024'))).toEqual([...shotA, 'x.jpg'])
  expect(filesIn(path('2023'))).toEqual(['b.jpg', 'c.jpg'])
  // The tree and the order follow at once, though the files keep their numbers.
  expect((await folders()).slice(1)).toEqual([
    ['2023', 2],
    ['2024', 2],
  ])
  const byName = await client.browse.open({ filter: { folder: path('2024') }, sort: {}, first: 9 })
  expect(byName.cards.map(({ name }) => name)).toEqual(['a.jpg', 'x.jpg'])
  const moved = (await cards()).find(({ fileId }) => fileId === id)
  expect(moved).toMatchObject({ path: path('2024/a.jpg'), photoId, stars: 4, companions: ['a.NEF', 'a.mov'] })

  const shownBefore = await shown()
  expect(shownBefore).toMatchObject({ '2024/a.jpg': ['mine'] })
  expect(await scan()).toMatchObject({ files: before.files, missing: 0, failed: 0 })
  expect(await shown()).toEqual(shownBefore)
  expect(await idOf('2024/a.jpg')).toBe(id)
  expect((await client.keywords.list({})).keywords.map(({ name }) => name).sort()).toEqual([
    'lightroom owl',
    'owl',
    'raw owl',
  ])
  expect((await client.browse.open({ filter: { text: '2024' }, sort: {} })).total).toBe(2)
  expect(existsSync(join(folder, '2023', 'a.jpg'))).toBe(false)
})

test('undo moves everything back and says where to, redo moves it again, and what came since goes along', async () => {
  const { path, client, core, scan, shown, idOf } = await openLibrary()
  const fileIds = [await idOf('2023/a.jpg'), await idOf('2023/b.jpg')]
  const report = await client.moves.run({ fileIds, folder: path('2024'), newFolder: ' June ' })
  expect(report).toMatchObject({ moved: 2, folder: path('2024/June') })
  const step = { kind: 'move-files', name: path('2024/June'), source: path('2023'), photos: 2 }
  expect((await client.history.state({})).undo).toMatchObject(step)
  writeFileSync(path('2024/June/b.jpg.xmp'), sidecar('late'))

  const progress: unknown[] = []
  core.events.subscribe('moves.progress', (event) => progress.push(event))
  expect((await client.history.undo({})).redo).toMatchObject(step)
  expect(progress.at(-1)).toMatchObject({ taskId: null, done: 2, total: 2 })
  expect(filesIn(path('2023'))).toEqual([...shotA, 'b.jpg', 'b.jpg.xmp', 'c.jpg'])
  expect(existsSync(path('2024/June'))).toBe(false)
  expect(await scan()).toMatchObject({ missing: 0 })
  await client.history.redo({})
  expect(filesIn(path('2024/June'))).toEqual([...shotA, 'b.jpg', 'b.jpg.xmp'])
  expect(Object.keys(await shown()).sort()).toEqual([
    '2023/c.jpg',
    '2024/June/a.jpg',
    '2024/June/b.jpg',
    '2024/x.jpg',
  ])
})

test('nothing is replaced: taken names are skipped with the reason, or get a number with all that belongs to them', async () => {
  const { path, client, idOf } = await openLibrary()
  writeFileSync(path('2024/A.JPG'), 'another')
  writeFileSync(path('2024/b.nef'), 'another')
  const [a, b, c] = [await idOf('2023/a.jpg'), await idOf('2023/b.jpg'), await idOf('2023/c.jpg')]
  const report = await client.moves.run({ fileIds: [a, b, c], folder: path('2024') })
  expect(report).toMatchObject({ photos: 3, moved: 1, skipped: 2, failed: 0, left: 0 })
  expect(report.problems.map(({ fileId, isTaken, reason }) => [fileId, isTaken, english(reason)])).toEqual([
    [a, true, 'A.JPG is there already.'],
    [b, true, 'b.nef is there already, and the two would count as one shot.'],
  ])
  expect(filesIn(path('2023'))).toEqual([...shotA, 'b.jpg'])

  const again = await client.moves.run({ fileIds: [a, b], folder: path('2024'), onTaken: 'number' })
  expect(again).toMatchObject({ moved: 2, problems: [] })
  const numbered = shotA.map((name) => name.replace(/^a/, 'a-2'))
  expect(filesIn(path('2024'))).toEqual(['A.JPG', ...numbered, 'b-2.jpg', 'b.nef', 'c.jpg', 'x.jpg'])
  expect(readFileSync(path('2024/A.JPG'), 'utf8')).toBe('another')
  await client.history.undo({})
  expect(filesIn(path('2023'))).toEqual([...shotA, 'b.jpg'])
})

test('undo leaves a photo whose old place is taken, names it, counts the others, and fails where it can move none', async () => {
  const { path, client, core, idOf } = await openLibrary()
  const notices: string[] = []
  core.events.subscribe('notice', ({ message }) => notices.push(english(message)))
  await client.moves.run({
    fileIds: [await idOf('2023/b.jpg'), await idOf('2023/c.jpg')],
    folder: path('2024'),
  })
  writeFileSync(path('2023/b.jpg'), await jpeg(200))
  expect((await client.history.undo({})).redo).toMatchObject({ kind: 'move-files', photos: 1 })
  expect(filesIn(path('2024'))).toEqual(['b.jpg', 'x.jpg'])
  expect(notices).toEqual([
    `Photos that stay where they are: 1, for example ${path('2024/b.jpg')}. b.jpg is there already.`,
  ])
  await client.history.redo({})
  writeFileSync(path('2023/c.jpg'), 'another')
  await expect(client.history.undo({})).rejects.toMatchObject({ code: 'bad-request' })
  expect(filesIn(path('2024'))).toEqual(['b.jpg', 'c.jpg', 'x.jpg'])
  expect((await client.history.state({})).undo).toMatchObject({ kind: 'move-files' })
})

test('a sidecar that may be of two photos stays unless both are moved', async () => {
  const { path, client, scan, idOf } = await openLibrary()
  writeFileSync(path('2023/s.jpg'), await jpeg(90))
  writeFileSync(path('2023/s.png'), await jpeg(95))
  writeFileSync(path('2023/s.xmp'), sidecar('whose'))
  await scan()
  const [first, second] = [await idOf('2023/s.jpg'), await idOf('2023/s.png')]
  await client.moves.run({ fileIds: [first], folder: path('2024') })
  expect(filesIn(path('2023'))).toContain('s.xmp')
  await client.history.undo({})
  expect(await client.moves.run({ fileIds: [first, second], folder: path('2024') })).toMatchObject({
    moved: 2,
  })
  expect(filesIn(path('2024'))).toEqual(['s.jpg', 's.png', 's.xmp', 'x.jpg'])
})

test('sidecars that came since the last scan go along under every name, in capitals too', async () => {
  const { path, client, idOf } = await openLibrary()
  const names = ['b.XMP', 'b.jpg.XMP', 'b.jpg.xmp', 'b.xmp']
  for (const name of names) writeFileSync(path(`2023/${name}`), sidecar(name))
  await client.moves.run({ fileIds: [await idOf('2023/b.jpg')], folder: path('2024') })
  expect(filesIn(path('2024'))).toEqual(['b.XMP', 'b.jpg', 'b.jpg.XMP', 'b.jpg.xmp', 'b.xmp', 'x.jpg'])
})

test('what is gone, a link or too long ends as failed with the reason, what is there as skipped, and the totals add up', async () => {
  const { path, client, scan, idOf } = await openLibrary()
  const long = `${'n'.repeat(251)}.jpg`
  writeFileSync(path(`2023/${long}`), await jpeg(201))
  writeFileSync(path(`2024/${long}`), await jpeg(202))
  symlinkSync(path('2023/c.jpg'), path('2023/link.jpg'))
  await scan()
  const fileIds = await Promise.all(
    ['2023/a.jpg', '2023/b.jpg', '2023/link.jpg', `2023/${long}`, '2024/x.jpg'].map(idOf),
  )
  rmSync(path('2023/b.jpg'))
  const report = await client.moves.run({ fileIds, folder: path('2024'), onTaken: 'number' })
  expect(report).toMatchObject({ photos: 5, moved: 1, skipped: 1, failed: 3, left: 0 })
  expect(report.problems.map(({ kind, reason }) => [kind, english(reason)])).toEqual([
    ['failed', 'It is not there any more; scan again.'],
    ['failed', 'It is a link to a file elsewhere; move that file instead.'],
    ['failed', 'Its path is too long; move it up or shorten the names.'],
    ['skipped', 'It is in this folder already.'],
  ])
  expect(filesIn(path('2024'))).toEqual([...shotA, long, 'x.jpg'])
})

test('refuses folders outside the library, hidden ones, and names that no folder can have everywhere', async () => {
  const { path, client, idOf } = await openLibrary()
  const fileIds = [await idOf('2023/b.jpg')]
  const refused = async (target: { folder: string; newFolder?: string }, code = 'bad-request') =>
    expect(client.moves.run({ fileIds, ...target })).rejects.toMatchObject({ code })
  await refused({ folder: tempFolder() })
  await refused({ folder: path('../') })
  await refused({ folder: path('2024/.hidden') })
  for (const newFolder of ['', ' ', '.', '..', 'a/b', 'a\\b', 'a:b', 'dot.', '.thumbs'])
    await refused({ folder: path('2024'), newFolder })
  await refused({ folder: path('2024'), newFolder: 'n'.repeat(300) }, 'output-unwritable')
  expect(filesIn(path('2023'))).toContain('b.jpg')
  expect((await client.history.state({})).undo).toBeNull()
})

test('cancelled between photos, it keeps what it did as a step and says how many it did not come to', async () => {
  const { path, client, core, idOf } = await openLibrary()
  const fileIds = await Promise.all(['2023/a.jpg', '2023/b.jpg', '2023/c.jpg'].map(idOf))
  core.events.subscribe('moves.progress', ({ taskId, total }) => {
    expect(total).toBe(3)
    if (taskId !== null) void client.moves.cancel({ taskId })
  })
  const report = await client.moves.run({ fileIds, folder: path('2024'), taskId: 'one' })
  expect(report).toMatchObject({ photos: 3, moved: 1, left: 2, isCancelled: true })
  expect((await client.history.state({})).undo).toMatchObject({ photos: 1 })
})

test('other calls are answered while many photos are looked for, and a stop then moves none', async () => {
  const { path, client, idOf } = await openLibrary()
  const id = await idOf('2023/b.jpg')
  const fileIds = Array.from({ length: 60_000 }, () => id)
  let isOver = false
  const running = client.moves.run({ fileIds, folder: path('2024'), taskId: 'many' }).then((report) => {
    isOver = true
    return report
  })
  await client.moves.cancel({ taskId: 'none' })
  expect(isOver).toBe(false)
  await client.moves.cancel({ taskId: 'many' })
  expect(await running).toMatchObject({ photos: 60_000, left: 60_000, moved: 0, isCancelled: true })
  expect(filesIn(path('2023'))).toContain('b.jpg')
})

test('a sidecar that is named alone takes its photo along, and counts with it once', async () => {
  const { path, client } = await openLibrary()
  const paths = ['a.jpg.xmp', 'a.NEF.xmp', 'a.jpg'].map((name) => path(`2023/${name}`))
  const fileIds = (await client.browse.filesAt({ paths })).fileIds.filter((id) => id !== null)
  expect(fileIds).toHaveLength(3)
  expect(await client.moves.plan({ fileIds, folder: path('2024') })).toMatchObject({ photos: 1 })
  const report = await client.moves.run({ fileIds: fileIds.slice(0, 1), folder: path('2024') })
  expect(report).toMatchObject({ photos: 1, moved: 1 })
  expect(filesIn(path('2024'))).toEqual([...shotA, 'x.jpg'])
})

test('what belongs to a shot is found as the photo that is shown for it, and an unknown path as none', async () => {
  const { path, client, idOf } = await openLibrary()
  const id = await idOf('2023/a.jpg')
  const paths = ['a.jpg', 'a.NEF', 'a.mov', 'gone.jpg'].map((name) => path(`2023/${name}`))
  expect(await client.browse.filesAt({ paths })).toEqual({ fileIds: [id, id, id, null] })
})
