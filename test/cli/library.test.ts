// `labelroom library`: backups are made, listed, restored and checked, and nothing is overwritten.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../electron/core/store/db.ts'
import { addPhoto } from '../core/store/helpers.ts'
import { runCliHosted } from '../helpers/cli.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

test('backs up, lists, checks and restores a library, and replaces no file but the library', async () => {
  const home = tempFolder()
  const library = path.join(home, 'library.db')
  const run = (...args: string[]) => runCliHosted(['library', ...args], home)
  const confirm = (name: string) => {
    const store = openStore({ file: library })
    store.annotations.confirm([addPhoto(store, name)], name)
    store.close()
  }
  expect(await run()).toEqual({ code: 0, stdout: '', stderr: `There is no backup of ${library} yet.\n` })
  expect((await run('backup')).stderr).toContain(`${library} cannot be read`)
  confirm('ant')
  expect((await run('backup')).stderr).toMatch(/^Backed up with 1 confirmed label; the copy is verified: /)
  const [, reason, labels, , backup = ''] = (await run('backups')).stdout.trim().split('\t')
  expect([reason, labels]).toEqual(['user', '1'])

  confirm('bee')
  const copy = path.join(home, 'copy.db')
  expect((await run('backup', copy)).code).toBe(0)
  expect(await run('backup', copy)).toEqual({
    code: 3,
    stdout: '',
    stderr: `labelroom: ${copy} exists. Choose another name.\n`,
  })
  expect((await run('check')).stderr).toBe(`${library} is sound: 2 photos, 2 confirmed labels.\n`)
  expect((await run('restore', backup)).stderr).toMatch(
    new RegExp(
      `^${library} is as it was in ${backup} now\\.\nWhat it was before is kept in .*-restore-2\\.db\n$`,
    ),
  )
  expect((await run('check')).stderr).toBe(`${library} is sound: 1 photos, 1 confirmed label.\n`)

  const bytes = await readFile(copy)
  // A page that is read when the library opens, and one that only the check reads.
  for (const from of [4096, bytes.length - 4096]) {
    await writeFile(copy, Buffer.from(bytes).fill(0xa5, from, from + 4096))
    const { code, stderr } = await run('check', copy)
    expect(code).toBe(3)
    expect(stderr).toMatch(
      /^labelroom: \S+copy\.db is damaged \(.+\)\. Restore a backup: labelroom library restore FILE\n$/,
    )
  }
  expect((await run('restore', copy)).code).toBe(3)
  expect((await run('check')).code).toBe(0)
})

test('does not call a library of a newer Labelroom sound', async () => {
  const home = tempFolder()
  const library = path.join(home, 'library.db')
  openStore({ file: library }).close()
  const db = new Database(library)
  db.pragma('user_version = 99990')
  db.close()
  const { code, stderr } = await runCliHosted(['library', 'check'], home)
  expect(code).toBe(3)
  expect(stderr).toMatch(
    /^labelroom: The library '.*library\.db' was made by a newer Labelroom \(version 99990; /,
  )
})
