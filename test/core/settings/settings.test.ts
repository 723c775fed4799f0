// Preferences: kept in a file that users may damage.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Settings } from '../../../electron/contract/settings.ts'
import { english } from '../../../electron/texts/message.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const standard = { theme: 'system', language: null, labelMode: 'single', pinnedLabels: [], keys: {} }

test('saves what is set, keeps the rest, and emits the change', async () => {
  const home = tempFolder()
  const first = openTestCore(home)
  expect(await first.client.settings.get({})).toMatchObject(standard)
  expect(existsSync(path.join(home, 'settings.json'))).toBe(false)
  const told: Settings[] = []
  first.core.events.subscribe('settings.changed', (settings) => told.push(settings))
  await first.client.settings.set({ theme: 'dark', keys: { accept: 'Space' } })
  const changed = await first.client.settings.set({ pinnedLabels: ['cat'], theme: undefined })
  expect(changed).toMatchObject({
    ...standard,
    theme: 'dark',
    keys: { accept: 'Space' },
    pinnedLabels: ['cat'],
  })
  expect(told.at(-1)).toEqual(changed)
  await first.close()
  const second = openTestCore(home)
  expect(await second.client.settings.get({})).toEqual(changed)
  expect(readdirSync(home).filter((name) => name.startsWith('settings'))).toEqual(['settings.json'])
})

test('keeps all simultaneous changes', async () => {
  const { client } = openTestCore(tempFolder())
  await Promise.all([
    client.settings.set({ theme: 'light' }),
    client.settings.set({ density: 'compact' }),
    client.settings.set({ isAutoAdvance: false }),
  ])
  expect(await client.settings.get({})).toMatchObject({
    theme: 'light',
    density: 'compact',
    isAutoAdvance: false,
  })
})

test('keeps what another program changed meanwhile', async () => {
  const home = tempFolder()
  const [one, other] = [openTestCore(home), openTestCore(home)]
  await one.client.settings.set({ theme: 'dark' })
  await other.client.settings.set({ density: 'compact' })
  expect(await one.client.settings.set({ isAutoAdvance: false })).toMatchObject({
    theme: 'dark',
    density: 'compact',
    isAutoAdvance: false,
  })
})

test('refuses invalid values and changes nothing', async () => {
  const { client } = openTestCore(tempFolder())
  await expect(client.settings.set({ tileSizePx: 5 })).rejects.toMatchObject({ code: 'bad-request' })
  await expect(client.settings.set({ theme: 'blue' as 'dark' })).rejects.toMatchObject({
    code: 'bad-request',
  })
  expect(await client.settings.get({})).toMatchObject(standard)
})

test.each([
  ['no JSON', '{ "theme": "dark", '],
  ['no object', '[1]'],
])('keeps a damaged file (%s) beside, emits a notice and starts with the defaults', async (_, content) => {
  const home = tempFolder()
  const file = path.join(home, 'preferences.json')
  writeFileSync(file, content)
  const { client, core } = openTestCore(home, { settingsFile: file })
  const notices: string[] = []
  core.events.subscribe('notice', ({ message }) => notices.push(english(message)))
  expect(await client.settings.get({})).toMatchObject(standard)
  expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(content)
  expect(notices).toHaveLength(1)
  expect(notices[0]).toContain(`${file}.damaged`)
  await client.settings.set({ theme: 'dark' })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ theme: 'dark' })
})

test('falls back to the default of an invalid value only, and drops unknown keys', async () => {
  const home = tempFolder()
  const file = path.join(home, 'settings.json')
  writeFileSync(file, JSON.stringify({ theme: 'dark', tileSizePx: 'huge', colour: 'red' }))
  const { client } = openTestCore(home)
  expect(await client.settings.get({})).toMatchObject({ theme: 'dark', tileSizePx: 180 })
  await client.settings.set({ density: 'compact' })
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).not.toContain('colour')
})

test('names a path that cannot be written, and keeps the value', async () => {
  const home = tempFolder()
  const file = path.join(home, 'folder.json')
  mkdirSync(file)
  const { client } = openTestCore(home, { settingsFile: path.join(file, 'x', 'settings.json') })
  writeFileSync(path.join(file, 'x'), '')
  await expect(client.settings.set({ theme: 'dark' })).rejects.toMatchObject({
    code: 'output-unwritable',
    message: expect.stringContaining('settings.json') as string,
  })
  expect(await client.settings.get({})).toMatchObject(standard)
})

test('colours and searches belong to the library: one that holds photos takes over those of the machine', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 1)
  const settingsFile = path.join(home, 'settings.json')
  const old = openTestCore(home, { settingsFile })
  await old.client.library.scan({ folders: [photos] })
  await old.client.settings.set({ theme: 'dark' })
  await old.close()
  // As earlier versions saved it.
  const file = JSON.parse(readFileSync(settingsFile, 'utf8')) as Settings
  writeFileSync(settingsFile, JSON.stringify({ ...file, labelColors: { cat: '3' } }))

  const used = openTestCore(home, { settingsFile })
  expect(await used.client.settings.get({})).toMatchObject({ theme: 'dark', labelColors: { cat: '3' } })
  await used.client.settings.set({ labelColors: { cat: '4', dog: '1' } })
  const empty = openTestCore(tempFolder(), { settingsFile })
  expect(await empty.client.settings.get({})).toMatchObject({ theme: 'dark', labelColors: {} })
  await empty.client.settings.set({ labelColors: { owl: '2' } })
  await used.close()
  const again = openTestCore(home, { settingsFile })
  expect((await again.client.settings.get({})).labelColors).toEqual({ cat: '4', dog: '1' })
})
