// A labelling job on a laptop: it waits while the battery is used, goes on by itself, and loses nothing that was done.
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Job } from '../../../electron/contract/jobs.ts'
import type { Core } from '../../../electron/core/core.ts'
import { createReportedPower } from '../../../electron/host/reported-power.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { createWorkerGate } from '../../helpers/worker-gate.ts'

/** Resolves with the job when it is in this state the next time. */
const next = (core: Core, state: Job['state']): Promise<Job> =>
  new Promise((resolve) => {
    const stop = core.events.subscribe('job.changed', (job) => {
      if (job.state !== state) return
      stop()
      resolve(job)
    })
  })

async function setUp(photos: number) {
  const home = tempFolder()
  const folder = path.join(home, 'photos')
  await writePhotos(folder, photos)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const power = createReportedPower()
  return { home, power, request: { folders: [folder], model, device: 'cpu' as const } }
}

test('pauses while the battery is used, goes on by itself with what was done, and ends', async () => {
  const { home, power, request } = await setUp(40)
  const gate = createWorkerGate()
  const { core, client } = openTestCore(home, { power, spawnInference: gate.spawnInference })
  gate.close()
  const begun = new Promise<void>((resolve) => {
    core.events.subscribe('job.progress', ({ counts }) => {
      if (counts.labelled > 0) resolve()
    })
  })
  const pausing = next(core, 'paused')
  const { id } = await client.jobs.start(request)
  await begun
  power.report(true)
  // The abort comes first, then the photos that the worker has.
  await setImmediate()
  await setImmediate()
  gate.open()
  const paused = await pausing
  expect(paused).toMatchObject({ id, reason: { template: 'on battery' } })
  expect(paused.counts.labelled).toBeGreaterThan(0)
  const ending = next(core, 'done')
  power.report(false)
  const done = await ending
  expect(done).toMatchObject({ id, state: 'done', reason: null, inferred: 40, counts: { labelled: 40 } })
})

test('holds a job that is started on the battery, until the user goes on anyway', async () => {
  const { home, power, request } = await setUp(3)
  power.report(true)
  const { core, client } = openTestCore(home, { power })
  const pausing = next(core, 'paused')
  const { id } = await client.jobs.start(request)
  expect((await pausing).reason).toMatchObject({ template: 'on battery' })
  const ending = next(core, 'done')
  await client.jobs.resume({ id })
  expect(await ending).toMatchObject({ id, counts: { labelled: 3 } })
})

test('goes on when the app is opened on mains power, and when the setting is switched off', async () => {
  const { home, power, request } = await setUp(3)
  power.report(true)
  const first = openTestCore(home, { power })
  const pausing = next(first.core, 'paused')
  await first.client.jobs.start(request)
  await pausing
  await first.close()
  const held = openTestCore(home, { power })
  expect((await held.client.jobs.list({}))[0]).toMatchObject({ state: 'paused' })
  const ending = next(held.core, 'done')
  await held.client.settings.set({ isPausedOnBattery: false })
  expect(await ending).toMatchObject({ counts: { labelled: 3 } })
  await held.close()

  await held.close()
  const again = openTestCore(home, { power })
  await again.client.settings.set({ isPausedOnBattery: true })
  const pausedAgain = next(again.core, 'paused')
  await again.client.jobs.start({ ...request, force: true })
  await pausedAgain
  await again.close()
  power.report(false)
  const onMains = openTestCore(home, { power })
  expect(await next(onMains.core, 'done')).toMatchObject({ counts: { labelled: 3 } })
})

test('leaves alone what the user paused, and does nothing where the host knows no power', async () => {
  const { home, power, request } = await setUp(20)
  const gate = createWorkerGate()
  const { core, client, close } = openTestCore(home, { power, spawnInference: gate.spawnInference })
  gate.close()
  const begun = new Promise<void>((resolve) => {
    core.events.subscribe('job.progress', ({ counts }) => {
      if (counts.labelled > 0) resolve()
    })
  })
  const { id } = await client.jobs.start(request)
  await begun
  const pausing = client.jobs.pause({ id })
  await setImmediate()
  gate.open()
  await pausing
  power.report(true)
  power.report(false)
  await client.settings.set({ isPausedOnBattery: true })
  expect(await client.jobs.get({ id })).toMatchObject({ state: 'paused', reason: null })
  await close()
  const { label } = openTestCore(home)
  expect(await label(request)).toMatchObject({ id, state: 'done' })
})
