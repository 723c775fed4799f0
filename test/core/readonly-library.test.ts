// A library that cannot be written, such as one on a read-only drive, can be looked at and exported, and stays as it is.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runCliHosted } from '../helpers/cli.ts'
import { openTestCore } from '../helpers/core.ts'
import { mount } from '../helpers/mount.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const copies = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`labelroom-readonly-${process.pid}-`))

/** A labelled library in a folder that is read-only then; null where this may not be mounted. */
async function setUp() {
  const root = tempFolder()
  const [drive, photos, home] = ['drive', 'photos', 'home'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [drive, home]) mkdirSync(folder)
  await writePhotos(photos, 3)
  const model = await writeTinyModel(path.join(root, 'tiny'))
  const first = openTestCore(drive)
  await first.label({ folders: [photos], model })
  const [file] = await first.client.photos.list({ folder: photos })
  if (!file?.photoId) throw new Error('there is no photo')
  const { photoId } = file
  await first.client.labels.confirm({ photoIds: [photoId], name: 'cat' })
  await first.close()
  const isReadonly =
    mount('the test of a read-only library', drive, ['--bind', drive]) &&
    spawnSync('mount', ['-o', 'remount,ro,bind', drive]).status === 0
  return isReadonly ? { root, drive, photos, home, photoId, library: path.join(drive, 'library.db') } : null
}

test('exports, lists and searches a read-only library, refuses changes, and leaves no copy behind', async () => {
  const made = await setUp()
  if (made === null) return
  const { root, photos, home, photoId, library } = made
  const before = readFileSync(library)
  const { client, core, close } = openTestCore(home, { libraryFile: library })
  expect(copies()).toHaveLength(1)
  expect(await client.library.summary({})).toMatchObject({ file: library, photos: 3 })
  const csv = path.join(root, 'labels.csv')
  expect((await client.exports.write({ request: { folders: [photos] }, file: csv })).rows).toBeGreaterThan(3)
  expect(await readFile(csv, 'utf8')).toContain('cat')
  const folder = path.join(root, 'dataset')
  const request = { format: 'imagefolder' as const, folders: [photos], photoIds: null }
  expect(await client.exports.dataset({ request, folder })).toMatchObject({ exported: 1 })
  const found = await core.dispatch({ method: 'browse.open', input: { filter: { text: '000' }, sort: {} } })
  expect(found).toMatchObject({ ok: true, output: { total: 1 } })
  for (const change of [
    client.labels.confirm({ photoIds: [photoId], name: 'dog' }),
    client.history.undo({}),
    client.library.scan({ folders: [photos] }),
  ])
    await expect(change).rejects.toMatchObject({
      code: 'library-unwritable',
      message: expect.stringContaining(`The library '${library}' cannot be written.`) as string,
    })
  await close()
  expect(copies()).toEqual([])
  expect(readFileSync(library).equals(before)).toBe(true)
})

test('labelling with one that holds no model says that it cannot be written', async () => {
  const root = tempFolder()
  const [drive, home] = ['drive', 'home'].map((name) => path.join(root, name)) as [string, string]
  for (const folder of [drive, home]) mkdirSync(folder)
  const library = path.join(drive, 'library.db')
  await openTestCore(drive).close()
  if (!mount('the test of a read-only library', drive, ['--bind', drive])) return
  expect(spawnSync('mount', ['-o', 'remount,ro,bind', drive]).status).toBe(0)
  const { client } = openTestCore(home, { libraryFile: library })
  await expect(client.models.best({})).rejects.toMatchObject({ code: 'library-unwritable' })
})

test('the command line checks and exports it', async () => {
  const made = await setUp()
  if (made === null) return
  const { photos, home, library } = made
  const checked = await runCliHosted(['library', 'check', library], home)
  expect(checked).toMatchObject({ code: 0, stderr: `${library} is sound: 3 photos, 1 confirmed label.\n` })
  const { code, stdout, stderr } = await runCliHosted(['export', photos, '--library', library], home)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stdout).toContain('000.jpg,cat')
  expect(readdirSync(path.dirname(library))).not.toContain('library.db-wal')
})
