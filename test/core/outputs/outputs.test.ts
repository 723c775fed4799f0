// Which files an output may replace, and what happens when another program works at the same path.
import fs, { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { lstat, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { WrittenFile } from '../../../electron/core/outputs/written-files.ts'
import { patch, quotaError, useUpQuota } from '../../helpers/quota.ts'
import { setUpOutputs } from './helpers.ts'

const exists = { code: 'output-exists' }

describe('an existing file', () => {
  test('is replaced without asking while it is as Labelroom wrote it', async () => {
    const { out, photos, client, write } = await setUpOutputs()
    const file = path.join(out, 'labels.csv')
    await write(file, false)
    const [photo] = await client.photos.list({ folder: photos })
    const first = await readFile(file)
    await client.labels.confirm({ photoIds: photo?.photoId ? [photo.photoId] : [], name: 'ant' })
    // Another spelling of the same place, and another date of the same bytes.
    await write(`${out}/../out/labels.csv`, false)
    const last = await readFile(file)
    expect(last).not.toEqual(first)
    await rm(file)
    await writeFile(file, last)
    await write(file, false)
    // An older output that was put back is the user's.
    await writeFile(file, first)
    await expect(write(file, false)).rejects.toMatchObject(exists)
    expect(await readdir(out)).toEqual(['labels.csv'])
  })

  test('fails with output-exists when it was changed or is foreign, and is replaced when the user agrees', async () => {
    const { out, client, write } = await setUpOutputs()
    const [changed, foreign, dangling] = ['changed.csv', 'foreign.csv', 'dangling.csv'].map((name) =>
      path.join(out, name),
    ) as [string, string, string]
    await write(changed, false)
    await writeFile(changed, 'mine', { flag: 'a' })
    await writeFile(foreign, 'mine')
    await symlink(path.join(out, 'nowhere'), dangling)
    for (const file of [changed, foreign, dangling]) {
      await expect(client.exports.check({ file })).rejects.toMatchObject(exists)
      await expect(write(file, false)).rejects.toMatchObject({
        ...exists,
        message: `${file} exists and is not as Labelroom wrote it. Choose another name, or replace it with --overwrite.`,
      })
    }
    expect(await readFile(foreign, 'utf8')).toBe('mine')
    expect((await lstat(dangling)).isSymbolicLink()).toBe(true)
    for (const file of [changed, foreign, dangling]) {
      await client.exports.check({ file, overwrite: true })
      await write(file)
      expect(await readFile(file, 'utf8')).toMatch(/^file_name,/)
    }
    expect((await readdir(out)).sort()).toEqual(['changed.csv', 'dangling.csv', 'foreign.csv'])
  })

  test('is recognised in another session', async () => {
    const { out, home, close, write } = await setUpOutputs()
    const file = path.join(out, 'labels.csv')
    await write(file, false)
    await close()
    const list = JSON.parse(await readFile(path.join(home, 'written-files.json'), 'utf8')) as WrittenFile[]
    expect(list.map((written) => [written.path, typeof written.sizeBytes])).toEqual([[file, 'number']])
    expect(list[0]?.sha256).toMatch(/^\w{64}$/)
    expect(Object.keys(list[0] ?? {}).sort()).toEqual(['path', 'sha256', 'sizeBytes'])
  })
})

describe('what appears at the target while the output is written', () => {
  /** Writes a table and does `meanwhile` when all of it is written under its temporary name. */
  async function setUpRace(overwrite: boolean, meanwhile: (file: string) => void) {
    const library = await setUpOutputs()
    const { out, core, write } = library
    const file = path.join(out, 'labels.csv')
    if (overwrite) await writeFile(file, 'old')
    let isDone = false
    core.events.subscribe('export.progress', () => {
      if (!isDone) meanwhile(file)
      isDone = true
    })
    return { ...library, file, result: write(file, overwrite) }
  }

  test('does not replace a new file', async () => {
    const { file, out, result } = await setUpRace(false, (place) => {
      writeFileSync(place, 'mine')
    })
    await expect(result).rejects.toMatchObject(exists)
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect(await readdir(out)).toEqual(['labels.csv'])
  })

  test.each(['other', 'recent'] as const)(
    'a library (%s) is not replaced, whatever was agreed',
    async (which) => {
      let library = ''
      const {
        file,
        [which]: source,
        out,
        result,
      } = await setUpRace(true, (place) => {
        renameSync(
          path.join(path.dirname(place), '..', which === 'other' ? 'other.sqlite' : 'recent.db'),
          place,
        )
        library = place
      })
      await expect(result).rejects.toThrow(`${file} is a library of Labelroom.`)
      expect([library, fs.existsSync(source)]).toEqual([file, false])
      expect((await readFile(file)).toString('latin1', 0, 15)).toBe('SQLite format 3')
      expect(await readdir(out)).toEqual(['labels.csv'])
    },
  )

  test('does not write through a link to a photo', async () => {
    const { photos, result } = await setUpRace(true, (place) => {
      fs.rmSync(place)
      symlinkSync(path.join(path.dirname(place), '../photos/part 0/000.jpg'), place)
    })
    await expect(result).rejects.toMatchObject({ code: 'output-unwritable' })
    expect((await readFile(path.join(photos, 'part 0/000.jpg'))).subarray(0, 2)).toEqual(
      Buffer.of(0xff, 0xd8),
    )
  })

  test('writes nothing into a folder of another owner in place of the folder', async () => {
    const { root, result } = await setUpRace(true, (place) => {
      const folder = path.dirname(place)
      renameSync(folder, `${folder} away`)
      symlinkSync(path.join(folder, '../home'), folder)
    })
    // The list of outputs says where one is written, until it is found to have failed.
    const others = async () =>
      (await readdir(path.join(root, 'home'))).filter((name) => name !== 'written-files.json')
    const before = await others()
    await expect(result).rejects.toMatchObject({ code: 'output-unwritable' })
    expect(await others()).toEqual(before)
  })
})

test('does not write through links that are planted beside the output', async () => {
  const { out, photos, write } = await setUpOutputs()
  const photo = path.join(photos, 'part 0/000.jpg')
  const before = await readFile(photo)
  for (const name of [`.labels.csv.${process.pid}.tmp`, 'labels.csv.tmp'])
    await symlink(photo, path.join(out, name))
  await write(path.join(out, 'labels.csv'), false)
  expect(await readFile(photo)).toEqual(before)
  expect((await lstat(path.join(out, 'labels.csv'))).isFile()).toBe(true)
})

describe('on a drive without hard links', () => {
  const withoutLinks = (code: string) => {
    patch(fs, 'linkSync', () => {
      throw Object.assign(new Error(code), { code, syscall: 'link' })
    })
  }

  test.each(['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR'])(
    'a new file is written all the same (%s)',
    async (code) => {
      const { out, write } = await setUpOutputs()
      withoutLinks(code)
      await write(path.join(out, 'labels.csv'), false)
      expect(await readFile(path.join(out, 'labels.csv'), 'utf8')).toMatch(/^file_name,/)
      expect(await readdir(out)).toEqual(['labels.csv'])
    },
  )

  test('does not replace a file that appears at the target', async () => {
    const { out, core, write } = await setUpOutputs()
    withoutLinks('EPERM')
    const file = path.join(out, 'labels.csv')
    core.events.subscribe('export.progress', () => {
      writeFileSync(file, 'mine')
    })
    await expect(write(file, false)).rejects.toMatchObject(exists)
    expect(await readFile(file, 'utf8')).toBe('mine')
  })
})

test('reports a full quota as a full disk, and leaves nothing behind', async () => {
  const { out, write, client } = await setUpOutputs()
  await useUpQuota()
  const file = path.join(out, 'labels.csv')
  await expect(write(file, false)).rejects.toMatchObject({
    code: 'disk-full',
    message: `The disk is full: ${file} was not written. Free some space and export again.`,
  })
  expect(await readdir(out)).toEqual([])
  await expect(client.settings.set({ tileSizePx: 100 })).rejects.toMatchObject({ code: 'disk-full' })
  expect(quotaError()).toMatchObject({ code: 'EDQUOT' })
})

test.skipIf(process.platform !== 'linux')('writes to a device, and reports one that is full', async () => {
  const { write, client } = await setUpOutputs({ takesStreams: true })
  await client.exports.check({ file: '/dev/null' })
  expect(await write('/dev/null', false)).toMatchObject({ rows: 4 })
  await expect(write('/dev/full', false)).rejects.toMatchObject({ code: 'disk-full' })
  // Nothing may be left behind that nobody waits for.
  await setImmediate()
})

test('refuses a name that is too long, or in a file instead of a folder, with a sentence', async () => {
  const { out, write } = await setUpOutputs()
  await mkdir(path.join(out, 'folder'))
  await rm(path.join(out, 'none'), { force: true })
  for (const name of ['x'.repeat(300), 'none/labels.csv', 'folder'])
    await expect(write(path.join(out, name))).rejects.toMatchObject({
      code: 'output-unwritable',
      message: expect.stringMatching(
        /^A name in .* is longer than its drive allows|cannot be written \(ENOENT\)|folder is a folder\. Name a file/,
      ) as string,
    })
  await rename(path.join(out, 'folder'), path.join(out, 'empty'))
  expect(await readdir(out)).toEqual(['empty'])
})
