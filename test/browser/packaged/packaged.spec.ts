// The packaged app: made as for users, with the Electron for tests in it; starts, labels a folder, exports a CSV.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { chromium, expect, test } from '@playwright/test'
import {
  readTestRuntime,
  testElectronVersion,
  type TestRuntime,
} from '../../electron-runtime/runtime-cache.ts'
import { writtenListFile } from '../../../electron/host/data-folder.ts'
import { createWrittenFiles } from '../../../electron/core/outputs/written-files.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { startDisplay } from '../support/display.ts'
import { connectClient } from '../support/electron-app.ts'
import { labelThroughCore } from '../support/label.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** It is gone with the process: the one that only lists the tests makes it, too, and runs none. */
const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'labelroom-packaged-')))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})
const appFolder = path.join(folder, 'dist', 'linux-unpacked')
const resources = path.join(appFolder, 'resources')
const nativeFolder = path.join(resources, 'app.asar.unpacked', 'node_modules')
const home = path.join(folder, 'home')
const exported = path.join(home, 'labels.csv')

/** Every call of the system passes a filter. */
const seccompFilter = 2

test.describe.configure({ mode: 'serial', timeout: 300_000 })

let endDisplay = (): void => undefined

test.beforeAll(async () => {
  const runtime = readTestRuntime()
  if (runtime === null) throw new Error('there is no Electron for the tests')
  endDisplay = await startDisplay()
  await packageApp(runtime)
})

test.afterAll(() => {
  endDisplay()
})

async function packageApp({ executable, sqliteBinding }: TestRuntime): Promise<void> {
  const electronDist = path.join(folder, 'electron')
  await cp(path.dirname(executable), electronDist, { recursive: true })
  // The loader of the tests is no part of Electron.
  await rm(path.join(electronDist, 'resources', 'app'), { recursive: true })
  const options = {
    electronDist,
    electronVersion: testElectronVersion,
    'directories.output': `${folder}/dist`,
    // The page is driven by a debugger, which packages for users refuse.
    'extraMetadata.debuggable': 'true',
  }
  const args = Object.entries(options).map(([name, value]) => `-c.${name}=${value}`)
  const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js')
  const made = spawnSync(
    process.execPath,
    [builder, '--dir', '--config', 'build/electron-builder.yml', ...args],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  expect(made.status, made.stderr + made.stdout).toBe(0)
  const prebuild = path.join(nativeFolder, 'better-sqlite3', 'prebuilds', 'linux-x64.node')
  if (sqliteBinding !== null) await copyFile(sqliteBinding, prebuild)
}

test('the package holds the native files of this system alone', async () => {
  const files = (await readdir(nativeFolder, { recursive: true })).filter((file) =>
    /\.(node|dll|dylib)$|\.so/.test(file),
  )
  expect(files.length).toBeGreaterThan(3)
  expect(files.filter((file) => /win32|darwin|arm64|musl/.test(file))).toEqual([])
  expect(await readdir(resources)).not.toContain('app')
})

test('the package has its fuses set', async () => {
  const fuses = await getCurrentFuseWire(path.join(appFolder, 'labelroom'))
  expect(fuses).toMatchObject({
    [FuseV1Options.RunAsNode]: FuseState.DISABLE,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
    [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
    [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
    [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
  })
})

test('the package opens a folder, labels it with the bundled model and exports a CSV in the sandbox of the system', async () => {
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, 5)
  // No dialog of the system can be answered here; what was written before was chosen then.
  await createWrittenFiles(writtenListFile(home)).remember({ path: exported, sizeBytes: 0, sha256: 'other' })
  const child = await startAsNormalUser(['--remote-debugging-port=0', photos])
  const exited = once(child, 'exit')
  const address = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      const match = /DevTools listening on (ws:\S+)/.exec(text)
      if (match?.[1] !== undefined) resolve(match[1])
    })
    void exited.then(() => {
      reject(new Error(text))
    })
  })
  try {
    await tryApp(address, photos)
    expect(await seccompModesOfPages()).toEqual([seccompFilter])
  } finally {
    child.kill()
    await exited
  }
})

test('a package for users refuses to be debugged, to take flags of the engine and to run without a sandbox', async () => {
  const archive = path.join(resources, 'app.asar')
  const [marked, unmarked] = ['"debuggable": true', '"debuggable":false']
  const content = (await readFile(archive)).toString('latin1')
  expect(content.split(marked)).toHaveLength(2)
  await writeFile(archive, content.replace(marked, unmarked), 'latin1')
  for (const word of [
    '--remote-debugging-port=0',
    '-remote-debugging-pipe',
    '--js-flags=--expose-gc',
    '--no-sandbox',
  ]) {
    const child = await startAsNormalUser([word])
    const [stderr, [code]] = await Promise.all([
      readAll(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ])
    expect({ word, code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The packaged app'),
    })
    expect(stderr).not.toContain('DevTools listening')
  }
})

/** Root has no sandbox of the system, so root starts it as somebody else. */
async function startAsNormalUser(args: readonly string[]) {
  await mkdir(home, { recursive: true })
  await chmod(folder, 0o755)
  const isRoot = process.getuid?.() === 0
  if (isRoot) spawnSync('chown', ['-R', 'nobody', home])
  const program = path.join(appFolder, 'labelroom')
  const [command, first] = isRoot ? ['runuser', ['-u', 'nobody', '--', program]] : [program, []]
  return spawn(command, [...first, ...args], {
    env: { ...process.env, HOME: home, LABELROOM_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** `Seccomp` of /proc/PID/status for the processes of pages. */
async function seccompModesOfPages(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const modes = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      if (!command.startsWith(appFolder) || !command.includes('--type=renderer')) return []
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      return [Number(/Seccomp:\s+(\d)/.exec(status)?.[1])]
    }),
  )
  return modes.flat()
}

/** Drives the page as a debugger would: the app is made so that its main process cannot be driven. */
async function tryApp(address: string, photos: string): Promise<void> {
  const browser = await chromium.connectOverCDP(address)
  const [context] = browser.contexts()
  const page = context?.pages()[0] ?? (await context?.waitForEvent('page'))
  if (page === undefined) throw new Error('no window')
  await expect(page.getByRole('navigation')).toBeVisible()
  const client = connectClient(page)
  await expect.poll(async () => (await client.library.summary({})).files).toBe(5)
  const best = await client.models.best({})
  expect(best.reason).toBe('bundled')
  const job = await labelThroughCore(client, { model: best.model.name, folders: [photos] })
  expect(job).toMatchObject({ state: 'done', counts: { labelled: 5 } })
  const samples = await page.evaluate(async () => {
    const { bridge } = window as unknown as { bridge: { shell(call: object): Promise<{ output: unknown }> } }
    return (await bridge.shell({ method: 'shell.samplePhotos', input: {} })).output as { path: string }
  })
  expect(await client.library.scan({ folders: [samples.path] })).toMatchObject({ photos: 24, skipped: 0 })
  await client.exports.write({ request: { folders: [photos] }, file: exported })
  const lines = (await readFile(exported, 'utf8')).trim().split('\r\n')
  expect(lines[0]).toBe('file_name,label,score,rank,status,reason,source,model')
  expect(lines.filter((line) => line.includes(',1,labelled,'))).toHaveLength(5)
  await browser.close()
}
