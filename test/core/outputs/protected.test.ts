// No export replaces a library, a photo, a model, a graph or Labelroom's own files, however they are spelled.
import { existsSync } from 'node:fs'
import { link, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { mount } from '../../helpers/mount.ts'
import { contents, setUpOutputs } from './helpers.ts'

const refusal = { code: 'output-unwritable' }

/** Every file that must survive, by what it is. */
async function setUp() {
  const library = await setUpOutputs()
  const { home, photos, model, other, recent, windowState, graph } = library
  const kept = {
    'the open library': path.join(home, 'library.db'),
    'its log': path.join(home, 'library.db-wal'),
    'its index': path.join(home, 'library.db-shm'),
    'another library': other,
    'a recent library': recent,
    'the settings': path.join(home, 'settings.json'),
    'a file of the host': windowState,
    'the weights of a model': path.join(model, 'model.safetensors'),
    'the configuration of a model': path.join(model, 'config.json'),
    'a built graph': graph,
    'a photo': path.join(photos, 'part 0', '000.jpg'),
    'a photo that cannot be read': path.join(photos, 'broken.jpg'),
  }
  return { ...library, kept: Object.entries(kept) }
}

test('refuses every file that is protected by its name, with a sentence that says what it is', async () => {
  const { kept, root, write } = await setUp()
  const before = contents(root)
  for (const [what, file] of kept) {
    expect(existsSync(file), what).toBe(true)
    await expect(write(file), what).rejects.toMatchObject(refusal)
    await expect(write(file), what).rejects.toThrow(`${file} `)
  }
  expect(contents(root)).toEqual(before)
})

test('refuses them through links, other folders and detours', async () => {
  const { kept, root, out, write } = await setUp()
  await symlink(root, path.join(out, 'linked folder'), 'dir')
  const before = contents(root)
  for (const [index, [what, file]] of kept.entries()) {
    const soft = path.join(out, `soft ${index}.csv`)
    await symlink(file, soft)
    const chain = path.join(out, `chain ${index}.csv`)
    await symlink(soft, chain)
    const detour = `${out}/../out/./../${path.relative(root, file)}`
    const inside = path.join(out, 'linked folder', path.relative(root, file))
    for (const spelling of [soft, chain, detour, inside])
      await expect(write(spelling), `${what} as ${spelling}`).rejects.toMatchObject(refusal)
  }
  expect(contents(root)).toEqual(before)
})

test('refuses another name of the same file, such as a hard link or another case', async () => {
  const { kept, out, write } = await setUp()
  for (const [index, [what, file]] of kept.entries()) {
    const hard = path.join(out, `HARD ${index}.CSV`)
    await link(file, hard)
    const before = await readFile(hard)
    await expect(write(hard), what).rejects.toMatchObject(refusal)
    expect(await readFile(hard), what).toEqual(before)
  }
})

test('refuses them in a folder that is mounted twice', async () => {
  const { kept, root, out, write } = await setUp()
  const second = path.join(out, 'second')
  await mkdir(second)
  if (!mount('the test of a folder that is mounted twice', second, ['--bind', root])) return
  for (const [what, file] of kept)
    await expect(write(path.join(second, path.relative(root, file))), what).rejects.toMatchObject(refusal)
})

test('refuses names under which a library looks for a part of itself', async () => {
  const { other, recent, home, write } = await setUp()
  for (const library of [other, recent, path.join(home, 'library.db')])
    for (const ending of ['-wal', '-shm', '-journal']) {
      const file = `${library}${ending}`
      await expect(write(file)).rejects.toThrow(`${file} belongs to a library of Labelroom.`)
    }
})

test('refuses the path of a known library that is missing now', async () => {
  const { recent, write } = await setUp()
  await rename(recent, `${recent}.away`)
  await expect(write(recent)).rejects.toThrow(`${recent} is a library of Labelroom.`)
  expect(existsSync(recent)).toBe(false)
})

test('writes beside models and photos, and in the data folder, under new names', async () => {
  const { model, photos, home, write } = await setUp()
  for (const folder of [model, photos, home]) {
    const file = path.join(folder, 'labels.csv')
    await writeFile(file, 'old')
    expect(await write(file)).toMatchObject({ rows: 4 })
    expect(await readFile(file, 'utf8')).toContain('file_name,')
  }
})

test('writes nothing into the folders of models and graphs', async () => {
  const { home, write } = await setUp()
  await mkdir(path.join(home, 'models', 'vit'), { recursive: true })
  for (const name of ['cache/new.csv', 'models/vit/new.csv'])
    await expect(write(path.join(home, name))).rejects.toThrow('is a file that Labelroom keeps for itself')
})

test('writes no dataset or model into a folder with content', async () => {
  const { home, model, photos, root, client } = await setUp()
  const before = contents(root)
  const request = { format: 'kaggle', placement: 'none' } as const
  for (const folder of [home, model, photos, path.join(home, 'library.db')])
    await expect(client.exports.dataset({ request, folder })).rejects.toMatchObject(refusal)
  expect(contents(root)).toEqual(before)
})
