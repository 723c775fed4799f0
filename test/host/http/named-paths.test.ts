// What a page in the browser may name: nothing of the user's but what lies below the roots or is in the library.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startTestHost } from '../../helpers/http-host.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

async function setUp() {
  const root = tempFolder()
  const outside = tempFolder()
  for (const folder of [`${root}/photos`, `${root}/.private`, outside]) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${folder}/labels.csv`, 'file,label\n')
  }
  symlinkSync(outside, `${root}/link`)
  const host = await startTestHost((slot) => slot, [root])
  const headers = await host.logIn()
  const answer = async (method: string, input: unknown) =>
    JSON.parse((await host.call(headers, method, input)).body) as { ok: boolean; error?: object }
  return { root, outside, host, answer }
}

const refused = {
  ok: false,
  error: {
    code: 'bad-request',
    message: { template: expect.stringContaining('outside the folders that this page may use') as string },
  },
}

test('a page names no file outside the roots, hidden, or behind a link out of them', async () => {
  const { root, outside, answer } = await setUp()
  const photos = `${root}/photos`
  const names = ['/proc/self/environ', outside, `${root}/link`, `${root}/.private`, `${photos}/../.private`]
  for (const name of names) {
    const file = name.startsWith('/proc') ? name : `${name}/labels.csv`
    const written = name.startsWith('/proc') ? name : `${name}/new.csv`
    expect(await answer('imports.labels', { file, folder: photos })).toMatchObject(refused)
    expect(await answer('exports.check', { file: written })).toMatchObject(refused)
    expect(await answer('exports.write', { request: {}, file: written, overwrite: true })).toMatchObject(
      refused,
    )
    expect(existsSync(written) && !name.startsWith('/proc')).toBe(false)
    for (const [method, input] of [
      ['imports.folder', { folder: name }],
      ['exports.dataset', { request: { format: 'coco' }, folder: `${name}/new` }],
      ['exports.model', { headId: 1, format: 'onnx', folder: `${name}/new` }],
      ['photos.drawExplanation', { photoId: 1, file: `${name}/map.png` }],
      ['library.scan', { folders: [photos, name] }],
      ['jobs.start', { folders: [name] }],
      ['jobs.start', { photoIds: [1], model: name }],
      ['models.add', { path: name }],
      ['models.info', { model: name }],
      ['library.moved', { place: name }],
      ['library.moveFolder', { from: photos, to: name }],
      ['imports.folder', { folder: photos, photosFolder: name }],
      ['shell.listFolder', { path: name }],
      ['settings.set', { backups: { isOn: true, kept: 1, folder: name } }],
      ['shell.openLibrary', { file: written }],
    ] as const)
      expect(await answer(method, input), `${method} ${name}`).toMatchObject(refused)
  }
})

test('a page names what lies below the roots, and what the library knows, wherever that is', async () => {
  const { root, outside, host, answer } = await setUp()
  const photos = `${root}/photos`
  await writePhotos(photos, 1)
  expect(await answer('library.scan', { folders: [photos] })).toMatchObject({ ok: true })
  const folder = path.join(root, 'new')
  const request = { format: 'imagefolder', placement: 'copy' }
  expect(await answer('exports.dataset', { request, folder })).not.toMatchObject(refused)
  await writePhotos(outside, 1)
  // As the command line adds a folder.
  await host.slot.request({ method: 'library.scan', input: { folders: [outside] } })
  expect(await answer('jobs.start', { folders: [outside], model: 'none' })).not.toMatchObject(refused)
  await answer('library.removeFolder', { path: outside })
  // As the page offers it after that.
  expect(await answer('library.scan', { folders: [outside] })).toMatchObject({ ok: true })
  const backups = { isOn: true, kept: 1, folder: outside }
  await host.slot.request({ method: 'settings.set', input: { backups } })
  expect(await answer('settings.set', { backups: { ...backups, kept: 2 } })).toMatchObject({ ok: true })
  // Last, since it renews the cookie.
  expect(await answer('shell.openLibrary', { file: `${host.folder}/library.db` })).toMatchObject({ ok: true })
})

test('a page names no file below the roots that it has neither uploaded nor is about to download', async () => {
  const { root, answer } = await setUp()
  const photos = `${root}/photos`
  const file = `${photos}/labels.csv`
  expect(await answer('imports.labels', { file, folder: photos })).toMatchObject(refused)
  expect(await answer('exports.write', { request: {}, file, overwrite: true })).toMatchObject(refused)
  expect(await answer('exports.write', { request: {}, file: `${photos}/new.csv` })).toMatchObject(refused)
  expect(await answer('shell.openLibrary', { file: `${photos}/new.db` })).toMatchObject(refused)
  expect(readdirSync(photos)).toEqual(['labels.csv'])
})

test('~ is the home folder, and a path that begins nowhere is refused', async () => {
  const folder = mkdtempSync(path.join(os.homedir(), 'labelroom-home-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const host = await startTestHost((slot) => slot, [folder])
  const headers = await host.logIn()
  const list = async (wanted: string) =>
    JSON.parse((await host.call(headers, 'shell.listFolder', { path: wanted })).body) as object
  const name = path.basename(folder)
  expect(await list(`~/${name}`)).toMatchObject({ ok: true, output: { path: folder, parent: null } })
  expect(await list('~')).toMatchObject(refused)
  expect(await list(`../${name}`)).toMatchObject({
    error: { message: { template: expect.stringContaining('is no full path') as string } },
  })
})

test('a folder is listed by names in their order, without hidden ones and links that lead out', async () => {
  const { root, answer } = await setUp()
  for (const name of ['photo 10', 'photo 9', 'Album']) mkdirSync(path.join(root, 'photos', name))
  symlinkSync(`${root}/photos/Album`, `${root}/photos/inside`)
  writeFileSync(`${root}/photos/model.ONNX`, '')
  const listed = async (extensions: string[], folder: string) =>
    (await answer('shell.listFolder', { path: folder, extensions })) as unknown as {
      output: { folders: { name: string }[]; files: { name: string }[]; parent: string | null }
    }
  const { output } = await listed(['onnx'], `${root}/photos`)
  expect(output.folders.map(({ name }) => name)).toEqual(['Album', 'inside', 'photo 9', 'photo 10'])
  expect(output.files.map(({ name }) => name)).toEqual(['model.ONNX'])
  expect(output.parent).toBe(root)
  const top = await listed([], root)
  expect(top.output.folders.map(({ name }) => name)).toEqual(['photos'])
  expect(top.output).toMatchObject({ files: [], parent: null })
  expect(await answer('shell.listFolder', { path: `${root}/gone` })).toMatchObject({
    error: { code: 'not-found' },
  })
})
