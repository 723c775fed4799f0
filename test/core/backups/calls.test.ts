// Backups as the core makes them: once a day, before many labels change, and back again in a host.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Backup } from '../../../electron/contract/backups.ts'
import { createBackups } from '../../../electron/core/backups/handlers.ts'
import { createClient } from '../../../electron/core/client.ts'
import { createEventHub } from '../../../electron/core/events.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { openCurrentCore } from '../../../electron/host/current-core.ts'
import { spawnInference } from '../../helpers/shared-workers.ts'
import { english } from '../../../electron/texts/message.ts'
import { openTestCore } from '../../helpers/core.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, tempStore } from '../store/helpers.ts'

const dayMs = 24 * 60 * 60_000

test('makes one backup a day of a library with folders, none where they are off, and tells of a failure', async () => {
  const store = tempStore(path.join(tempFolder(), 'library.db'))
  const settings = { isOn: true, folder: null, kept: 3 }
  const events = createEventHub()
  const told: string[] = []
  events.subscribe('notice', ({ message }) => told.push(english(message)))
  const backups = createBackups({
    ...{ store, events, sqliteBinding: undefined, restore: undefined },
    settings: () => Promise.resolve(settings),
  })
  onTestFinished(() => backups.close())
  const nowMs = Date.now()
  expect(await backups.backUpIfDue(nowMs)).toBeNull()
  store.folders.add('/photos')
  expect(await backups.backUpIfDue(nowMs)).toMatchObject({ reason: 'daily' })
  expect(await backups.backUpIfDue(nowMs + dayMs / 2)).toBeNull()
  settings.isOn = false
  expect(await backups.backUpIfDue(nowMs + 2 * dayMs)).toBeNull()
  settings.isOn = true
  expect(await backups.backUpIfDue(nowMs + 2 * dayMs)).toMatchObject({ reason: 'daily' })
  // One from a clock that was wrong.
  expect(await backups.backUpIfDue(nowMs - dayMs)).toMatchObject({ reason: 'daily' })
  expect(told).toEqual([])

  const folder = path.join(path.dirname(store.file), 'backups')
  rmSync(folder, { recursive: true })
  writeFileSync(folder, '')
  expect(await backups.backUpIfDue(nowMs)).toBeNull()
  expect(told).toEqual([expect.stringContaining(`No backup could be made in ${folder}`)])
})

test('an import of more than 1,000 labels and a rename of as many are each preceded by a backup', async () => {
  const folder = tempFolder()
  const store = openStore({ file: path.join(folder, 'library.db') })
  const names = Array.from({ length: 1001 }, (_, number) => `${number}.jpg`)
  addFiles(store, Object.fromEntries(names.map((name) => [`/p/${name}`, addPhoto(store, name)])))
  store.close()
  const { client } = openTestCore(folder)
  const reasons = async () => (await client.backups.list({})).map(({ reason, labels }) => [reason, labels])
  const file = path.join(folder, 'labels.csv')
  const importLabels = async (count: number) => {
    const rows = names.slice(0, count).map((name) => `${name},ant`)
    writeFileSync(file, ['file,label', ...rows].join('\n'))
    const report = await client.imports.labels({ file, folder: '/p', isApplied: true, taskId: null })
    expect(report.photos).toBe(count)
  }
  await importLabels(1000)
  expect(await reasons()).toEqual([])
  await importLabels(1001)
  expect(await reasons()).toEqual([['import', 1000]])
  await client.labels.rename({ renames: [{ from: 'ant', to: 'bee' }] })
  expect(await reasons()).toEqual([
    ['merge', 1001],
    ['import', 1000],
  ])
})

test('a host opens the library again after a restore, and after one that failed', async () => {
  const folder = tempFolder()
  const libraryFile = `${folder}/library.db`
  const store = openStore({ file: libraryFile })
  const photoId = addPhoto(store, 'a')
  addFiles(store, { '/p/a.jpg': photoId })
  store.close()
  const slot = openCurrentCore({ dataFolder: folder, libraryFile, spawnInference, threads: 1 })
  onTestFinished(() => slot.close())
  const client = createClient(slot)
  const confirmed = async () =>
    (await client.labels.list({})).filter((label) => label.confirmed > 0).map(({ name }) => name)
  await client.labels.confirm({ photoIds: [photoId], name: 'ant' })
  const backup: Backup = await client.backups.create({})
  await client.labels.confirm({ photoIds: [photoId], name: 'bee' })

  const { replaced } = await client.backups.restore({ file: backup.file })
  expect(await confirmed()).toEqual(['ant'])
  expect(await client.backups.check({ file: replaced })).toMatchObject({ labels: 2, damage: null })
  await client.labels.confirm({ photoIds: [photoId], name: 'cat' })
  // A file of the user is neither read nor restored for the page.
  const other = `${folder}/other.db`
  openStore({ file: other }).close()
  for (const call of ['restore', 'check'] as const)
    await expect(client.backups[call]({ file: other })).rejects.toMatchObject({ code: 'not-found' })

  writeFileSync(backup.file, 'damaged')
  await expect(client.backups.restore({ file: backup.file })).rejects.toMatchObject({ code: 'bad-request' })
  expect(await confirmed()).toEqual(['ant', 'cat'])
  expect(readdirSync(folder).filter((name) => name.endsWith('-wal'))).not.toEqual([])
})
