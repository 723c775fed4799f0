// Datasets, models and ImageFolders on the command line.
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseCsv } from '../helpers/csv.ts'
import { setUpLabelled } from './labelled.ts'

test('imports an exported ImageFolder with a split into another library with equal labels', async () => {
  const { home, photos, run } = await setUpLabelled()
  const out = path.join(home, 'dataset')
  const options = ['--format', 'imagefolder', '--split', '80/10/10', '--seed', '1', '--similar', '1']
  const dry = await run('export', photos, ...options, '--dry-run')
  expect(dry.code).toBe(0)
  expect(dry.stdout.trim().split('\n')).toHaveLength(5)
  expect(dry.stderr).toContain('40 files: 40 exported')
  expect(dry.stderr).toContain('Nothing was written: this was a dry run.')
  const done = await run('export', photos, ...options, '--link', 'hard', '--out', out)
  expect(done.stdout).toBe('')
  expect(done.stderr).toContain('train 32, val 4, test 4;')
  expect(done.stderr).toContain(`Written to ${out}.`)
  expect((await readdir(path.join(out, 'train'))).sort()).toEqual(['bright', 'dark'])
  const again = await run('export', photos, ...options, '--out', out)
  expect(again.code).toBe(3)
  expect(again.stderr).toBe(`labelroom: ${out} is not empty. Choose a new or empty folder.\n`)

  const library = ['--library', path.join(home, 'other.db')]
  await run('scan', photos, ...library)
  const imported = await run('import', out, ...library, '--dry-run')
  expect(imported.stdout).toContain('40 photos in 2 class folders.')
  expect(imported.stdout).toContain('Matched: 0 by path, 0 by name, 40 by hash; not matched: 0.')
  expect(imported.stdout).toContain('Nothing was saved: this was a dry run.')
  // The user may name another level than the one that was found.
  const byPart = await run('import', out, ...library, '--dry-run', '--level', '1')
  expect(byPart.stdout).toMatch(/^40 photos in 3 class folders\.$/m)
  expect(byPart.stdout).toMatch(/^train\t32 photos$/m)
  const tooDeep = await run('import', out, ...library, '--level', '3')
  expect(tooDeep.stdout).toContain('test/bright/029.jpg: it lies in no class folder')
  expect(tooDeep.code).toBe(3)
  expect((await run('import', out, ...library)).stdout).toContain('The labels are confirmed.')
  const confirmed = ['export', photos, '--confirmed', '--format', 'kaggle']
  const [first, second] = [await run(...confirmed), await run(...confirmed, ...library)]
  expect(parseCsv(first.stdout)).toHaveLength(40)
  expect(second.stdout).toBe(first.stdout)
}, 240_000)

test('exports lists of the whole library and rejects options that exclude each other', async () => {
  const { home, run } = await setUpLabelled()
  const out = path.join(home, 'lists')
  const done = await run('export', '--format', 'jsonl', '--link', 'none', '--out', out)
  expect(done.code).toBe(0)
  expect((await readFile(path.join(out, 'labels.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(40)
  for (const [args, message] of [
    [['--format', 'imagefolder'], 'The format imagefolder needs --out with a new or empty folder.'],
    [['--format', 'onnx', '--dry-run'], 'The format onnx needs --out with a new or empty folder.'],
    [['--out', path.join(home, 'x')], 'The format long is one file: give --csv instead of --out.'],
    [['--format', 'coco', '--out', 'x', '--csv', 'y'], 'Give either --csv or --out.'],
    [['--split', '80/10'], 'It must be three whole numbers that add up to 100, such as 80/10/10.'],
    [['--split', '80/10/20'], 'It must be three whole numbers that add up to 100, such as 80/10/10.'],
  ] as const) {
    const { code, stderr } = await run('export', ...args)
    expect(stderr).toContain(message)
    expect(code).toBe(1)
  }
  expect((await run('import', path.join(home, 'labels.csv'))).code).toBe(1)
}, 240_000)

test('labels with an exported model and its head', async () => {
  const { home, photos, run } = await setUpLabelled()
  await run('learn', '--promote')
  await run('heads', 'promote')
  for (const format of ['onnx', 'safetensors']) {
    const out = path.join(home, format)
    const done = await run('export', '--format', format, '--head', '1', '--out', out)
    expect(done.code).toBe(0)
    expect(done.stderr).toContain(`Use it with: labelroom label FOLDER --model ${out}\n`)
    const csv = path.join(home, `${format}.csv`)
    const library = ['--library', path.join(home, `${format}.db`)]
    const labelled = await run('label', photos, '--model', out, '--csv', csv, '--device', 'cpu', ...library)
    expect(labelled.code).toBe(0)
    const [best] = parseCsv(await readFile(csv, 'utf8'))
    expect(best?.['model']).toMatch(/^tiny-head-1@/)
    expect(['bright', 'dark']).toContain(best?.['label'])
  }
  expect((await stat(path.join(home, 'onnx/model.onnx'))).size).toBeGreaterThan(10_000)
  const none = await run('export', '--format', 'onnx', '--head', '7', '--out', path.join(home, 'y'))
  expect(none.stderr).toContain('There is no head 7; see labelroom heads')
}, 240_000)
