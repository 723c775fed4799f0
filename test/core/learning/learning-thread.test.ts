// Learning beside the core's loop: answers, progress, cancelling, new photos, and closing while it works.
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { unpackPoints } from '../../../electron/common/map-points.ts'
import { classOf, fillLibrary, pathOf, type EmbeddedLibraryOptions } from '../../helpers/embedded-library.ts'
import { openTestCore } from '../../helpers/core.ts'
import { saying } from '../../helpers/messages.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const small: EmbeddedLibraryOptions = { photos: 300, dim: 24, classes: 5, labelled: 100 }
/** Work for a second. */
const medium: EmbeddedLibraryOptions = { photos: 1000, dim: 64, classes: 10, labelled: 900, spread: 3 }
/** Work for some seconds. */
const large: EmbeddedLibraryOptions = { photos: 3000, dim: 192, classes: 40, labelled: 2500, spread: 3 }

function setUp(options: EmbeddedLibraryOptions) {
  const folder = tempFolder()
  const photoIds = fillLibrary(path.join(folder, 'library.db'), options)
  return { ...openTestCore(folder), folder, photoIds }
}

test('trains, previews, promotes and rolls back in the thread, and stores each in the library', async () => {
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

test('makes promoting and rolling back steps of the history: undo takes back these and nothing older, also after a restart', async () => {
  const { client, core, folder, photoIds } = setUp(small)
  const photo = photoIds.slice(201, 202)
  const suggested = async (of: typeof client) =>
    (await of.photos.list({ folder: '/photos', limit: 1, after: pathOf(200) }))[0]?.labels.find(
      ({ state }) => state === 'suggested',
    )
  await client.labels.confirm({ photoIds: photo, name: 'mine' })
  const { head } = await client.heads.train({})
  const own = await suggested(client)
  const steps: unknown[] = []
  core.events.subscribe('history.changed', ({ undo, redo }) => steps.push([undo?.kind, redo?.kind]))
  await client.heads.promote({ id: head.id })
  const ofHead = await suggested(client)
  expect(ofHead?.modelVersion).toBe('head-1')
  expect((await client.history.state({})).undo).toMatchObject({ kind: 'promote', name: '1', photos: 300 })
  // The same head again is no step.
  await client.heads.promote({ id: head.id })
  const undone = await client.history.undo({})
  expect(undone).toMatchObject({ undo: { kind: 'confirm', name: 'mine' }, redo: { kind: 'promote' } })
  expect(await suggested(client)).toEqual(own)
  expect((await client.heads.list({}))[0]?.isPromoted).toBe(false)
  await client.history.redo({})
  expect(await suggested(client)).toEqual(ofHead)
  await client.heads.rollback({})
  await core.close()

  const again = openTestCore(folder)
  expect((await again.client.history.state({})).undo).toMatchObject({ kind: 'rollback', name: null })
  await again.client.history.undo({})
  expect(await suggested(again.client)).toEqual(ofHead)
  await again.client.history.undo({})
  expect(await suggested(again.client)).toEqual(own)
  expect((await again.client.history.state({})).undo).toMatchObject({ kind: 'confirm', name: 'mine' })
  expect(steps).toEqual([
    ['promote', undefined],
    ['promote', undefined],
    ['confirm', 'promote'],
    ['promote', undefined],
    ['rollback', undefined],
  ])
})

test('returns as many photos for each cell of the confusion matrix as it counts', async () => {
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

test('counts wrong predictions of labels that are no longer used', async () => {
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

test('offers a group the label of a photo that is like it, and not the only label there is', async () => {
  const { client } = setUp({ ...small, labelled: 1 })
  const groups = await client.review.groups({ groups: 5, hasPaths: true })
  const classesOf = ({ photos }: (typeof groups)[number]) =>
    [...new Set(photos?.map(({ path: name }) => Number(name.slice(8, 14)) % 5))].join()
  expect(groups.map((group) => [classesOf(group), group.nearest]).toSorted()).toEqual([
    ['0', 'class 0'],
    ...['1', '2', '3', '4'].map((one) => [one, null]),
  ])
})

test('answers similar photos, groups, map, learning curve and label issues', async () => {
  const { client, photoIds } = setUp(small)
  const [photoId] = photoIds
  if (photoId === undefined) throw new Error('no photo')
  const similar = await client.review.similar({ photo: { photoId }, limit: 10 })
  expect(similar).toEqual(await client.review.similar({ photo: { path: pathOf(0) }, limit: 10 }))
  const numberOf = (path: string) => Number(path.slice(8, 14))
  expect(similar.every((one) => numberOf(one.path) % 5 === 0)).toBe(true)

  const groups = await client.review.groups({ groups: 5, hasPaths: true })
  expect(groups.flatMap(({ photoIds: ofGroup }) => ofGroup)).toHaveLength(200)
  const [first] = groups
  expect(await client.photos.paths({ photoIds: first?.photoIds ?? [] })).toEqual(
    first?.photos?.map((one) => one.path),
  )
  for (const { photos, nearest } of groups) {
    const classes = new Set(photos?.map((one) => numberOf(one.path) % 5))
    // What the user said of the first hundred.
    expect([...classes].map((one) => classOf(one, 5))).toEqual([nearest])
  }
  const all = await client.review.groups({ groups: 5, isUnlabelledOnly: false })
  expect(all.flatMap(({ photoIds: ofGroup }) => ofGroup)).toHaveLength(300)
  // Where they lie is not sent along unasked: there may be a million.
  expect(all.map(({ photos }) => photos)).toEqual(all.map(() => null))
  expect(all[0]).toMatchObject({ label: 'something', labelShare: 200 / 300 })

  const map = await client.review.map({ method: 'pca' })
  expect(map).toMatchObject({ method: 'pca', modelName: 'made', fitted: 300 })
  const points = unpackPoints(map.points)
  expect(points.map((point) => point.photoId)).toEqual(photoIds)
  expect(points[1]).toMatchObject({ label: 'class 1', isConfirmed: true })
  expect(points[101]).toMatchObject({ label: 'something', isConfirmed: false })

  const queue = await client.review.queue({ limit: 5 })
  expect(queue.every((one) => numberOf(one.path) >= 100)).toBe(true)
  for (const mode of ['single', 'multi'] as const) {
    const { points } = await client.review.curve({ mode })
    expect(points.at(-1)?.accuracy).toBeGreaterThan(0.9)
    expect(points.at(-1)?.labels).toBe(80)
    expect(await client.review.lastCurve({})).toMatchObject({ mode, curve: { points } })
  }
})

test('queues photos of a class that the promoted head was trained without', async () => {
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

test('lists a wrong label as an issue, also where photos may have several', async () => {
  const { client, photoIds } = setUp(small)
  const wrong = photoIds.slice(7, 8)
  await client.labels.clear({ photoIds: wrong, name: 'class 2' })
  await client.labels.confirm({ photoIds: wrong, name: 'class 4' })
  for (const mode of ['single', 'multi'] as const) {
    const [first] = await client.review.labelIssues({ mode })
    expect(first).toMatchObject({ path: pathOf(7), given: 'class 4', likely: 'class 2' })
    expect(first?.reason).toEqual(saying(expect.stringContaining('Judged without this photo')))
  }
})

test('tells how far all of the search for issues is, and never steps back', async () => {
  const { client, core } = setUp(large)
  const shares: number[] = []
  core.events.subscribe('learning.progress', ({ share }) => shares.push(share))
  await client.review.labelIssues({ taskId: 'issues' })
  expect(shares.length).toBeGreaterThan(3)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
}, 180_000)

test('lists no issue for the only photo of a class', async () => {
  const { client, photoIds } = setUp(small)
  const lone = photoIds.slice(7, 8)
  await client.labels.clear({ photoIds: lone, name: 'class 2' })
  await client.labels.confirm({ photoIds: lone, name: 'giraffe' })
  for (const mode of ['single', 'multi'] as const) {
    const doubted = await client.review.labelIssues({ mode })
    expect(doubted.map(({ given }) => given)).not.toContain('giraffe')
  }
  // With a second one it can be.
  await client.labels.clear({ photoIds: photoIds.slice(12, 13), name: 'class 2' })
  await client.labels.confirm({ photoIds: photoIds.slice(12, 13), name: 'giraffe' })
  await client.labels.clear({ photoIds: photoIds.slice(3, 4), name: 'class 3' })
  await client.labels.confirm({ photoIds: photoIds.slice(3, 4), name: 'giraffe' })
  const [first] = await client.review.labelIssues({ mode: 'single' })
  expect(first).toMatchObject({ path: pathOf(3), given: 'giraffe', likely: 'class 3' })
})

test('applies the rules of the library in map, groups and previews', async () => {
  const { client } = setUp(small)
  const { head } = await client.heads.train({ seed: 1 })
  const rules = { mapping: [{ from: 'something', to: 'a thing' }] }
  await client.rules.set({ rules })
  const labelsOfMap = async () => {
    const { points } = await client.review.map({ method: 'pca' })
    return unpackPoints(points)
      .slice(98, 102)
      .map(({ label }) => label)
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

test('reuses the same map, and draws another one for new photos', async () => {
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
  const places = (map: typeof first) => unpackPoints(map.points).map(({ x, y }) => [x, y])
  expect(new Set(places(first).map(String)).size).toBeGreaterThan(200)
  expect(places(again)).toEqual(places(first))
  expect(unpackPoints(again.points)[0]?.label).toBe('mine')
  // Another program labels more photos.
  fillLibrary(path.join(folder, 'library.db'), { ...small, photos: 320, labelled: 0 })
  expect(unpackPoints((await client.review.map(request)).points)).toHaveLength(320)
})

test('emits the progress of a task, cancels it and goes on with the next', async () => {
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
  expect((await client.review.nearDuplicates({ minCosine: 0.99 })).length).toBeGreaterThanOrEqual(0)
}, 180_000)

test('a promotion, a rollback and a preview are cancelled by their task, and leave the library as it was', async () => {
  const { client, core } = setUp(medium)
  const { head } = await client.heads.train({})
  const steps = new Set<string>()
  core.events.subscribe('learning.progress', ({ step }) => steps.add(step))
  await client.heads.promote({ id: head.id, taskId: 'told' })
  expect(steps.size).toBeGreaterThan(0)
  const state = async () => [await client.history.state({}), await client.heads.list({})]
  const before = await state()
  const calls = {
    promote: () => client.heads.promote({ id: head.id, taskId: 'promote' }),
    rollback: () => client.heads.rollback({ taskId: 'rollback' }),
    preview: () => client.heads.preview({ id: head.id, taskId: 'preview' }),
  }
  for (const [taskId, call] of Object.entries(calls)) {
    // It keeps the thread busy, so that the call is cancelled before it comes to its end.
    const curve = client.review.curve({ taskId: 'before' }).catch((error: unknown) => error)
    const called = call().catch((error: unknown) => error)
    await setImmediate()
    await client.learning.cancel({ taskId })
    await client.learning.cancel({ taskId: 'before' })
    expect([await curve, await called]).toMatchObject([{ code: 'cancelled' }, { code: 'cancelled' }])
    expect(await state()).toEqual(before)
  }
}, 180_000)

test('a promotion that waits for another change is cancelled, too', async () => {
  const { client } = setUp(medium)
  const [one, two] = [
    (await client.heads.train({ seed: 1 })).head,
    (await client.heads.train({ seed: 2 })).head,
  ]
  // The first change waits for the thread, and the second one for the first.
  const curve = client.review.curve({ taskId: 'before' }).catch((error: unknown) => error)
  const first = client.heads.promote({ id: one.id })
  const second = client.heads.promote({ id: two.id, taskId: 'second' }).catch((error: unknown) => error)
  await setImmediate()
  await client.learning.cancel({ taskId: 'second' })
  await client.learning.cancel({ taskId: 'before' })
  expect([await curve, await second]).toMatchObject([{ code: 'cancelled' }, { code: 'cancelled' }])
  expect((await first).head.id).toBe(one.id)
  expect((await client.heads.list({})).find(({ isPromoted }) => isPromoted)?.id).toBe(one.id)
}, 180_000)

test('answers searches and other calls while a head is trained', async () => {
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
}, 180_000)

test('ends the task and the thread when the core is closed', async () => {
  const { client, close, folder } = setUp(large)
  const training = client.heads.train({}).catch((error: unknown) => error)
  await client.heads.list({})
  await close()
  expect(await training).toMatchObject({ code: 'cancelled' })
  await expect(client.heads.train({})).rejects.toMatchObject({ code: 'cancelled' })
  expect(await openTestCore(folder).client.heads.list({})).toEqual([])
}, 180_000)

test('reports missing embeddings in one sentence', async () => {
  const folder = tempFolder()
  const { client } = openTestCore(folder)
  await expect(client.review.queue({})).rejects.toMatchObject({
    code: 'embeddings-missing',
    message: expect.stringContaining('Label a folder first') as string,
  })
})
