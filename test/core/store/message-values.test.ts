// Reasons are stored as template and values, and what older libraries hold in English is still said.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { translate } from '../../../electron/texts/catalogue.ts'
import { english, msg, verbatim, type Message } from '../../../electron/texts/message.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, addVariant, tempStore } from './helpers.ts'

const both = (message: Message | null | undefined) =>
  message === null || message === undefined ? null : [english(message), translate(message, 'zh-CN')]

test('a reason with values comes back as it was stored, wherever it is stored', () => {
  const store = tempStore()
  const { variantId, jobId } = addVariant(store)
  const photoId = addPhoto(store, 'a')
  const why = msg('the worker was ended by {{signal}}', { signal: 'SIGKILL' })
  const reason = msg('The photo stops the decoder or the model ({{why}}).', { why })
  const file = { path: '/p/a.jpg', photoId, sizeBytes: 1, modifiedAtMs: 1 }
  store.files.record(store.files.beginScan(), [{ ...file, problem: { kind: 'failed', reason } }])
  store.predictions.saveBatch(variantId, jobId, [{ status: 'failed', photoId, reason }])
  const job = store.jobs.update(jobId, { state: 'failed', reason })
  expect(store.files.find('/p/a.jpg')?.problem?.reason).toEqual(reason)
  expect(store.predictions.stateOf(photoId, variantId)?.reason).toEqual(reason)
  expect(store.jobs.get(jobId)).toEqual(job)
  const [listed] = store.listing.page({ root: '/p', variantId, after: null, limit: 1 })
  expect(listed?.reason).toEqual(reason)
  store.jobs.update(jobId, { state: 'running', reason: null })
  expect(store.jobs.get(jobId)?.reason).toBeNull()
  store.files.record(store.files.beginScan(), [
    { ...file, problem: { kind: 'failed', reason: verbatim('a {{b}}') } },
  ])
  expect(both(store.files.find('/p/a.jpg')?.problem?.reason)).toEqual(['a {{b}}', 'a {{b}}'])
})

test('a reason whose values alone change is a change of its file', () => {
  const store = tempStore()
  const record = (code: string) => {
    const reason = msg('The drive reported an error ({{code}}); check that it is connected and healthy.', {
      code,
    })
    const file = { path: '/p/a.jpg', photoId: null, sizeBytes: 1, modifiedAtMs: 1 }
    store.files.record(store.files.beginScan(), [{ ...file, problem: { kind: 'failed', reason } }])
    return store.changes.take()
  }
  record('EIO')
  expect(record('EIO')).toBeNull()
  expect(record('ENXIO')).not.toBeNull()
})

test('0100 keeps what older libraries say in English, and tells the values of frequent reasons apart', () => {
  const file = join(tempFolder(), 'library.sqlite')
  openLibrary(
    { file },
    migrations.filter(({ version }) => version < 100),
  ).close()
  const raw = new Database(file)
  const trials = [
    { device: 'webgpu', photosPerSecond: null, note: 'its library is not installed' },
    { device: 'cpu', photosPerSecond: 9.5, note: null },
  ]
  const device = { requested: 'auto', ran: 'cpu', nodeShare: 1, workers: 1, threads: 1, batchSize: 4, trials }
  const counts = { files: 0, labelled: 0, failed: 0, skipped: 0, reused: 0 }
  raw.exec(`INSERT INTO scan VALUES (1, 1);
    INSERT INTO file (path, size_bytes, modified_at_ms, problem_kind, problem, scan_id) VALUES
      ('/p/a.xyz', 1, 1, 'skipped', 'Files ending in .xyz are not photos Labelroom can open.', 1),
      ('/p/b.zip', 1, 1, 'skipped', 'Archives are not opened; unpack it first.', 1),
      ('/p/c.jpg', 1, 1, 'failed', 'Someone said this once.', 1);
    INSERT INTO model (id, name, version, path, kind, classes, embedding_dim, input_width_px, input_height_px, weight_bytes, added_at_ms)
      VALUES (1, 'tiny', 'v', '/m', 'checkpoint', 2, 4, 32, 32, 9, 1);
    INSERT INTO model_variant VALUES (1, 1, 'fp32', 32, 32);
    INSERT INTO photo (id, content_hash, size_bytes) VALUES (1, zeroblob(32), 9)`)
  raw
    .prepare(
      `INSERT INTO job (id, request, variant_id, state, reason, counts, device, inferred, elapsed_ms, started_at_ms, last_started_at_ms)
       VALUES (1, '{}', 1, 'failed', 'The disk is full.', ?, ?, 0, 0, 1, 1)`,
    )
    .run(JSON.stringify(counts), JSON.stringify(device))
  raw.exec(
    `INSERT INTO inference VALUES (1, 1, 'failed', 'The photo has 300.5 megapixels; the limit is 268.', 1, 1)`,
  )
  raw.close()
  const store = tempStore(file)
  const said = (path: string) => both(store.files.find(path)?.problem?.reason)
  expect(said('/p/a.xyz')).toEqual([
    'Files ending in .xyz are not photos Labelroom can open.',
    expect.stringMatching(/\p{Script=Han}.*\.xyz|\.xyz.*\p{Script=Han}/u),
  ])
  expect(said('/p/b.zip')).toEqual([
    'Archives are not opened; unpack it first.',
    expect.stringMatching(/\p{Script=Han}/u),
  ])
  expect(said('/p/c.jpg')).toEqual(['Someone said this once.', 'Someone said this once.'])
  const [card] = store.listing.page({ root: '/p', variantId: null, after: null, limit: 1 })
  expect(both(card?.reason)?.[0]).toBe('Files ending in .xyz are not photos Labelroom can open.')
  const job = store.jobs.list()[0]
  expect(both(job?.reason)).toEqual(['The disk is full.', 'The disk is full.'])
  expect(job?.device?.trials.map(({ note }) => both(note))).toEqual([
    ['its library is not installed', '未安装所需的库'],
    null,
  ])
  const failed = store.predictions.stateOf(1 as never, 1 as never)?.reason
  expect(both(failed)).toEqual([
    'The photo has 300.5 megapixels; the limit is 268.',
    expect.stringMatching(/300\.5.*268/),
  ])
})
