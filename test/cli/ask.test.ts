// `labelroom ask` and `labelroom match` with seeded models, so that what they say means nothing.
import { readFile, writeFile } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCliHosted } from '../helpers/cli.ts'
import { writePhoto } from '../helpers/photos.ts'
import { writeSeededAnswers, writeSeededVilt } from '../models/vilt/seeded-vilt.ts'

const home = mkdtempSync(path.join(tmpdir(), 'labelroom-test-'))
afterAll(() => {
  rmSync(home, { recursive: true, force: true })
})
const photos = path.join(home, 'photos')
const run = (...args: string[]) => runCliHosted(args, home)
const names = (stdout: string, column = 0) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => path.basename(line.split('\t')[column] ?? ''))

beforeAll(async () => {
  for (const n of [1, 2, 3]) await writePhoto(path.join(photos, `${n}.jpg`), n)
  const match = await writeSeededVilt(path.join(home, 'match'), 'ViltForImageAndTextRetrieval')
  for (const model of [match, await writeSeededAnswers(path.join(home, 'answers'))]) {
    const { code, stderr } = await run('models', 'add', model)
    if (code !== 0) throw new Error(stderr)
  }
}, 120_000)

const scores = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => Number(line.split('\t').at(-1)))

test('match ranks the photos of a folder for a sentence, best first', async () => {
  const { code, stdout } = await run('match', photos, 'many cats', '--threads', '1')
  expect(code).toBe(0)
  expect(names(stdout).toSorted()).toEqual(['1.jpg', '2.jpg', '3.jpg'])
  expect(scores(stdout)).toEqual(scores(stdout).toSorted((a, b) => b - a))
})

test('match ranks sentences for a photo of the library, best first', async () => {
  const { code, stdout } = await run('match', path.join(photos, '2.jpg'), 'a cats', 'how many', 'a ?')
  expect(code).toBe(0)
  expect(names(stdout)).toEqual(['2.jpg', '2.jpg', '2.jpg'])
  expect(names(stdout, 1).toSorted()).toEqual(['a ?', 'a cats', 'how many'])
  expect(scores(stdout)).toEqual(scores(stdout).toSorted((a, b) => b - a))
})

test('ask answers a question about a folder as CSV, and refuses to replace a file', async () => {
  const csv = path.join(home, 'answers.csv')
  const question = 'how many cats?'
  const { code } = await run('ask', photos, question, '--top', '1', '--csv', csv)
  expect(code).toBe(0)
  const rows = (await readFile(csv, 'utf8')).trim().split('\r\n')
  expect(rows[0]).toBe('path,answer,score')
  expect(rows.slice(1).map((row) => path.basename(row.split(',')[0] ?? ''))).toEqual([
    '1.jpg',
    '2.jpg',
    '3.jpg',
  ])
  for (const row of rows.slice(1)) expect(row).toMatch(/,(cat|dog|red|yes|no|1|2),0\.\d{4}$/)
  const again = await run('ask', photos, question, '--csv', csv)
  expect(again.code).toBe(3)
  expect(again.stderr).toContain('answers.csv')
})

test('a photo that cannot be read is named, the others are answered, and the exit code says so', async () => {
  const folder = path.join(home, 'some')
  const good = await readFile(await writePhoto(path.join(folder, 'good.jpg'), 9))
  await writeFile(path.join(folder, 'cut.jpg'), good.subarray(0, good.length - 40))
  const { code, stdout, stderr } = await run('match', folder, 'a cats')
  expect(code).toBe(2)
  expect(names(stdout)).toEqual(['good.jpg'])
  expect(stderr).toContain('cut.jpg')
})

test('a question without a photo, and a model for labels, are refused with the remedy', async () => {
  expect(await run('ask', 'what is it?')).toMatchObject({ code: 1 })
  const { code, stderr } = await run('ask', photos, 'what is it?', '--model', 'match')
  expect(code).toBe(3)
  expect(stderr).toContain('use labelroom match')
  expect((await run('label', photos, '--model', 'match')).stderr).toContain('is for questions and sentences')
})
