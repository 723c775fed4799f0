// Which files the commands replace: those that are as Labelroom wrote them, others with --overwrite, a library never.
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { setUpLabelled } from './labelled.ts'

const refusalOf = (file: string) =>
  `labelroom: ${file} exists and is not as Labelroom wrote it. Choose another name, or replace it with --overwrite.\n`

test('replaces a foreign file only with --overwrite, and its own output without it', async () => {
  const { home, photos, run } = await setUpLabelled()
  const [photo] = (await readdir(photos, { recursive: true })).filter((name) => name.endsWith('.jpg'))
  const [csv, picture] = [path.join(home, 'mine.csv'), path.join(home, 'mine.png')]
  for (const [file, ...args] of [
    [csv, 'export', photos, '--csv', csv],
    [csv, 'label', photos, '--device', 'cpu', '--threads', '1', '--force', '--csv', csv],
    [picture, 'explain', path.join(photos, photo ?? ''), '--out', picture],
  ] as const) {
    await writeFile(file, 'mine')
    // Before the work: not even the model is named.
    expect(await run(...args)).toEqual({ code: 3, stdout: '', stderr: refusalOf(file) })
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect((await run(...args, '--overwrite')).code).toBe(0)
    expect(await readFile(file, 'utf8')).not.toBe('mine')
    expect((await run(...args)).code).toBe(0)
  }
}, 240_000)

test('never replaces a library, even with --overwrite', async () => {
  const { home, photos, run } = await setUpLabelled()
  const [library, other] = [path.join(home, 'library.db'), path.join(home, 'other.db')]
  await run('scan', photos, '--library', other)
  for (const file of [library, other])
    for (const args of [
      ['export', photos, '--csv', file],
      ['label', photos, '--device', 'cpu', '--threads', '1', '--csv', file],
      ['bench', photos, '--model', path.join(home, 'tiny'), '--json', file],
    ]) {
      const { ino } = await stat(file)
      expect(await run(...args, '--overwrite')).toEqual({
        code: 3,
        stdout: '',
        stderr: `labelroom: ${file} is a library of Labelroom. Choose another name.\n`,
      })
      expect((await stat(file)).ino).toBe(ino)
    }
  expect((await run('export', photos, '--confirmed')).stdout.split('\n').length).toBeGreaterThan(40)
}, 240_000)
