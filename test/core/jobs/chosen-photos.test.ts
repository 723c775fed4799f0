// Jobs over chosen photos instead of folders: a selection, or those that failed.
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { saying } from '../../helpers/messages.ts'
import { writePhoto, writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'

async function setUp(count: number) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, count)
  const test = openTestCore(home)
  await test.client.library.scan({ folders: [photos] })
  const files = () => test.client.photos.list({ folder: photos, limit: 1000 })
  const ids = (await files()).flatMap(({ photoId }) => photoId ?? [])
  const labelled = async () =>
    (await files())
      .filter(({ status }) => status === 'labelled')
      .map((file) => path.relative(photos, file.path))
  return { ...test, home, photos, model, ids, files, labelled }
}

test('labels and counts the chosen photos only', async () => {
  const { label, ids, model, labelled, photos, client, core } = await setUp(6)
  await copyFile(path.join(photos, 'part 0/000.jpg'), path.join(photos, 'copy.jpg'))
  await client.library.scan({ folders: [photos] })
  const totals: (number | null)[] = []
  core.events.subscribe('job.progress', ({ total }) => totals.push(total))
  const photoIds = [ids[4], ids[0], ids[0]].flatMap((id) => id ?? [])
  const job = await label({ photoIds, model, folders: [] })
  expect(job).toMatchObject({
    state: 'done',
    inferred: 2,
    counts: { files: 2, labelled: 2, failed: 0, skipped: 0, reused: 0 },
    request: { folders: [], photoIds },
  })
  expect(totals.at(-1)).toBe(2)
  // Both files of the first photo are labelled, although one was read.
  expect(await labelled()).toEqual(['copy.jpg', 'part 0/000.jpg', 'part 2/002.jpg'])
  expect(await label({ photoIds, model, folders: [] })).toMatchObject({ inferred: 0, counts: { reused: 2 } })
  expect(await label({ photoIds, model, folders: [], force: true })).toMatchObject({ inferred: 2 })
})

test('refuses folders and photos at once, or neither, in a sentence', async () => {
  const { client, photos, model, ids } = await setUp(1)
  const refused = (folders: string[], photoIds: typeof ids | null) =>
    expect(client.jobs.start({ folders, photoIds, model })).rejects
  await refused([photos], ids).toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining('not both') as string,
  })
  await refused([], null).toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining('Nothing is chosen') as string,
  })
  await refused([], []).toMatchObject({ code: 'bad-request' })
  await refused([], [999 as (typeof ids)[number]]).toMatchObject({ code: 'not-found' })
})

test('retries failed photos as they are now: repaired, still broken, or missing', async () => {
  const { label, model, photos, files, client } = await setUp(2)
  const sound = await readFile(await writePhoto(path.join(photos, 'sound.jpg'), 50))
  for (const name of ['repaired.jpg', 'broken.jpg', 'gone.jpg'])
    await writeFile(path.join(photos, name), Buffer.concat([sound.subarray(0, 200), Buffer.from(name)]))
  const first = await label({ folders: [photos], model })
  expect(first.counts).toMatchObject({ files: 6, labelled: 3, failed: 3 })
  const failed = (await files()).flatMap(({ status, photoId }) =>
    status === 'failed' ? (photoId ?? []) : [],
  )
  expect(failed).toHaveLength(3)
  await writePhoto(path.join(photos, 'repaired.jpg'), 51)
  await rm(path.join(photos, 'gone.jpg'))
  const again = await label({ photoIds: failed, model, folders: [] })
  expect(again.counts).toEqual({ files: 3, labelled: 1, failed: 2, skipped: 0, reused: 0 })
  expect(again.inferred).toBe(2)
  const now = Object.fromEntries((await files()).map((file) => [path.basename(file.path), file]))
  expect(now['repaired.jpg']).toMatchObject({ status: 'labelled' })
  expect(now['broken.jpg']).toMatchObject({
    status: 'failed',
    reason: saying(expect.stringMatching(/damaged|early/)),
  })
  // What is gone is found missing by a scan, and its photo is kept.
  await client.library.scan({ folders: [photos] })
  expect((await client.library.summary({})).missing).toBe(1)
})

test('resumes an interrupted job over photos after a restart, and lists it until then', async () => {
  const { label, core, client, model, ids, home, close } = await setUp(60)
  const stop = core.events.subscribe('job.progress', ({ jobId, counts }) => {
    if (counts.labelled > 0) void client.jobs.pause({ id: jobId })
  })
  const photoIds = ids.slice(10)
  const paused = await label({ photoIds, model, folders: [] })
  stop()
  expect(paused.state).toBe('paused')
  await close()
  const second = openTestCore(home)
  expect((await second.client.jobs.list({}))[0]).toMatchObject({
    id: paused.id,
    state: 'paused',
    request: { photoIds },
  })
  const ended = new Promise((resolve) => {
    second.core.events.subscribe('job.changed', (job) => {
      if (job.state !== 'running') resolve(job)
    })
  })
  await second.client.jobs.resume({ id: paused.id })
  expect(await ended).toMatchObject({
    id: paused.id,
    state: 'done',
    inferred: 50,
    counts: { files: 50, labelled: 50 },
  })
})
