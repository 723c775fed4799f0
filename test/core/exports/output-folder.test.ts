// Two programs that write to the same path: one of them does, atomically, and the other one fails with the reason.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { writeFolder } from '../../../electron/core/exports/output-folder.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test('refuses the second program while the first one writes, without harm to the first', async () => {
  const home = tempFolder()
  const folder = path.join(home, 'new', 'data')
  const write = (temporary: string) => writeFile(path.join(temporary, 'a.txt'), 'whole')
  await writeFolder(folder, async (temporary) => {
    await write(temporary)
    await expect(writeFolder(folder, write)).rejects.toMatchObject({
      code: 'output-unwritable',
      message: `${folder} is being written by another program. Wait for it, or choose another folder.`,
    })
  })
  expect(await readFile(path.join(folder, 'a.txt'), 'utf8')).toBe('whole')
  expect(await readdir(path.dirname(folder))).toEqual(['data'])
})

test('removes the remains of a killed program', async () => {
  const home = tempFolder()
  const left = path.join(home, '.data.labelroom-unfinished')
  await mkdir(left)
  await writeFile(path.join(left, 'half.txt'), 'half')
  await writeFile(`${left}.lock`, JSON.stringify({ pid: 2 ** 30, host: os.hostname() }))
  await writeFolder(path.join(home, 'data'), (temporary) => writeFile(path.join(temporary, 'a.txt'), 'whole'))
  expect(await readdir(home)).toEqual(['data'])
  expect(await readdir(path.join(home, 'data'))).toEqual(['a.txt'])
})
