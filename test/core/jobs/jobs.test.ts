// Whole jobs: real folders, a real library, real workers and a tiny ViT.
import { readFileSync, writeFileSync } from 'node:fs'
import { copyFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ExportRequest } from '../../../electron/contract/exports.ts'
import type { InferencePort } from '../../../electron/contract/inference.ts'
import type { CoreClient } from '../../../electron/core/client.ts'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { english } from '../../../electron/texts/message.ts'
import { openTestCore } from '../../helpers/core.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { writePhoto, writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { createWorkerGate, type WorkerGate } from '../../helpers/worker-gate.ts'

let home: string
let photos: string
let model: string

async function setUp(count: number): Promise<void> {
  home = tempFolder()
  photos = path.join(home, 'photos')
  model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, count)
}

/** Lets the photos of a job through that is being stopped, once it knows that it is. */
async function stopAndLetThrough(gate: WorkerGate, stopping: Promise<unknown>): Promise<void> {
  await setImmediate()
  gate.open()
  await stopping
}

async function exportText(client: CoreClient, changes: Partial<ExportRequest> = {}): Promise<string> {
  let text = ''
  let cursor: string | null = null
  do {
    const chunk: { text: string; cursor: string | null } = await client.exports.chunk({
      request: { folders: [photos], ...changes },
      cursor,
    })
    text += chunk.text
    cursor = chunk.cursor
  } while (cursor !== null)
  return text
}

test('ends every file as labelled, failed or skipped, with totals that add up', async () => {
  await setUp(7)
  await writeFile(path.join(photos, 'notes.txt'), 'no photo')
  await writeFile(path.join(photos, 'empty.jpg'), '')
  await writeFile(path.join(photos, 'liar.jpg'), 'this is text')
  await copyFile(path.join(photos, 'part 0/000.jpg'), path.join(photos, 'copy.jpg'))
  const { client, label } = openTestCore(home)
  const job = await label({ folders: [photos], model })
  expect(job).toMatchObject({ state: 'done', inferred: 8, device: { ran: 'cpu', requested: 'cpu' } })
  expect(job.counts).toEqual({ files: 11, labelled: 8, failed: 2, skipped: 1, reused: 1 })
  const rows = parseCsv(await exportText(client, { topK: 1 }))
  expect(rows).toHaveLength(11)
  expect(rows.filter(({ status }) => status === 'failed').map((row) => row['file_name'])).toEqual([
    'empty.jpg',
    'liar.jpg',
  ])
  for (const { status, reason } of rows) expect(reason === '').toBe(status === 'labelled')
  const labelOf = (name: string) => rows.find((row) => row['file_name'] === name)?.['label']
  expect(labelOf('copy.jpg')).toBe(labelOf('part 0/000.jpg'))
})

test('infers nothing in a second run, everything with --force, and nothing for moved files', async () => {
  await setUp(6)
  const { client, label } = openTestCore(home)
  const request = { folders: [photos], model }
  await label(request)
  const before = await exportText(client)
  expect(await label(request)).toMatchObject({ inferred: 0, counts: { labelled: 6, reused: 6 } })
  expect(await label({ ...request, force: true })).toMatchObject({
    inferred: 6,
    counts: { labelled: 6, reused: 0 },
  })
  expect(await exportText(client)).toBe(before)
  await rename(path.join(photos, 'part 1'), path.join(photos, 'moved'))
  expect(await label(request)).toMatchObject({ inferred: 0, counts: { files: 6, labelled: 6 } })
  expect(parseCsv(await exportText(client)).map((row) => row['file_name'])).not.toContain('part 1/001.jpg')
  expect((await client.library.summary({})).missing).toBe(0)
})

test('never touches annotations, and does not bring back a rejected label', async () => {
  await setUp(2)
  const { client, label } = openTestCore(home)
  await label({ folders: [photos], model })
  const [first, second] = await client.photos.list({ folder: photos })
  if (!first?.photoId || !second?.photoId) throw new Error('two photos expected')
  const [suggestion] = first.labels
  if (suggestion === undefined) throw new Error('a suggestion expected')
  await client.labels.reject({ photoIds: [first.photoId], name: suggestion.name })
  await client.labels.confirm({ photoIds: [second.photoId], name: 'my own' })
  await label({ folders: [photos], model, force: true })
  const rows = parseCsv(await exportText(client))
  expect(
    rows.filter((row) => row['file_name'] === 'part 0/000.jpg').map((row) => row['label']),
  ).not.toContain(suggestion.name)
  expect(rows.find((row) => row['file_name'] === 'part 1/001.jpg')).toMatchObject({
    label: 'my own',
    source: 'human',
  })
  const [again] = await client.photos.list({ folder: photos })
  expect(again?.labels.at(-1)).toMatchObject({
    name: suggestion.name,
    state: 'rejected',
    source: 'human',
    modelName: 'tiny',
  })
})

test('resumes a paused job where it stopped, with the result of an uninterrupted one', async () => {
  await setUp(60)
  // Its photo is done long before.
  await copyFile(path.join(photos, 'part 0/000.jpg'), path.join(photos, 'zz-copy.jpg'))
  const unbroken = openTestCore(tempFolder())
  await unbroken.label({ folders: [photos], model })
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  const stop = core.events.subscribe('job.progress', ({ jobId, counts }) => {
    if (counts.labelled > 0) void stopAndLetThrough(gate, client.jobs.pause({ id: jobId }))
  })
  const paused = await label({ folders: [photos], model })
  stop()
  expect(paused.state).toBe('paused')
  expect(paused.inferred).toBeGreaterThan(0)
  expect(paused.inferred).toBeLessThan(60)
  const resumed = await label({ folders: [photos], model })
  expect(resumed).toMatchObject({
    id: paused.id,
    state: 'done',
    inferred: 60,
    counts: { labelled: 61, reused: 1 },
  })
  expect(await exportText(client)).toBe(await exportText(unbroken.client))
})

test('infers no photo twice in a forced job that was interrupted', async () => {
  await setUp(60)
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  await label({ folders: [photos], model })
  gate.close()
  const stop = core.events.subscribe('job.progress', ({ jobId, counts }) => {
    if (counts.labelled > 0) void stopAndLetThrough(gate, client.jobs.pause({ id: jobId }))
  })
  const paused = await label({ folders: [photos], model, force: true })
  stop()
  expect(paused.state).toBe('paused')
  const resumed = await label({ folders: [photos], model, force: true })
  expect(resumed).toMatchObject({ id: paused.id, state: 'done', inferred: 60 })
})

test('does not resume a cancelled job, but reuses its results in the next one', async () => {
  await setUp(60)
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  const stop = core.events.subscribe('job.progress', ({ jobId, counts }) => {
    if (counts.labelled > 0) void stopAndLetThrough(gate, client.jobs.cancel({ id: jobId }))
  })
  const cancelled = await label({ folders: [photos], model })
  stop()
  expect(cancelled.state).toBe('cancelled')
  const next = await label({ folders: [photos], model })
  expect(next.id).not.toBe(cancelled.id)
  expect(next.inferred + cancelled.inferred).toBe(60)
})

test('cancels a job that is being resumed, without starting another one', async () => {
  await setUp(60)
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  const stop = core.events.subscribe('job.progress', ({ jobId, counts }) => {
    if (counts.labelled > 0) void stopAndLetThrough(gate, client.jobs.pause({ id: jobId }))
  })
  const { id } = await label({ folders: [photos], model })
  stop()
  const resumed = client.jobs.resume({ id })
  expect(await client.jobs.cancel({ id })).toMatchObject({ id, state: 'cancelled' })
  await resumed
  expect(await client.jobs.list({})).toMatchObject([{ id, state: 'cancelled' }])
})

/** Kills the real process whenever this photo reaches it. */
function killAt(isCulprit: (file: string) => boolean): () => InferencePort {
  return () => {
    const port = spawnInference(1)
    return {
      ...port,
      post(message) {
        if (message.type === 'infer' && message.items.some((item) => isCulprit(item.path))) port.kill()
        else port.post(message)
      },
    }
  }
}

test('fails a photo that crashes the worker with a reason, and labels all others', async () => {
  await setUp(20)
  const notices: string[] = []
  const { core, client, label } = openTestCore(home, {
    spawnInference: killAt((file) => file.endsWith('010.jpg')),
  })
  core.events.subscribe('notice', ({ message }) => notices.push(english(message)))
  const job = await label({ folders: [photos], model })
  expect(job).toMatchObject({ state: 'done', counts: { labelled: 19, failed: 1 } })
  const failed = parseCsv(await exportText(client)).filter(({ status }) => status === 'failed')
  expect(failed).toMatchObject([
    { file_name: 'part 1/010.jpg', reason: expect.stringContaining('SIGKILL') as string },
  ])
  expect(notices).toHaveLength(1)
})

test('ends when its folder disappears, and keeps what is done', async () => {
  await setUp(60)
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  let isGone = false
  const stop = core.events.subscribe('job.progress', ({ counts }) => {
    if (counts.labelled === 0 || isGone) return
    isGone = true
    void rm(photos, { recursive: true }).then(gate.open)
  })
  const job = await label({ folders: [photos], model })
  stop()
  const { files, labelled, failed, skipped } = job.counts
  expect(labelled).toBeGreaterThan(0)
  expect(labelled + failed + skipped).toBe(files)
  expect(
    (await client.photos.list({ folder: photos })).filter(({ labels }) => labels.length > 0),
  ).toHaveLength(labelled)
})

test('labels anew for another precision or input size, beside the first', async () => {
  await setUp(3)
  await writePhoto(path.join(photos, 'large.jpg'), 99)
  const { label } = openTestCore(home)
  await label({ folders: [photos], model })
  expect(await label({ folders: [photos], model, precision: 'int8' })).toMatchObject({ inferred: 4 })
  expect(await label({ folders: [photos], model, inputSizePx: 64 })).toMatchObject({ inferred: 4 })
  expect(await label({ folders: [photos], model })).toMatchObject({ inferred: 0 })
})

test('labels anew when more labels are requested than are stored', async () => {
  await setUp(2)
  const { client, label } = openTestCore(home)
  await label({ folders: [photos], model, topK: 2 })
  expect(await label({ folders: [photos], model, topK: 1 })).toMatchObject({ inferred: 0 })
  expect(await label({ folders: [photos], model, topK: 50 })).toMatchObject({ inferred: 2 })
  expect(parseCsv(await exportText(client, { topK: 50 }))).toHaveLength(2 * 7)
  expect(await label({ folders: [photos], model, topK: 50 })).toMatchObject({ inferred: 0 })
})

test('exports the labels of its own job, also when that was resumed after another one', async () => {
  await setUp(60)
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  const stop = core.events.subscribe('job.progress', ({ jobId, counts }) => {
    if (counts.labelled > 0) void stopAndLetThrough(gate, client.jobs.pause({ id: jobId }))
  })
  const first = await label({ folders: [photos], model })
  stop()
  const other = await label({ folders: [photos], model, precision: 'int8' })
  const int8 = await exportText(client, { jobId: other.id })
  expect(await label({ folders: [photos], model })).toMatchObject({ id: first.id, state: 'done' })
  const fp32 = await exportText(client, { jobId: first.id })
  expect(fp32).not.toBe(int8)
})

test('assigns no labels to a photo that is replaced between hashing and decoding', async () => {
  await setUp(1)
  const file = path.join(photos, 'part 0/000.jpg')
  const spawnSwapping = (): InferencePort => {
    const port = spawnInference(1)
    return {
      ...port,
      post(message) {
        if (message.type === 'infer') writeFileSync(file, readFileSync(path.join(home, 'other.jpg')))
        port.post(message)
      },
    }
  }
  await writePhoto(path.join(home, 'other.jpg'), 77)
  const { client, label } = openTestCore(home, { spawnInference: spawnSwapping })
  expect(await label({ folders: [photos], model })).toMatchObject({ counts: { labelled: 0, failed: 1 } })
  const [row] = parseCsv(await exportText(client))
  expect(row).toMatchObject({
    status: 'failed',
    label: '',
    reason: expect.stringContaining('changed') as string,
  })
})

test('exports no labels of a file that can no longer be read, and keeps them for later', async () => {
  await setUp(2)
  const { client, label } = openTestCore(home)
  const request = { folders: [photos], model }
  await label(request)
  const file = path.join(photos, 'part 0/000.jpg')
  await rename(file, path.join(home, 'kept.jpg'))
  await symlink(path.join(home, 'nowhere.jpg'), file)
  expect(await label(request)).toMatchObject({ counts: { labelled: 1, failed: 1 } })
  expect(parseCsv(await exportText(client, { format: 'hf' })).map((row) => row['file_name'])).toEqual([
    'part 1/001.jpg',
  ])
  await rm(file)
  await rename(path.join(home, 'kept.jpg'), file)
  expect(await label(request)).toMatchObject({ inferred: 0, counts: { labelled: 2 } })
})

test('keeps the labels of photos that fail in a forced run, with the same totals as the export', async () => {
  await setUp(4)
  const first = openTestCore(home)
  await first.label({ folders: [photos], model })
  await first.close()
  const { client, label } = openTestCore(home, { spawnInference: killAt(() => true) })
  const job = await label({ folders: [photos], model, force: true })
  const rows = parseCsv(await exportText(client, { topK: 1 }))
  expect(rows.filter(({ status }) => status === 'labelled')).toHaveLength(job.counts.labelled)
  expect(job.counts).toMatchObject({ labelled: 4, failed: 0 })
})

test('fails each photo with a reason when the weights of the model are NaN', async () => {
  await setUp(2)
  await writeTinyModel(model, { change: (values) => values.map(() => Number.NaN) })
  const { client, label } = openTestCore(home)
  expect(await label({ folders: [photos], model })).toMatchObject({ state: 'done', counts: { failed: 2 } })
  expect(parseCsv(await exportText(client))[0]?.['reason']).toMatch(/gave no numbers/)
})

test('ends a starting job and its worker when the core closes', async () => {
  await setUp(1)
  const { client, close } = openTestCore(home)
  const started = client.jobs.start({ folders: [photos], model, device: 'cpu' })
  await close()
  await expect(started).rejects.toMatchObject({ name: 'AppError' })
})

test('refuses a second job, unknown jobs and unknown models in a sentence', async () => {
  await setUp(30)
  const { client, label } = openTestCore(home)
  const first = label({ folders: [photos], model })
  await expect(client.jobs.start({ folders: [photos], model })).rejects.toThrow(/already running/)
  await first
  await expect(client.jobs.get({ id: 99 })).rejects.toMatchObject({ code: 'not-found' })
  await expect(
    client.jobs.start({ folders: [photos], model: path.join(home, 'none') }),
  ).rejects.toMatchObject({
    code: 'model-missing',
  })
  await expect(client.jobs.start({ folders: [path.join(home, 'none')], model })).rejects.toMatchObject({
    code: 'folder-missing',
  })
  const { id, name } = await client.models.add({ path: model })
  expect(name).toBe('tiny')
  await client.models.remove({ id })
  expect(await client.models.list({})).toEqual([])
  expect(parseCsv(await exportText(client)).map(({ status }) => status)).toEqual(Array(30).fill('pending'))
})
