// Views: snapshots whose cards show the present labels, and the ranges of a view.
import { expect, test } from 'vitest'
import { verbatim } from '../../../electron/texts/message.ts'
import { openTestLibrary } from './helpers.ts'

const five = { '1.jpg': {}, '2.jpg': {}, '3.jpg': {}, '4.jpg': {}, '5.jpg': {} }

test('keeps a view while labels change, with cards that show the present labels', async () => {
  const library = openTestLibrary()
  const photoIds = library.addFiles(five)
  for (const photoId of photoIds) library.predict(photoId, { cat: 0.5 })
  const { browse, labels } = library.client
  const view = await browse.open({ filter: { states: ['suggested'] }, sort: {} })
  expect(view.total).toBe(5)
  await labels.confirm({ photoIds: photoIds.slice(0, 3), name: 'cat' })
  library.addFiles({ '0.jpg': {} })
  const cards = await browse.window({ viewId: view.viewId, offset: 0, limit: 500 })
  expect(cards.map(({ name, state }) => `${name} ${state}`)).toEqual([
    '1.jpg confirmed',
    '2.jpg confirmed',
    '3.jpg confirmed',
    '4.jpg suggested',
    '5.jpg suggested',
  ])
  expect((await browse.open({ filter: { states: ['suggested'] }, sort: {} })).total).toBe(2)
})

test('agrees in the windows, ids and indices of a view', async () => {
  const library = openTestLibrary()
  library.addFiles({ ...five, 'text.txt': { problem: { kind: 'failed', reason: verbatim('no photo') } } })
  const { browse } = library.client
  const all = { filter: {}, sort: { by: 'name', isDescending: true } } as const
  const { viewId } = await browse.open(all)
  const cards = await browse.window({ viewId, offset: 0, limit: 500 })
  expect((await browse.open(all)).cards).toEqual([])
  expect((await browse.open({ ...all, first: 2 })).cards).toEqual(cards.slice(0, 2))
  expect((await browse.open({ ...all, first: 500 })).cards).toEqual(cards)
  expect(await browse.window({ viewId, offset: 2, limit: 2 })).toEqual(cards.slice(2, 4))
  expect(await browse.window({ viewId, offset: 6, limit: 2 })).toEqual([])
  const ids = await browse.ids({ viewId, from: 0, to: 100 })
  expect(ids.fileIds).toEqual(cards.map(({ fileId }) => fileId))
  expect(ids.photoIds).toEqual(cards.map(({ photoId }) => photoId))
  expect(ids.photoIds[0]).toBe(null)
  expect((await browse.ids({ viewId, from: 1, to: 3 })).fileIds).toEqual(ids.fileIds.slice(1, 3))
  expect((await browse.ids({ viewId, from: 3, to: 1 })).fileIds).toEqual([])
  for (const [index, fileId] of ids.fileIds.entries())
    expect(await browse.locate({ viewId, fileId })).toEqual({ index })
  const part = await browse.open({ filter: { states: ['failed'] }, sort: {} })
  const [, second] = ids.fileIds
  if (second === undefined) throw new Error('no file')
  expect(await browse.locate({ viewId: part.viewId, fileId: second })).toEqual({ index: null })
})

test('fails for an evicted view, and keeps one in use', async () => {
  const library = openTestLibrary()
  library.addFiles(five)
  const { browse } = library.client
  const open = async () => (await browse.open({ filter: {}, sort: {} })).viewId
  const [used, unused] = [await open(), await open()]
  for (let i = 0; i < 20; i++) {
    await open()
    await browse.window({ viewId: used, offset: 0, limit: 1 })
  }
  for (const ask of [
    () => browse.window({ viewId: unused, offset: 0, limit: 1 }),
    () => browse.ids({ viewId: unused, from: 0, to: 1 }),
  ])
    await expect(ask()).rejects.toMatchObject({ code: 'not-found' })
})

test('keeps the index of a forgotten file in an open view', async () => {
  const library = openTestLibrary()
  library.addFiles({ 'a.jpg': {}, 'old/b.jpg': {}, 'c.jpg': {} })
  library.store.folders.add('/p/old')
  const { browse } = library.client
  const { viewId } = await browse.open({ filter: {}, sort: {} })
  library.store.files.forget({ from: '/p/old/', to: '/p/old0' }, 10)
  const cards = await browse.window({ viewId, offset: 0, limit: 10 })
  expect(cards.map(({ name, isMissing }) => [name, isMissing])).toEqual([
    ['a.jpg', false],
    ['c.jpg', false],
    ['', true],
  ])
  expect(await library.names()).toEqual(['a.jpg', 'c.jpg'])
})
