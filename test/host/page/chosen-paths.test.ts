// What a page in Electron may name: what the user chose or dropped, what Labelroom wrote, and what the library has.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCurrentCore } from '../../../electron/host/current-core.ts'
import { msg } from '../../../electron/texts/message.ts'
import {
  createKnownPaths,
  electronPlaces,
  guardPaths,
  noPathsChosen,
} from '../../../electron/host/page/named-paths.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { spawnInference } from '../../helpers/shared-workers.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function setUp() {
  const [home, outside] = [tempFolder(), tempFolder()]
  await writePhotos(path.join(outside, 'photos'), 1)
  const core = openCurrentCore({
    dataFolder: home,
    libraryFile: `${home}/library.db`,
    spawnInference,
    threads: 1,
  })
  onTestFinished(() => core.close())
  const chosen = noPathsChosen()
  const written: string[] = []
  const known = createKnownPaths(core.request)
  const places = electronPlaces({
    ...{ chosen, dataFolder: home, known },
    written: () => Promise.resolve(written),
    libraries: () => Promise.resolve([`${home}/library.db`]),
  })
  const request = guardPaths(known.request, places)
  const shell = guardPaths(() => Promise.resolve({ ok: true, output: {} }), places)
  const call = (method: string, input: unknown) =>
    (method.startsWith('shell.') ? shell : request)({ method, input })
  return { home, outside, photos: path.join(outside, 'photos'), core, chosen, written, call }
}

const refused = {
  ok: false,
  error: { message: { template: expect.stringContaining('was not chosen in a dialog') as string } },
}

test('nothing is named freely: no folder to add, model, library, table, output or place for backups', async () => {
  const { outside, photos, call } = await setUp()
  for (const [method, input] of [
    ['library.scan', { folders: [photos] }],
    ['jobs.start', { folders: [photos] }],
    ['jobs.start', { photoIds: [1], model: outside }],
    ['models.add', { path: outside }],
    ['models.info', { model: outside }],
    ['library.moved', { place: outside }],
    ['library.moveFolder', { from: photos, to: outside }],
    ['moves.plan', { fileIds: [1], folder: outside }],
    ['moves.run', { fileIds: [1], folder: outside }],
    ['imports.labels', { file: '/proc/self/environ', folder: photos }],
    ['imports.folder', { folder: photos }],
    ['exports.write', { request: {}, file: `${outside}/new.csv` }],
    ['exports.check', { file: `${outside}/new.csv` }],
    ['exports.dataset', { request: { format: 'coco' }, folder: `${outside}/new` }],
    ['exports.model', { headId: 1, format: 'onnx', folder: `${outside}/new` }],
    ['photos.drawExplanation', { photoId: 1, file: `${outside}/map.png` }],
    ['settings.set', { backups: { isOn: true, kept: 1, folder: outside } }],
    ['shell.openLibrary', { file: `${outside}/new.db` }],
    ['shell.revealInFolder', { path: photos }],
  ] as const)
    expect(await call(method, input), method).toMatchObject(refused)
})

test('a folder that was chosen or dropped is read with all below it, and files in it are not replaced', async () => {
  const { outside, photos, chosen, call } = await setUp()
  chosen.input.add(outside)
  expect(await call('library.scan', { folders: [photos] })).toMatchObject({ ok: true })
  const notes = path.join(outside, 'notes.csv')
  writeFileSync(notes, 'mine')
  const table = { file: notes, folder: photos, isApplied: false, taskId: null }
  expect(await call('imports.labels', table)).toMatchObject(refused)
  expect(await call('exports.write', { request: {}, file: notes, overwrite: true })).toMatchObject(refused)
  expect(await call('exports.write', { request: {}, file: `${outside}/new.csv` })).toMatchObject(refused)
  expect(readFileSync(notes, 'utf8')).toBe('mine')
  chosen.input.add(notes)
  expect(await call('imports.labels', table)).not.toMatchObject(refused)
  chosen.output.add(notes)
  expect(await call('exports.write', { request: {}, file: notes, overwrite: true })).toMatchObject({
    ok: true,
  })
})

test('a file that Labelroom wrote is written again while it is so, and not replaced otherwise', async () => {
  const { home, outside, photos, core, written, call } = await setUp()
  await core.request({ method: 'library.scan', input: { folders: [photos] } })
  const file = path.join(outside, 'labels.csv')
  await core.request({ method: 'exports.write', input: { request: {}, file } })
  expect(existsSync(`${home}/written-files.json`)).toBe(true)
  written.push(file)
  expect(await call('exports.write', { request: {}, file })).toMatchObject({ ok: true })
  expect(await call('exports.write', { request: {}, file, overwrite: true })).toMatchObject(refused)
  expect(await call('shell.revealInFolder', { path: file })).toMatchObject({ ok: true })
})

test('what the library has needs no dialog, also a folder that was just taken out', async () => {
  const { home, photos, core, call } = await setUp()
  await core.request({ method: 'library.scan', input: { folders: [photos] } })
  expect(await call('library.scan', { folders: [photos] })).toMatchObject({ ok: true })
  expect(await call('shell.revealInFolder', { path: photos })).toMatchObject({ ok: true })
  expect(await call('library.removeFolder', { path: photos })).toMatchObject({ ok: true })
  expect(await call('library.scan', { folders: [photos] })).toMatchObject({ ok: true })
  expect(await call('shell.openLibrary', { file: `${home}/library.db` })).toMatchObject({ ok: true })
})

test('settings are saved with the folder for backups that they have, and with no relative one', async () => {
  const { outside, core, chosen, call } = await setUp()
  const folder = path.join(outside, 'backups')
  mkdirSync(folder)
  const set = (kept: number, at: string) =>
    call('settings.set', { backups: { isOn: true, kept, folder: at } })
  await core.request({ method: 'settings.set', input: { backups: { isOn: true, kept: 1, folder } } })
  expect(await set(2, folder)).toMatchObject({ ok: true })
  expect(await set(2, outside)).toMatchObject(refused)
  chosen.input.add(outside)
  expect(await set(3, outside)).toMatchObject({ ok: true })
  const relative = { backups: { isOn: true, kept: 3, folder: 'backups' } }
  expect(await core.request({ method: 'settings.set', input: relative })).toMatchObject({ ok: false })
})

test.each([
  ['jobs.start', { folders: ['/photos'] }, 'jobs.cancelStart'],
  ['moves.run', { fileIds: [1], folder: '/photos' }, 'moves.cancel'],
  ['exports.write', { request: {}, file: '/new.csv' }, 'exports.cancel'],
  ['imports.folder', { folder: '/photos' }, 'imports.cancel'],
])(
  '%s %j is passed on before the %s that follows it, however long its paths are looked up',
  async (method, input, cancel) => {
    const passedOn: string[] = []
    const found = Promise.withResolvers<string>()
    const request = guardPaths(
      (call) => {
        passedOn.push(call.method)
        return Promise.resolve({ ok: true, output: {} })
      },
      {
        resolve: (named) => named,
        mentioned: () => Promise.resolve([]),
        allows: () => Promise.resolve(true),
        refusal: () => msg('It is not there any more; scan again.'),
      },
      { platform: 'linux', lookUp: () => found.promise },
    )
    const replies = [request({ method, input }), request({ method: cancel, input: {} })]
    await request({ method: 'jobs.list', input: {} })
    found.resolve('/photos')
    await Promise.all(replies)
    expect(passedOn).toEqual(['jobs.list', method, cancel])
  },
)
