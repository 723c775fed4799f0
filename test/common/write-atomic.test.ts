// A file is there whole or not at all, whatever lies beside it and whatever goes wrong.
import { link, lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { isTemporaryName, writeFileAtomic } from '../../electron/common/write-atomic.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

test('replaces the file in one step and leaves nothing beside it', async () => {
  const folder = tempFolder()
  const file = path.join(folder, 'a.txt')
  await writeFile(file, 'old')
  let beside: string[] = []
  await writeFileAtomic(file, async ({ handle }) => {
    await handle.appendFile('new')
    beside = await readdir(folder)
    expect(await readFile(file, 'utf8')).toBe('old')
  })
  expect(beside.filter(isTemporaryName)).toHaveLength(1)
  expect(await readFile(file, 'utf8')).toBe('new')
  expect(await readdir(folder)).toEqual(['a.txt'])
})

test('a failure leaves the old file and nothing beside it', async () => {
  const folder = tempFolder()
  const file = path.join(folder, 'a.txt')
  await writeFile(file, 'old')
  const fail = () => Promise.reject(new Error('no'))
  await expect(writeFileAtomic(file, fail)).rejects.toThrow('no')
  await expect(writeFileAtomic(file, 'new', { place: fail })).rejects.toThrow('no')
  expect(await readFile(file, 'utf8')).toBe('old')
  expect(await readdir(folder)).toEqual(['a.txt'])
})

test('a name as long as the file system allows can be written', async () => {
  const file = path.join(tempFolder(), 'x'.repeat(255))
  await writeFileAtomic(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
})

test('the temporary name is another one each time, and other names are not taken for one', async () => {
  const folder = tempFolder()
  const names = new Set<string>()
  for (let time = 0; time < 20; time++)
    await writeFileAtomic(path.join(folder, 'a.txt'), ({ path: temporary }) => {
      names.add(path.basename(temporary))
      return Promise.resolve()
    })
  expect(names.size).toBe(20)
  for (const name of ['.labelroom.tmp', 'labelroom-0123456789abcdef.tmp', '.labels.csv.123.tmp'])
    expect(isTemporaryName(name)).toBe(false)
})

test('a link in the place is replaced, not written through', async () => {
  const folder = tempFolder()
  const [photo, target, hard] = ['photo.jpg', 'link', 'hard'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ]
  await writeFile(photo, 'photo')
  await symlink(photo, target)
  await link(photo, hard)
  await writeFileAtomic(target, 'new')
  await writeFileAtomic(hard, 'new')
  expect((await lstat(target)).isFile()).toBe(true)
  expect(await readFile(photo, 'utf8')).toBe('photo')
})
