// While another program writes to the library, what this one wants to write waits, says so, and is saved; all else goes on.
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { startCli } from '../helpers/cli.ts'
import { openTestCore } from '../helpers/core.ts'
import { english } from '../../electron/texts/message.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

/** A library with photos, and another program that can hold it. */
async function setUp(count: number) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, count)
  const test = openTestCore(home)
  await test.client.library.scan({ folders: [photos] })
  const other = new Database(path.join(home, 'library.db'))
  onTestFinished(() => {
    other.close()
  })
  const files = await test.client.photos.list({ folder: photos })
  const photoIds = files.flatMap(({ photoId }) => (photoId === null ? [] : [photoId]))
  return { ...test, home, photos, other, photoIds }
}

test('labels wait in the order in which they were given, and other calls are answered meanwhile', async () => {
  const { client, other, photoIds } = await setUp(1)
  other.exec('BEGIN IMMEDIATE')
  const done: string[] = []
  const calls = [
    client.labels.confirm({ photoIds, name: 'cat', isOnly: true }).then(() => done.push('cat')),
    client.labels.confirm({ photoIds, name: 'dog', isOnly: true }).then(() => done.push('dog')),
    client.history.undo({}).then(() => done.push('undo')),
    client.rules
      .set({ rules: { ...(await client.rules.get({})), minScore: 0.5 } })
      .then(() => done.push('rules')),
  ]
  // Each answer takes many turns of the event loop.
  for (let call = 0; call < 20; call++) expect((await client.library.summary({})).photos).toBe(1)
  expect(await client.labels.list({})).toEqual([])
  expect(done).toEqual([])
  other.exec('COMMIT')
  await Promise.all(calls)
  expect(done).toEqual(['cat', 'dog', 'undo', 'rules'])
  expect(await client.labels.list({})).toMatchObject([{ name: 'cat', confirmed: 1 }])
})

test('a job and a scan wait, say so, and go on to their ends', async () => {
  const { core, client, label, home, photos, other, photoIds } = await setUp(12)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await client.models.add({ path: model })
  other.exec('BEGIN IMMEDIATE')
  const notice = new Promise<string>((resolve) => {
    core.events.subscribe('notice', ({ message }) => {
      resolve(english(message))
    })
  })
  const job = label({ folders: [photos], model })
  const scan = client.library.scan({ folders: [photos] })
  expect(await notice).toBe(
    'Another program is writing to the library. Labelroom waits for it and then goes on.',
  )
  expect((await client.library.summary({})).photos).toBe(12)
  other.exec('COMMIT')
  expect(await job).toMatchObject({ state: 'done', counts: { files: 12, labelled: 12, failed: 0 } })
  expect(await scan).toMatchObject({ photos: 12 })
  const labelled = await client.photos.list({ folder: photos })
  expect(labelled.filter(({ status }) => status === 'labelled')).toHaveLength(photoIds.length)
})

test('a job whose library is held in the middle loses no photo and does none twice', async () => {
  const { core, label, home, photos, other } = await setUp(60)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  let isHeld = false
  const stop = core.events.subscribe('job.progress', ({ counts }) => {
    if (isHeld || counts.labelled === 0) return
    isHeld = true
    other.exec('BEGIN IMMEDIATE')
  })
  const notice = new Promise<void>((resolve) => {
    core.events.subscribe('notice', () => {
      resolve()
    })
  })
  const job = label({ folders: [photos], model })
  await notice
  stop()
  other.exec('COMMIT')
  expect(await job).toMatchObject({ state: 'done', inferred: 60, counts: { labelled: 60, failed: 0 } })
})

test('a library that is closed while another program holds it waits no longer, and says why', async () => {
  const { client, close, other, photoIds } = await setUp(1)
  other.exec('BEGIN IMMEDIATE')
  const confirmed = client.labels.confirm({ photoIds, name: 'cat' })
  const refused = expect(confirmed).rejects.toMatchObject({ code: 'library-locked' })
  await client.library.summary({})
  await Promise.all([close(), refused])
})

test('a large import keeps all of its labels where the library is held between its parts', async () => {
  const { core, client, home, photos, other, photoIds } = await setUp(3)
  const names = (await client.photos.list({ folder: photos })).map(({ path: file }) => file)
  const file = path.join(home, 'labels.csv')
  const rows = names.flatMap((name) => Array.from({ length: 700 }, (_, n) => `${name},label ${n}`))
  await writeFile(file, ['file_name,label', ...rows].join('\n'))
  const stop = core.events.subscribe('import.progress', ({ stage }) => {
    if (stage !== 'saving') return
    stop()
    other.exec('BEGIN IMMEDIATE')
  })
  const notice = new Promise<void>((resolve) => {
    core.events.subscribe('notice', () => {
      resolve()
    })
  })
  const imported = client.imports.labels({ file, folder: photos, isApplied: true, taskId: 'import' })
  await notice
  other.exec('COMMIT')
  expect(await imported).toMatchObject({ changed: photoIds.length })
  expect(await client.labels.list({})).toHaveLength(700)
})

test('a command of the terminal says that it waits, and goes on', async () => {
  const { home, photos, other } = await setUp(1)
  other.exec('BEGIN IMMEDIATE')
  const child = startCli(['scan', photos, '--library', path.join(home, 'library.db')], home)
  const said = text(child.stderr ?? Readable.from([]))
  let waiting = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    waiting += chunk.toString()
    if (waiting.includes('Another program is writing') && other.inTransaction) other.exec('COMMIT')
  })
  const [code] = (await once(child, 'close')) as [number]
  expect({ code, said: await said }).toMatchObject({
    ...{
      code: 0,
      said: expect.stringMatching(/^Another program is writing to the library\. .*\n/) as string,
    },
  })
})
