// What a command prints is written whole, or it ends with exit code 3 and one sentence, wherever it goes.
import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../electron/core/store/db.ts'
import { cliFile, runCli, startCli } from '../helpers/cli.ts'
import { mount } from '../helpers/mount.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { nameOf, setUpLabelled } from './labelled.ts'
import { keysOf } from '../helpers/keys.ts'

const full =
  'labelroom: The disk is full: what was written to standard output ends too early. Free some space, then run the command again.\n'
const closed = 'labelroom: Standard output was closed before all of it was written.\n'

/** Runs the command with its standard output in a file. */
async function runInto(file: string, args: readonly string[], home: string) {
  await using handle = await open(file, 'w')
  const stdio: StdioOptions = ['ignore', handle.fd, 'pipe']
  const child = spawn(process.execPath, [cliFile, ...args], {
    stdio,
    env: { ...process.env, LABELROOM_HOME: home },
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}

/** A data folder whose library knows this many files, which no model has seen: some 100 bytes a row. */
function createLibrary(files: number): string {
  const home = tempFolder()
  const store = openStore({ file: path.join(home, 'library.db') })
  store.folders.add('/photos')
  const photo = { sizeBytes: 10, modifiedAtMs: 1, problem: null }
  store.files.record(
    store.files.beginScan(),
    Array.from({ length: files }, (_, number) => ({
      ...photo,
      path: `/photos/${'a long name '.repeat(6)}${number}.jpg`,
      photoId: store.photos.identify(keysOf(Buffer.alloc(32, `photo ${number} `), 10), null),
    })),
  )
  store.close()
  return home
}

describe.skipIf(process.platform !== 'linux')('on a full device', () => {
  test('ends every list in exit code 3 and one sentence', async () => {
    const { home, photos, csv } = await setUpLabelled()
    const photo = path.join(photos, nameOf(3))
    for (const args of [
      ['export', photos],
      ['label', photos, '--device', 'cpu', '--threads', '1', '--csv', '-'],
      ['export', photos, '--format', 'imagefolder', '--dry-run'],
      ['map', '--method', 'pca'],
      ['models'],
      ['heads'],
      ['groups', '--all'],
      ['similar', photo],
      ['explain', photo, '--json'],
      ['import', csv, photos, '--dry-run'],
      ['--help'],
      ['--version'],
    ]) {
      const { code, stderr } = await runInto('/dev/full', args, home)
      expect({ args, code, told: stderr.slice(-full.length) }).toEqual({ args, code: 3, told: full })
      expect(stderr).not.toMatch(/\n\s+at /)
    }
  }, 300_000)
})

test('reports a disk that becomes full in the middle, and writes the whole list once there is room', async () => {
  const home = createLibrary(3000)
  const folder = tempFolder()
  if (!mount('a list on a small disk', folder, ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs'])) return
  const whole = await runCli(['export'], home)
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  const file = path.join(folder, 'labels.csv')
  expect(await runInto(file, ['export'], home)).toEqual({ code: 3, stderr: full })
  const cut = await readFile(file, 'utf8')
  expect(cut.length).toBeGreaterThan(60_000)
  expect(whole.stdout.startsWith(cut)).toBe(true)
  await rm(file)
  await writeFile(path.join(folder, 'filler'), Buffer.alloc(60_000))
  const small = await runCli(['models', 'catalogue', '--json'], home)
  expect(await runInto(file, ['models', 'catalogue', '--json'], home)).toEqual({ code: 3, stderr: full })
  await rm(path.join(folder, 'filler'))
  expect(await runInto(file, ['models', 'catalogue', '--json'], home)).toEqual({ code: 0, stderr: '' })
  expect(await readFile(file, 'utf8')).toBe(small.stdout)
}, 120_000)

test.each(['at once', 'in the middle'])(
  'reports a pipe that its reader closes %s',
  async (when) => {
    const home = createLibrary(10_000)
    const child = startCli(['export'], home)
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    if (when === 'in the middle' && child.stdout !== null) await once(child.stdout, 'data')
    child.stdout?.destroy()
    expect(await once(child, 'close')).toEqual([3, null])
    expect(stderr).toBe(closed)
  },
  60_000,
)

test('writes the whole list to a slow reader of a non-blocking pipe', async () => {
  const home = createLibrary(10_000)
  const { stdout } = await runCli(['export'], home)
  // Node makes the pipe one that does not block as soon as its own stream is looked at.
  const touched = ['--import', 'data:text/javascript,process.stdout.isTTY']
  const child = spawn(process.execPath, [...touched, cliFile, 'export'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LABELROOM_HOME: home },
  })
  const ended = once(child, 'close')
  await once(child.stdout, 'readable')
  let read = ''
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    read += text
    await setTimeout(1)
  }
  expect(await ended).toEqual([0, null])
  expect(read.length).toBe(stdout.length)
  expect(read).toBe(stdout)
}, 180_000)
