// What may go wrong around a job: folders that disappear, full disks, killed programs. Nothing is lost, and it is
// reported.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Job } from '../../../electron/contract/jobs.ts'
import type { ToWorker } from '../../../electron/contract/inference.ts'
import { lockFile } from '../../../electron/core/files/lock-file.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { spawnInference } from '../../../electron/host/spawn-inference.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { openTestCore } from '../../helpers/core.ts'
import { saying } from '../../helpers/messages.ts'
import { mount } from '../../helpers/mount.ts'
import { writePhoto, writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { createWorkerGate } from '../../helpers/worker-gate.ts'

async function setUp(count: number) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, count)
  return { home, photos, model }
}

test('fails with the name of a folder that disappears, and labels the rest when it is back', async () => {
  const { home, photos, model } = await setUp(60)
  const gate = createWorkerGate()
  const { core, client, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  const away = path.join(home, 'away')
  const stop = core.events.subscribe('job.progress', ({ counts }) => {
    if (counts.labelled === 0) return
    stop()
    void rename(photos, away).then(gate.open)
  })
  const job = await label({ folders: [photos], model })
  expect(job).toMatchObject({
    state: 'failed',
    reason: saying(expect.stringContaining(`'${photos}' went away`)),
  })
  expect(job.counts.labelled + job.counts.failed + job.counts.skipped).toBe(job.counts.files)
  expect(job.counts.labelled).toBeLessThan(60)
  const files = await client.photos.list({ folder: photos, limit: 1000 })
  for (const { status, isMissing, reason } of files)
    expect(status === 'labelled' || isMissing || (status === 'failed' && reason !== null)).toBe(true)
  await rename(away, photos)
  const again = await label({ folders: [photos], model })
  expect(again).toMatchObject({ id: job.id, state: 'done', counts: { files: 60, labelled: 60, failed: 0 } })
  expect(again.inferred).toBeGreaterThanOrEqual(60)
})

test('labels a photo that is moved meanwhile, or has a copy, from its other path', async () => {
  const { home, photos, model } = await setUp(2)
  const at = (name: string) => path.join(photos, name)
  const [first, last] = [path.join(photos, 'part 0/000.jpg'), path.join(photos, 'part 1/001.jpg')]
  copyFileSync(first, at('a copy.jpg'))
  // More than are read ahead, so that the last folder is read when the first answers are there.
  for (let number = 2; number < 150; number++) await writePhoto(at(`x/${number}.jpg`), number)
  await writePhoto(at('z/last.jpg'), 150)
  let isMoved = false
  const { client, label } = openTestCore(home, {
    spawnInference: (threads) => {
      const port = spawnInference(threads)
      const post = (message: ToWorker) => {
        if (message.type === 'infer' && !isMoved) {
          isMoved = true
          rmSync(at('a copy.jpg'))
          renameSync(last, at('z/moved.jpg'))
        }
        port.post(message)
      }
      return { ...port, post }
    },
  })
  const job = await label({ folders: [photos], model })
  expect(job).toMatchObject({ state: 'done', counts: { failed: 0 } })
  expect(job.counts.labelled).toBe(job.counts.files)
  const files = await client.photos.list({ folder: photos, limit: 1000 })
  expect(files.filter(({ status, isMissing }) => status !== 'labelled' && !isMissing)).toEqual([])
})

test('lists a job whose program was killed as paused, and resumes it', async () => {
  const { home, photos, model } = await setUp(3)
  const first = openTestCore(home)
  const done = await first.label({ folders: [photos], model })
  await first.close()
  // As a killed program leaves it.
  const store = openStore({ file: path.join(home, 'library.db') })
  store.jobs.update(done.id, { state: 'running', endedAtMs: null })
  store.close()
  const { client, label } = openTestCore(home)
  expect((await client.jobs.list({})).map(({ id, state }) => [id, state])).toEqual([[done.id, 'paused']])
  expect(await client.jobs.get({ id: done.id })).toMatchObject({ state: 'paused' })
  expect(await label({ folders: [photos], model })).toMatchObject({ id: done.id, state: 'done' })
  const other = openStore({ file: path.join(home, 'library.db') })
  other.jobs.update(done.id, { state: 'running', endedAtMs: null })
  other.close()
  expect(await client.jobs.cancel({ id: done.id })).toMatchObject({ state: 'cancelled' })
})

test('neither resumes nor cancels a job of another program until that one ends or is killed', async () => {
  const { home, photos, model } = await setUp(3)
  const { client, label } = openTestCore(home)
  const { id } = await label({ folders: [photos], model })
  const store = openStore({ file: path.join(home, 'library.db') })
  onTestFinished(() => store.close())
  store.jobs.update(id, { state: 'running', endedAtMs: null })
  const file = path.join(home, `library.db.job-${id}.lock`)
  const unlock = await lockFile(file)
  const refused = { code: 'bad-request', message: expect.stringContaining('in another Labelroom') as string }
  await expect(client.jobs.start({ folders: [photos], model, device: 'cpu' })).rejects.toMatchObject(refused)
  await expect(client.jobs.cancel({ id })).rejects.toMatchObject(refused)
  await unlock?.()
  const { pid } = spawnSync(process.execPath, ['--version'])
  writeFileSync(file, JSON.stringify({ pid, host: os.hostname() }))
  expect(await label({ folders: [photos], model })).toMatchObject({ id, state: 'done' })
  expect(existsSync(file)).toBe(false)
})

test('does not remove a folder from the library while a job that reads it starts', async () => {
  const { home, photos, model } = await setUp(3)
  const { client, label } = openTestCore(home)
  await client.library.scan({ folders: [photos] })
  const labelling = label({ folders: [photos], model })
  await expect(client.library.removeFolder({ path: photos })).rejects.toMatchObject({ code: 'bad-request' })
  expect(await labelling).toMatchObject({ state: 'done', counts: { labelled: 3 } })
})

test('fails when its model is removed meanwhile, and leaves no suggestion behind', async () => {
  const { home, photos, model } = await setUp(40)
  const gate = createWorkerGate()
  const { client, core, label } = openTestCore(home, { spawnInference: gate.spawnInference })
  gate.close()
  const { id } = await client.models.add({ path: model })
  const removing: Promise<unknown>[] = []
  core.events.subscribe('job.progress', ({ counts }) => {
    if (counts.labelled > 0 && removing.length === 0)
      removing.push(client.models.remove({ id }).finally(gate.open))
  })
  expect(await label({ folders: [photos], model })).toMatchObject({
    state: 'failed',
    reason: saying(expect.stringContaining('was removed')),
  })
  await Promise.all(removing)
  expect(await client.browse.counts({ filter: {} })).toMatchObject({ suggested: 0 })
  expect(await label({ folders: [photos], model })).toMatchObject({ state: 'done', counts: { labelled: 40 } })
  expect(await client.browse.counts({ filter: {} })).toMatchObject({ suggested: 40, unlabelled: 0 })
})

test('fails in a sentence when the disk is full, and resumes without loss when there is space', async () => {
  const { home, photos, model } = await setUp(200)
  const disk = path.join(home, 'disk')
  mkdirSync(disk)
  if (!mount('a job on a full disk', disk, ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs'])) return
  const { core, client, label } = openTestCore(home, { libraryFile: path.join(disk, 'library.db') })
  const ballast = path.join(disk, 'ballast')
  const stop = core.events.subscribe('job.progress', ({ counts }) => {
    if (counts.labelled === 0) return
    stop()
    fillUp(ballast)
  })
  const job = await label({ folders: [photos], model })
  expect(job).toMatchObject({ state: 'failed', reason: saying(expect.stringContaining('is full')) })
  const done = (await client.photos.list({ folder: photos, limit: 1000 })).filter(
    ({ labels }) => labels.length > 0,
  )
  const photoIds = done.flatMap(({ photoId }) => photoId ?? [])
  let accepted = 0
  const confirmAll = async () => {
    for (; ; accepted++) await client.labels.confirm({ photoIds, name: `${accepted} ${'x'.repeat(400)}` })
  }
  // SQLite's log has some room of its own.
  await expect(confirmAll()).rejects.toMatchObject({ code: 'disk-full' })
  rmSync(ballast)
  expect((await client.jobs.list({}))[0]?.state).toMatch(/failed|paused/)
  const again = await label({ folders: [photos], model })
  expect(again).toMatchObject({ id: job.id, state: 'done', counts: { files: 200, labelled: 200, failed: 0 } })
  for (let step = 0; step < accepted; step++) await client.history.undo({})
  expect((await client.history.state({})).undo).toBeNull()
})

/** Leaves no byte free. */
function fillUp(file: string): void {
  for (let bytes = 1 << 20; bytes >= 512; bytes /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    } catch {
      // Full for pieces of this size.
    }
  }
}

test('logs how jobs end, notices to the user, and the stacks of internal errors', async () => {
  const { home, photos, model } = await setUp(2)
  const lines: string[] = []
  const { core, label, client } = openTestCore(home, {
    log: (level, message) => lines.push(`${level} ${message}`),
  })
  expect(lines[0]).toBe(`info Opened the library ${path.join(home, 'library.db')}`)
  const job: Job = await label({ folders: [photos], model })
  expect(lines.at(-1)).toMatch(
    new RegExp(
      `^info Job ${job.id} is done on cpu \\(2 labelled, 0 failed, 0 skipped of 2 files; 2 inferred`,
    ),
  )
  await rm(model, { recursive: true })
  await mkdir(model)
  await expect(client.jobs.start({ folders: [photos], model })).rejects.toThrow()
  core.events.emit('notice', { message: verbatim('something to know') })
  expect(lines.at(-1)).toBe('warn something to know')
})
