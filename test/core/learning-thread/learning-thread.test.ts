// Learning beside the core's loop: answers, progress, cancelling, new photos, and closing while it works.
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { classOf, fillLibrary, pathOf, type EmbeddedLibraryOptions } from '../../helpers/embedded-library.ts'
import { openTestCore } from '../../helpers/core.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const small: EmbeddedLibraryOptions = { photos: 300, dim: 24, classes: 5, labelled: 100 }
/** Work for some seconds. */
const large: EmbeddedLibraryOptions = { photos: 3000, dim: 192, classes: 40, labelled: 2500, spread: 3 }

function setUp(options: EmbeddedLibraryOptions) {
  const folder = tempFolder()
  const photoIds = fillLibrary(path.join(folder, 'library.db'), options)
  return { ...openTestCore(folder), folder, photoIds }
}

test('train, preview, promote and roll back run in the thread and are in the library', async () => {
  const { client, core } = setUp(small)
  const changes: unknown[] = []
  core.events.subscribe('library.changed', (event) => changes.push(event))
  const { head } = await client.heads.train({ seed: 1 })
  expect(head.metrics?.accuracy).toBeGreaterThan(0.9)
  expect((await client.heads.list({})).map(({ id }) => id)).toEqual([head.id])
  // The labels of the first hundred are confirmed and stay.
  expect((await client.heads.preview({ id: head.id })).changed).toBe(200)
  expect((await client.heads.promote({ id: head.id })).photos).toBe(300)
  const [photo] = await client.photos.list({ folder: '/photos', limit: 1, after: pathOf(201) })
  expect(photo?.labels[0]).toMatchObject({ name: classOf(202, 5), modelVersion: 'head-1' })
  expect((await client.heads.rollback({})).head).toBeNull()
  expect(changes).toEqual([{ photoIds: null }, { photoIds: null }])
})

test('behind each cell of the confusion matrix are as many photos as it says', async () => {
  const { client } = setUp({ ...small, spread: 2 })
  const { head } = await client.heads.train({})
  const { confusion } = head.metrics ?? { confusion: [] }
  const seen: number[] = []
  for (const [t, truth] of head.classes.entries()) {
    for (const [p, predicted] of head.classes.entries()) {
      const { photoIds } = await client.heads.confused({ id: head.id, truth, predicted })
      expect(photoIds).toHaveLength(confusion[t]?.[p] ?? -1)
      for (const photoId of photoIds) expect(classOf(photoId - 1, 5)).toBe(truth)
      seen.push(...photoIds)
    }
  }
  expect(new Set(seen).size).toBe(head.metrics?.photos)
  expect((await client.heads.confused({ id: head.id, truth: 'none', predicted: 'none' })).photoIds).toEqual(
    [],
  )
})

test('what a head says wrongly counts, also where nobody uses that label any more', async () => {
  const { client, photoIds } = setUp({ ...small, spread: 4 })
  const { head } = await client.heads.train({})
  const { confusion } = await client.heads.evaluate({ id: head.id, folder: null })
  const gone = photoIds.slice(0, 100).filter((_, number) => number % 5 === 0)
  await client.labels.clear({ photoIds: gone, name: 'class 0' })
  const others = confusion.slice(1)
  const photos = others.flat().reduce((sum, count) => sum + count, 0)
  const right = others.reduce((sum, row, at) => sum + (row[at + 1] ?? 0), 0)
  // Some of them are taken for the class that is gone.
  expect(others.reduce((sum, [first = 0]) => sum + first, 0)).toBeGreaterThan(0)
  const after = await client.heads.evaluate({ id: head.id, folder: null })
  expect(after.photos).toBe(photos)
  expect(after.accuracy).toBeCloseTo(right / photos, 10)
  expect(after.perClass.find(({ name }) => name === 'class 0')).toMatchObject({ examples: 0, precision: 0 })
})

test('searches, groups, map, curve and doubts are answered', async () => {
  const { client, photoIds } = setUp(small)
  const [photoId] = photoIds
  if (photoId === undefined) throw new Error('no photo')
  const similar = await client.review.similar({ photo: { photoId }, limit: 10 })
  expect(similar).toEqual(await client.review.similar({ photo: { path: pathOf(0) }, limit: 10 }))
  const numberOf = (path: string) => Number(path.slice(8, 14))
  expect(similar.every((one) => numberOf(one.path) % 5 === 0)).toBe(true)

  const groups = await client.review.groups({ groups: 5 })
  expect(groups.flatMap(({ photos }) => photos)).toHaveLength(200)
  for (const { photos } of groups) expect(new Set(photos.map((one) => numberOf(one.path) % 5)).size).toBe(1)
  const all = await client.review.groups({ groups: 5, isUnlabelledOnly: false })
  expect(all.flatMap(({ photos }) => photos)).toHaveLength(300)
  expect(all[0]).toMatchObject({ label: 'something', labelShare: 200 / 300 })

  const map = await client.review.map({ method: 'pca' })
  expect(map).toMatchObject({ method: 'pca', modelName: 'made', fitted: 300 })
  expect(map.points.map((point) => point.photoId)).toEqual(photoIds)
  expect(map.points[1]).toMatchObject({ label: 'class 1', isConfirmed: true })
  expect(map.points[101]).toMatchObject({ label: 'something', isConfirmed: false })

  const queue = await client.review.queue({ limit: 5 })
  expect(queue.every((one) => numberOf(one.path) >= 100)).toBe(true)
  for (const mode of ['single', 'multi'] as const) {
    const { points } = await client.review.curve({ mode })
    expect(points.at(-1)?.accuracy).toBeGreaterThan(0.9)
    expect(points.at(-1)?.labels).toBe(80)
  }
})

test('the queue knows a class that the promoted head was trained without', async () => {
  const { client, photoIds } = setUp({ ...small, labelled: 0 })
  const confirm = (c: number) =>
    client.labels.confirm({
      photoIds: photoIds.slice(0, 60).filter((_, i) => i % 5 === c),
      name: classOf(c, 5),
    })
  for (const c of [0, 1, 2, 3]) await confirm(c)
  const { head } = await client.heads.train({})
  await client.heads.promote({ id: head.id })
  const before = await client.review.queue({ limit: 300 })
  expect(before.map(({ label }) => label)).not.toContain('class 4')
  await confirm(4)
  const after = await client.review.queue({ limit: 300 })
  expect(after).toHaveLength(240)
  for (const { path, label } of after) expect(label).toBe(classOf(Number(path.slice(8, 14)), 5))
})

test('a wrong label is doubted, also where photos may have several', async () => {
  const { client, photoIds } = setUp(small)
  const wrong = photoIds.slice(7, 8)
  await client.labels.clear({ photoIds: wrong, name: 'class 2' })
  await client.labels.confirm({ photoIds: wrong, name: 'class 4' })
  for (const mode of ['single', 'multi'] as const) {
    const [first] = await client.review.suspects({ mode })
    expect(first).toMatchObject({ path: pathOf(7), given: 'class 4', likely: 'class 2' })
    expect(first?.reason).toContain('trained without this photo')
  }
})

test('the only photo of a class is not doubted: a head that has not seen it cannot know it', async () => {
  const { client, photoIds } = setUp(small)
  const lone = photoIds.slice(7, 8)
  await client.labels.clear({ photoIds: lone, name: 'class 2' })
  await client.labels.confirm({ photoIds: lone, name: 'giraffe' })
  for (const mode of ['single', 'multi'] as const) {
    const doubted = await client.review.suspects({ mode })
    expect(doubted.map(({ given }) => given)).not.toContain('giraffe')
  }
  // With a second one it can be.
  await client.labels.clear({ photoIds: photoIds.slice(12, 13), name: 'class 2' })
  await client.labels.confirm({ photoIds: photoIds.slice(12, 13), name: 'giraffe' })
  await client.labels.clear({ photoIds: photoIds.slice(3, 4), name: 'class 3' })
  await client.labels.confirm({ photoIds: photoIds.slice(3, 4), name: 'giraffe' })
  const [first] = await client.review.suspects({ mode: 'single' })
  expect(first).toMatchObject({ path: pathOf(3), given: 'giraffe', likely: 'class 3' })
})

test('map, groups and previews show what the library shows: other names, minimums, hidden classes', async () => {
  const { client } = setUp(small)
  const { head } = await client.heads.train({ seed: 1 })
  const rules = { mapping: [{ from: 'something', to: 'a thing' }] }
  await client.rules.set({ rules })
  const labelsOfMap = async () => {
    const { points } = await client.review.map({ method: 'pca' })
    return points.slice(98, 102).map(({ label }) => label)
  }
  expect(await labelsOfMap()).toEqual(['class 3', 'class 4', 'a thing', 'a thing'])
  const largestGroup = async () => (await client.review.groups({ groups: 2, isUnlabelledOnly: true }))[0]
  expect(await largestGroup()).toMatchObject({ label: 'a thing', labelShare: 1 })
  const mapping = [
    { from: 'class 1', to: 'one' },
    { from: 'class 2', to: 'a thing' },
    { from: 'class 3', to: null },
  ]
  await client.rules.set({ rules: { mapping: [...rules.mapping, ...mapping] } })
  const preview = async () => client.heads.preview({ id: head.id, limit: 1000 })
  // Of the 200 open photos, the 40 of class 2 are called as they were.
  const { examples, changed } = await preview()
  expect(changed).toBe(160)
  expect(new Set(examples.map(({ from }) => from))).toEqual(new Set(['a thing']))
  const says = (number: number) => examples.find(({ path }) => path === pathOf(number))
  expect([says(100)?.to, says(101)?.to, says(102), says(104)?.to]).toEqual([
    'class 0',
    'one',
    undefined,
    'class 4',
  ])
  expect(says(103)?.to).not.toBe('class 3')
  // Nothing that the head says may show any more.
  const hidden = [0, 1, 2, 3, 4].map((number) => ({ from: `class ${number}`, to: null }))
  await client.rules.set({ rules: { mapping: [...rules.mapping, ...hidden] } })
  expect(await labelsOfMap()).toEqual(['class 3', 'class 4', 'a thing', 'a thing'])
  const last = await preview()
  expect(last.changed).toBe(200)
  expect(new Set(last.examples.map(({ to }) => to))).toEqual(new Set([null]))
  await client.rules.set({ rules: { minScore: 0.6 } })
  expect(await labelsOfMap()).toEqual(['class 3', 'class 4', null, null])
})

test('the same map again is not drawn again, and new photos make another one', async () => {
  const { client, core, folder, photoIds } = setUp(small)
  const steps: string[] = []
  core.events.subscribe('learning.progress', ({ step }) => steps.push(step))
  const request = { method: 'umap', taskId: 'map' } as const
  const first = await client.review.map(request)
  expect(steps).toContain('drawing the map')
  steps.length = 0
  const [photoId] = photoIds
  if (photoId === undefined) throw new Error('no photo')
  await client.labels.confirm({ photoIds: [photoId], name: 'mine' })
  const again = await client.review.map(request)
  expect(steps).not.toContain('drawing the map')
  const places = (map: typeof first) => map.points.map(({ x, y }) => [x, y])
  expect(places(again)).toEqual(places(first))
  expect(again.points[0]?.label).toBe('mine')
  // Another program labels more photos.
  fillLibrary(path.join(folder, 'library.db'), { ...small, photos: 320, labelled: 0 })
  expect((await client.review.map(request)).points).toHaveLength(320)
})

test('a task tells its progress, and ends when it is cancelled; the thread goes on', async () => {
  const { client, core } = setUp(large)
  const task = client.heads.train({ taskId: 'mine' })
  const told = new Promise((resolve) => {
    core.events.subscribe('learning.progress', resolve)
  })
  expect(await told).toMatchObject({ taskId: 'mine', step: expect.any(String) as string })
  await client.learning.cancel({ taskId: 'another' })
  await expect(client.heads.train({ taskId: 'mine' })).rejects.toMatchObject({ code: 'bad-request' })
  await client.learning.cancel({ taskId: 'mine' })
  await expect(task).rejects.toMatchObject({ code: 'cancelled' })
  expect(await client.heads.list({})).toEqual([])
  expect((await client.review.duplicates({ minCosine: 0.99 })).length).toBeGreaterThanOrEqual(0)
}, 60_000)

test('while a head is trained the core goes on, and searches do not wait', async () => {
  const { client } = setUp(large)
  await client.review.similar({ photo: { path: pathOf(1) } })
  const state = { isTrained: false }
  const training = client.heads.train({}).then(() => (state.isTrained = true))
  let turns = 0
  await client.review.similar({ photo: { path: pathOf(5) } })
  await client.heads.list({})
  while (turns < 100) {
    await setImmediate()
    turns++
  }
  expect(state.isTrained).toBe(false)
  await training
}, 60_000)

test('a core that is closed while it learns ends the task and the thread', async () => {
  const { client, close, folder } = setUp(large)
  const training = client.heads.train({}).catch((error: unknown) => error)
  await client.heads.list({})
  await close()
  expect(await training).toMatchObject({ code: 'cancelled' })
  await expect(client.heads.train({})).rejects.toMatchObject({ code: 'cancelled' })
  expect(await openTestCore(folder).client.heads.list({})).toEqual([])
}, 60_000)

test('no embeddings is said in words', async () => {
  const folder = tempFolder()
  const { client } = openTestCore(folder)
  await expect(client.review.queue({})).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('Label a folder first') as string,
  })
})
