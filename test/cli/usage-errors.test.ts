// Slips of the hand on the command line: none of them does what nobody meant.
import { once } from 'node:events'
import { copyFile, mkdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseCsv } from '../helpers/csv.ts'
import { runCliHosted, startCli } from '../helpers/cli.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { nameOf, setUpLabelled } from './labelled.ts'

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  )

test('rejects an empty argument instead of using the current folder', async () => {
  const home = path.join(tempFolder(), 'untouched')
  for (const args of [
    ['scan', ''],
    ['learn', '--held-out', ''],
    ['export', '--library', ''],
    ['models', 'add', ''],
    ['explain', '', '--json'],
  ])
    expect(await runCliHosted(args, home)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'labelroom: A folder, file or name on the command line is empty.\n',
    })
  expect(await exists(home)).toBe(false)
})

test('makes no library for a misspelt one, and no target for sources that cannot be merged', async () => {
  const home = tempFolder()
  const file = path.join(home, 'misspelt.db')
  for (const command of [
    ['export', home, '--csv', '-'],
    ['queue'],
    ['heads'],
    ['library', 'conflicts'],
    ['explain', path.join(home, 'a.jpg'), '--json'],
    ['words', 'cat, dog'],
  ])
    expect(await runCliHosted([...command, '--library', file], home)).toEqual({
      code: 3,
      stdout: '',
      stderr: `labelroom: There is no library ${file}. Check its name; labelroom label makes one.\n`,
    })
  const { code, stderr } = await runCliHosted(['merge', file, '--into', path.join(home, 'all.db')], home)
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: `labelroom: ${file} cannot be read. Check its name and its permissions.\n`,
  })
  expect(await exists(file)).toBe(false)
  expect(await exists(path.join(home, 'all.db'))).toBe(false)
})

test('writes nothing in a dry run of any format, and honours --confirmed in datasets', async () => {
  const { home, photos, run } = await setUpLabelled()
  await run('learn')
  for (const args of [
    ['--format', 'long', '--csv', path.join(home, 'out')],
    ['--format', 'onnx', '--out', path.join(home, 'out')],
  ]) {
    const { code, stdout, stderr } = await run('export', photos, ...args, '--dry-run')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(
      '--dry-run is for datasets: imagefolder, hf, coco, txt, labelstudio, fiftyone, datumaro, jsonl, kaggle, timm.',
    )
    expect(await exists(path.join(home, 'out'))).toBe(false)
  }
  await writePhoto(path.join(photos, 'new.jpg'), 50)
  await run('label', photos, '--device', 'cpu', '--threads', '1')
  const dry = ['export', photos, '--format', 'imagefolder', '--min', '0', '--dry-run']
  expect((await run(...dry)).stderr).toContain('41 files: 41 exported')
  expect((await run(...dry, '--confirmed')).stderr).toContain('41 files: 40 exported')
}, 240_000)

test('never replaces a photo by an output', async () => {
  const { photos, run } = await setUpLabelled()
  const photo = path.join(photos, nameOf(3))
  const before = await readFile(photo)
  for (const args of [
    ['export', photos, '--csv', photo],
    ['explain', photo, '--out', photo],
  ])
    expect(await run(...args)).toEqual({
      code: 3,
      stdout: '',
      stderr: `labelroom: ${photo} is a photo of the library. Choose another name.\n`,
    })
  expect(await readFile(photo)).toEqual(before)
}, 240_000)

test('reports an import that matches nothing', async () => {
  const { home, csv, run } = await setUpLabelled()
  const { code, stdout, stderr } = await run('import', csv, path.join(home, 'elsewhere'))
  expect(code).toBe(3)
  expect(stdout).not.toContain('are confirmed')
  expect(stderr).toBe(
    `labelroom: No label was confirmed: ${csv} matches no photo of the library; the reasons are above.\n`,
  )
}, 240_000)

test.skipIf(process.platform === 'win32')(
  'keeps names with line breaks on one line and adds up copies',
  async () => {
    const home = tempFolder()
    const photos = path.join(home, 'photos')
    await mkdir(photos)
    const odd = path.join(photos, 'two\nlines\t.jpg')
    await copyFile(await writePhoto(path.join(photos, 'a.jpg'), 1), path.join(photos, 'copy.jpg'))
    await writePhoto(odd, 1 + 37)
    const scanned = await runCliHosted(['scan', photos], home)
    expect(scanned.stderr).toContain('3 files: 3 photos (2 different), 0 skipped, 0 failed;')
    const model = await writeTinyModel(path.join(home, 'tiny'))
    await runCliHosted(['label', photos, '--model', model, '--device', 'cpu', '--threads', '1'], home)
    const map = await runCliHosted(['map', '--method', 'pca'], home)
    expect(parseCsv(map.stdout).map((row) => row['file_name'])).toContain(odd)
    const similar = await runCliHosted(['similar', path.join(photos, 'a.jpg')], home)
    expect(similar.stdout).toMatch(/^[\d.-]+\t.*\/two\\nlines\\t\.jpg\n$/)
    const none = await runCliHosted(['similar', path.join(photos, 'no\nphoto.jpg')], home)
    expect(none.stderr).toMatch(/^labelroom: .*\/no\\nphoto\.jpg is not in the library\. .*\n$/)
  },
  60_000,
)

test('says that there is no head before one is trained', async () => {
  const { run } = await setUpLabelled()
  for (const args of [['evaluate'], ['heads', 'diff']])
    expect((await run(...args)).stderr).toBe('labelroom: There is no head yet. Train one: labelroom learn.\n')
}, 240_000)

test('goes on when nobody reads stderr', async () => {
  const { home, photos } = await setUpLabelled()
  const out = path.join(home, 'out.csv')
  const child = startCli(['label', photos, '--device', 'cpu', '--force', '--csv', out], home)
  child.stderr?.destroy()
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(parseCsv(await readFile(out, 'utf8')).length).toBeGreaterThan(40)
}, 240_000)

test('ends bench in one sentence for a bad model, a folder without photos and an unwritable file', async () => {
  const home = tempFolder()
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const photos = path.join(home, 'photos')
  const bench = async (folder: string, ...args: string[]) =>
    (await runCliHosted(['bench', folder, '--device', 'cpu', '--rounds', '1', '--no-peer', ...args], home))
      .stderr
  await mkdir(photos)
  expect(await bench(photos, '--model', path.join(home, 'none'))).toMatch(
    /^labelroom: There is no model at .*\n$/,
  )
  expect(await bench(photos, '--model', model)).toBe(
    `labelroom: ${photos} holds no photos that can be labelled. Choose another folder.\n`,
  )
  await writePhoto(path.join(photos, 'a.jpg'), 1)
  const json = path.join(home, 'none', 'x.json')
  expect(await bench(photos, '--model', model, '--json', json)).toContain(
    `labelroom: ${json} cannot be written (ENOENT). Choose another place for it.\n`,
  )
}, 180_000)
