// The command line as a script sees it: output, exit codes, sentences. Where a process must not be told apart from the
// command, as it is killed, interrupted or has its own streams, a run is a process of its own.
import { once } from 'node:events'
import {
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli, runCliHosted, startCli, type CliResult } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

interface Setting {
  readonly home: string
  readonly photos: string
  readonly model: string
  /** Runs `labelroom label` on the CPU with one core, which starts fastest, in a process that has loaded it already. */
  readonly label: (...args: string[]) => Promise<CliResult>
}

async function setUp(count: number): Promise<Setting> {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, count)
  const label = (...args: string[]) =>
    runCliHosted(['label', '--device', 'cpu', '--threads', '1', ...args], home)
  return { home, photos, model, label }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)

test('writes the CSV to its file and the summary to stderr alone', async () => {
  const { home, photos, model } = await setUp(5)
  const csv = path.join(home, 'labels.csv')
  const args = ['label', photos, '--model', model, '--csv', csv, '--device', 'cpu', '--threads', '1']
  const { code, stdout, stderr } = await runCli(args, home)
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toContain('5 files: 5 labelled, 0 failed, 0 skipped.')
  expect(stderr).toMatch(/5 photos in 0:0\d, [\d.]+ photos\/s, on the CPU \(1 core\)\./)
  const rows = parseCsv(await readFile(csv, 'utf8'))
  expect(rows).toHaveLength(25)
  expect(rows[0]).toMatchObject({
    file_name: 'part 0/000.jpg',
    rank: '1',
    status: 'labelled',
    reason: '',
    source: 'model',
  })
  expect(rows[0]?.['model']).toMatch(/^tiny@[0-9a-f]{16}$/)
  expect(Number(rows[0]?.['score'])).toBeGreaterThan(Number(rows[1]?.['score']))
})

test('ends with exit code 2 when some photos fail, and finds the model by its name afterwards', async () => {
  const { home, photos, model, label } = await setUp(4)
  await truncate(path.join(photos, 'part 0/003.jpg'), 200)
  const first = await label(photos, '--model', model, '--csv', '-', '--top', '1')
  expect(first.code).toBe(2)
  expect(parseCsv(first.stdout).map(({ status }) => status)).toEqual([
    'labelled',
    'failed',
    'labelled',
    'labelled',
  ])
  const byName = await label(photos, '--model', 'tiny', '--csv', '-', '--top', '1')
  expect(byName.stdout).toBe(first.stdout)
  expect(byName.stderr).toContain('3 labelled (3 without inference')
  const timm = await runCliHosted(['export', photos, '--format', 'timm'], home)
  expect(timm.code).toBe(0)
  expect(timm.stdout.split('\r\n')).toHaveLength(3 + 2)
  const models = await runCliHosted(['models'], home)
  expect(models.stdout).toContain('7 classes')
})

describe('a job that does not come to its end', () => {
  let photos = ''
  let model = ''
  /** What a run that nothing interrupts writes. */
  let unbroken = ''
  const argsFor = (folder: string) => [
    ...['label', folder, '--model', model, '--csv', '-'],
    ...['--device', 'cpu', '--threads', '1'],
  ]

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-test-'))
    photos = path.join(folder, 'photos')
    model = await writeTinyModel(path.join(folder, 'tiny'))
    // So many that the job is not over before the signal comes.
    await writePhotos(photos, 400)
    unbroken = (await runCliHosted(argsFor(photos), folder)).stdout
    expect(parseCsv(unbroken)).not.toHaveLength(0)
  }, 180_000)
  afterAll(() => rm(path.dirname(photos), { recursive: true, force: true }))

  test('is finished with the same CSV when the command runs again after Ctrl-C', async () => {
    const home = tempFolder()
    const child = startCli(argsFor(photos), home)
    let stderr = ''
    child.stderr?.on('data', (data: Buffer) => {
      // The first progress line: the job runs. Other lines may come before it, when nothing handles the signal yet.
      const isRunning = stderr.includes(' files ')
      stderr += data.toString()
      if (!isRunning && stderr.includes(' files ')) child.kill('SIGINT')
    })
    const [code] = (await once(child, 'close')) as [number]
    expect(code).toBe(130)
    expect(lastLine(stderr)).toMatch(
      /^Stopped after \d+ files; all of it is saved\. Run the same command again/,
    )
    const resumed = await runCliHosted(argsFor(photos), home)
    expect(resumed.code).toBe(0)
    expect(resumed.stdout).toBe(unbroken)
  })

  test('keeps every finished label after kill -9', async () => {
    const home = tempFolder()
    const child = startCli(argsFor(photos), home)
    child.stderr?.once('data', () => child.kill('SIGKILL'))
    await once(child, 'close')
    const resumed = await runCliHosted(argsFor(photos), home)
    expect(resumed.stdout).toBe(unbroken)
  })
})

test('rejects an unwritable CSV before the work, and keeps the old file when writing fails', async () => {
  const { home, photos, model, label } = await setUp(1)
  const { code, stderr } = await label(
    photos,
    '--model',
    model,
    '--csv',
    path.join(home, 'none', 'labels.csv'),
  )
  expect(code).toBe(3)
  expect(stderr).toMatch(
    /^labelroom: .*labels\.csv cannot be written: there is no folder .*none\. Choose another place\.\n$/,
  )
  expect((await label(photos, '--model', model, '--csv', photos)).code).toBe(3)
  expect(await readdir(home)).not.toContain('labels.csv')
})

describe('ends in one sentence and the right exit code', () => {
  const cases: readonly (readonly [string, number, RegExp, (s: Setting) => Promise<string[]>])[] = [
    [
      'a missing folder',
      3,
      /'.*none' is not there/,
      ({ home, model }) => Promise.resolve([path.join(home, 'none'), '--model', model]),
    ],
    [
      'a file instead of a folder',
      3,
      /is not a folder/,
      ({ photos, model }) => Promise.resolve([path.join(photos, 'part 0/000.jpg'), '--model', model]),
    ],
    ['an empty model', 1, /is empty/, ({ photos }) => Promise.resolve([photos, '--model', ''])],
    [
      'an unknown model',
      3,
      /There is no model at nosuch/,
      ({ photos }) => Promise.resolve([photos, '--model', 'nosuch']),
    ],
    [
      'a model folder without weights',
      3,
      /holds no weights/,
      ({ home, photos }) => Promise.resolve([photos, '--model', `${home}/photos`]),
    ],
    [
      'truncated weights',
      3,
      /model\.safetensors is truncated/,
      async ({ photos, model }) => {
        await truncate(path.join(model, 'model.safetensors'), 20_000)
        return [photos, '--model', model]
      },
    ],
    [
      'an ONNX file that is none',
      3,
      /damaged or no ONNX file/,
      async ({ home, photos }) => {
        await writeFile(path.join(home, 'broken.onnx'), 'not ONNX')
        return [photos, '--model', path.join(home, 'broken.onnx')]
      },
    ],
    [
      'a device that is not here',
      3,
      /cannot run on coreml here/,
      ({ photos, model }) => Promise.resolve([photos, '--model', model, '--device', 'coreml']),
    ],
    [
      'an unknown option',
      1,
      /unknown option/,
      ({ photos, model }) => Promise.resolve([photos, '--model', model, '--wrong']),
    ],
    [
      'a number that is none',
      1,
      /whole number/,
      ({ photos, model }) => Promise.resolve([photos, '--model', model, '--top', 'many']),
    ],
    [
      'a library that is something else',
      3,
      /is not a Labelroom library and was left as it is/,
      ({ home, photos, model }) =>
        Promise.resolve([photos, '--model', model, '--library', path.join(home, 'photos/part 0/000.jpg')]),
    ],
  ]
  test.each(cases)('%s', async (_name, expected, sentence, createArgs) => {
    const setting = await setUp(1)
    const { code, stdout, stderr } = await setting.label(...(await createArgs(setting)))
    expect(code).toBe(expected)
    expect(stderr).toMatch(sentence)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
  })
})

test('ends with exit code 0 for an empty folder', async () => {
  const { home, model, label } = await setUp(0)
  await mkdir(path.join(home, 'empty'))
  const { code, stdout, stderr } = await label(path.join(home, 'empty'), '--model', model, '--csv', '-')
  expect({ code, rows: parseCsv(stdout) }).toEqual({ code: 0, rows: [] })
  expect(stderr).toContain('0 files')
})

test('reports moved and missing files after a scan, and forgets a removed model', async () => {
  const { home, photos, model } = await setUp(3)
  await runCliHosted(['scan', photos], home)
  await copyFile(path.join(photos, 'part 0/000.jpg'), path.join(photos, 'copy.jpg'))
  await rename(path.join(photos, 'part 1/001.jpg'), path.join(home, 'elsewhere.jpg'))
  const { code, stderr } = await runCliHosted(['scan', photos], home)
  expect(code).toBe(0)
  expect(stderr).toContain('3 files: 3 photos (2 different), 0 skipped, 0 failed; 1 known file is missing.')
  const info = await runCliHosted(['models', 'info', model], home)
  expect(info.stdout).toMatch(
    /architecture +ViT with the names of timm, patch 8, dim 24, depth 2, 3 heads, MLP ratio 4/,
  )
  expect((await runCliHosted(['models', 'add', model], home)).stdout).toContain('tiny is added: 7 classes')
  expect((await runCliHosted(['models', 'remove', 'tiny'], home)).code).toBe(0)
  expect((await runCliHosted(['models', 'remove', 'tiny'], home)).code).toBe(3)
  expect((await stat(path.join(model, 'model.safetensors'))).isFile()).toBe(true)
})

test('prints help and version without creating a library', async () => {
  const home = path.join(tempFolder(), 'untouched')
  const help = await runCli(['--help'], home)
  expect(help.code).toBe(0)
  expect(help.stdout).toContain('label')
  expect((await runCli(['--version'], home)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  await expect(stat(home)).rejects.toThrow()
})

test('refuses an unknown folder, exports a model by its number, and writes through a link with --overwrite', async () => {
  const { home, photos, model, label } = await setUp(2)
  await label(photos, '--model', model)
  const unknown = await runCliHosted(['export', path.join(home, 'never seen')], home)
  expect(unknown).toMatchObject({ code: 3, stdout: '' })
  expect(unknown.stderr).toMatch(/never seen' is not in this library; label or scan it first\./)
  const byId = await runCliHosted(['export', photos, '--model', '1', '--top', '1'], home)
  expect(parseCsv(byId.stdout)).toHaveLength(2)
  const link = path.join(home, 'link.csv')
  await writeFile(path.join(home, 'real.csv'), 'old')
  await symlink(path.join(home, 'real.csv'), link)
  expect((await runCliHosted(['export', photos, '--csv', link, '--overwrite'], home)).code).toBe(0)
  expect((await lstat(link)).isSymbolicLink()).toBe(true)
  expect(await readFile(path.join(home, 'real.csv'), 'utf8')).toContain('file_name,')
})
