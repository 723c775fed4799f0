// Annotations through the core: one label or many, the best suggestion, renaming, and the events.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { HistoryState } from '../../../electron/contract/history.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function openLabelled(count = 3) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, count)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const test = openTestCore(home)
  await test.label({ folders: [photos], model })
  const files = () => test.client.photos.list({ folder: photos })
  const ids = (await files()).flatMap(({ photoId }) => photoId ?? [])
  /** `+cat` confirmed, `-cat` rejected, `cat` suggested. */
  const show = async () =>
    (await files()).map(({ labels }) =>
      labels.map(({ name, state }) => ({ confirmed: '+', rejected: '-', suggested: '' })[state] + name),
    )
  return { ...test, home, photos, ids, show, files }
}

test('removes the other confirmed labels for isOnly, keeps rejected ones, and restores all by one undo', async () => {
  const { client, ids, show } = await openLabelled(2)
  const start = await show()
  await client.labels.confirm({ photoIds: ids, name: 'one' })
  await client.labels.confirm({ photoIds: ids, name: 'two' })
  await client.labels.reject({ photoIds: ids, name: 'no' })
  const before = await show()
  await client.labels.confirm({ photoIds: ids, name: 'three', isOnly: true })
  for (const labels of await show()) {
    expect(labels.filter((name) => name.startsWith('+'))).toEqual(['+three'])
    expect(labels).toContain('-no')
  }
  await client.history.undo({})
  expect(await show()).toEqual(before)
  for (let n = 0; n < 3; n++) await client.history.undo({})
  expect(await show()).toEqual(start)
})

test('a card lists rejected labels as the model had ranked them, others last', async () => {
  const { client, ids } = await openLabelled(1)
  const labels = async () => {
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 1 })
    return (cards[0]?.labels ?? []).map(({ name }) => name)
  }
  const ranked = await labels()
  expect(ranked.length).toBeGreaterThan(2)
  await client.labels.reject({ photoIds: ids, name: 'a label of no model' })
  for (const name of ranked.toSorted().toReversed()) await client.labels.reject({ photoIds: ids, name })
  expect((await labels()).filter((name) => ranked.includes(name))).toEqual(ranked)
  expect((await labels()).at(-1)).toBe('a label of no model')
})

test('says how many photos a label was added to and which it took the place of, and which were used last', async () => {
  const { client, ids, show } = await openLabelled()
  const [first, second, third] = ids
  if (!first || !second || !third) throw new Error('three photos expected')
  const confirm = (photoIds: typeof ids, name: string, isOnly = false) =>
    client.labels.confirm({ photoIds, name, isOnly })
  await confirm([first, second], 'workshop')
  await confirm([second], 'dog')
  await client.labels.reject({ photoIds: [third], name: 'dog' })
  expect(await confirm(ids, 'trip 2024')).toEqual({ photos: 3, removed: [] })
  expect(await confirm(ids, 'trip 2024')).toEqual({ photos: 0, removed: [] })
  expect(await client.labels.on({ photoIds: ids })).toEqual([
    { name: 'trip 2024', photos: 3 },
    { name: 'workshop', photos: 2 },
    { name: 'dog', photos: 1 },
  ])
  expect(await client.labels.recent({ limit: 2 })).toEqual(['trip 2024', 'dog'])
  expect(await client.labels.clear({ photoIds: ids, name: 'dog', state: 'confirmed' })).toEqual({ photos: 1 })
  expect((await show()).flat()).toContain('-dog')
  expect(await confirm([first, second], 'garden', true)).toEqual({
    photos: 2,
    removed: [
      { name: 'trip 2024', photos: 2 },
      { name: 'workshop', photos: 2 },
    ],
  })
})

test('accepts or rejects the top visible suggestion of each photo in one step', async () => {
  const { client, ids, show } = await openLabelled()
  const best = (await show()).map(([first]) => first)
  const [first, second, third] = ids
  if (!first || !second || !third) throw new Error('three photos expected')
  expect(await client.labels.reviewTop({ photoIds: [first, second], state: 'confirmed' })).toEqual({
    photos: 2,
  })
  expect((await show()).map(([label]) => label)).toEqual([`+${best[0] ?? ''}`, `+${best[1] ?? ''}`, best[2]])
  expect(await client.history.state({})).toMatchObject({ undo: { kind: 'accept', photos: 2 } })
  expect(await client.labels.reviewTop({ photoIds: [third], state: 'rejected' })).toEqual({ photos: 1 })
  expect((await show())[2]?.at(-1)).toBe(`-${best[2] ?? ''}`)
  // The photo with nothing left to judge stays as it is.
  await client.labels.rejectAll({ photoIds: [third] })
  const all = await show()
  expect(all[2]?.every((label) => label.startsWith('-'))).toBe(true)
  expect(await client.labels.reviewTop({ photoIds: [third], state: 'confirmed' })).toEqual({ photos: 0 })
  expect(await show()).toEqual(all)
  await client.labels.clearAll({ photoIds: [third] })
  expect((await show())[2]?.[0]).toBe(best[2])
})

test('renames confirmed labels, merges them with an existing label, replaces rejected ones, and keeps suggestions', async () => {
  const { client, ids, show, files } = await openLabelled()
  const [first, second, third] = ids
  if (!first || !second || !third) throw new Error('three photos expected')
  await client.labels.confirm({ photoIds: [first, second, third], name: 'pup' })
  await client.labels.confirm({ photoIds: [second], name: 'hound' })
  await client.labels.reject({ photoIds: [third], name: 'hound' })
  const annotated = async () =>
    (await show()).map((labels) => labels.filter((name) => /pup|hound/.test(name)))
  const before = await annotated()
  const atMs = (await files())[1]?.labels.find(({ name }) => name === 'hound')?.atMs
  expect(await client.labels.rename({ renames: [{ from: 'pup', to: ' hound ' }] })).toEqual({
    photos: 3,
    renamed: { confirmed: [{ name: 'pup', names: ['hound'] }], suggested: [] },
  })
  expect(await annotated()).toEqual([['+hound'], ['+hound'], ['+hound']])
  expect((await files())[1]?.labels.find(({ name }) => name === 'hound')?.atMs).toBe(atMs)
  expect(await client.labels.rename({ renames: [{ from: 'hound', to: 'hound' }] })).toMatchObject({
    photos: 0,
  })
  expect((await client.history.state({})).undo).toMatchObject({
    kind: 'rename',
    name: 'pup → hound',
    photos: 3,
  })
  await client.history.undo({})
  expect(await annotated()).toEqual(before)
})

test('a label that becomes one below itself leaves that one, and those below it, where they are', async () => {
  const { client, ids } = await openLabelled()
  for (const [at, name] of ['animal', 'animal/cat', 'animal/cat/kitten'].entries())
    await client.labels.confirm({ photoIds: ids.slice(at, at + 1), name })
  await client.labels.rename({ renames: [{ from: 'animal', to: 'animal/cat' }] })
  const confirmed = (await client.labels.list({})).filter((label) => label.confirmed > 0)
  expect(confirmed.map(({ name, confirmed: count }) => [name, count])).toEqual([
    ['animal/cat', 2],
    ['animal/cat/kitten', 1],
  ])
})

test('renames with what lies below, merges several labels, and removes labels, each as one step', async () => {
  const { client, ids } = await openLabelled()
  const [first, second, third] = ids
  if (!first || !second || !third) throw new Error('three photos expected')
  await client.labels.confirm({ photoIds: [first], name: 'animal/pup' })
  await client.labels.confirm({ photoIds: [second], name: 'animal/pup/white' })
  await client.labels.confirm({ photoIds: [third], name: 'animals' })
  const mine = async () =>
    (await client.labels.list({})).filter(({ confirmed }) => confirmed > 0).map(({ name }) => name)
  const { rename, remove } = client.labels
  expect(await rename({ renames: [{ from: 'animal', to: 'beast' }] })).toMatchObject({ photos: 2 })
  expect(await mine()).toEqual(['animals', 'beast/pup', 'beast/pup/white'])
  const merge = ['animals', 'beast/pup/white'].map((from) => ({ from, to: 'beast/pup' }))
  expect(await rename({ renames: merge })).toMatchObject({ photos: 2 })
  expect(await mine()).toEqual(['beast/pup'])
  expect(await remove({ names: ['beast'] })).toEqual({ photos: 3 })
  expect(await mine()).toEqual([])
  for (let steps = 0; steps < 3; steps++) await client.history.undo({})
  expect(await mine()).toEqual(['animal/pup', 'animal/pup/white', 'animals'])
})

test('emits each step, undo and redo once', async () => {
  const { client, core, ids } = await openLabelled(1)
  const told: HistoryState[] = []
  core.events.subscribe('history.changed', (state) => told.push(state))
  await client.labels.confirm({ photoIds: ids, name: 'cat' })
  await client.labels.confirm({ photoIds: ids, name: 'cat' })
  await client.history.undo({})
  await client.history.redo({})
  expect(told.map(({ undo, redo }) => [undo?.name ?? null, redo?.name ?? null])).toEqual([
    ['cat', null],
    [null, 'cat'],
    ['cat', null],
  ])
})

test('makes an import one step, whatever labels it has', async () => {
  const { client, photos, show, home } = await openLabelled()
  const before = await show()
  const file = path.join(home, 'labels.csv')
  await writeFile(file, 'file_name,label\n000.jpg,oak\n001.jpg,elm\n002.jpg,oak\n')
  await client.imports.labels({ file, folder: photos, isApplied: true })
  expect((await show()).map(([first]) => first)).toEqual(['+oak', '+elm', '+oak'])
  expect((await client.history.state({})).undo).toMatchObject({ kind: 'import', photos: 3, name: 'oak, elm' })
  await client.history.undo({})
  expect(await show()).toEqual(before)
})
