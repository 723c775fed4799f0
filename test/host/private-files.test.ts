// What Labelroom keeps about the user's photos is no business of other accounts, and its log is written wherever it starts.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { createClient, directTransport } from '../../electron/core/client.ts'
import { dataFolder, logFile } from '../../electron/host/data-folder.ts'
import { openLog } from '../../electron/host/log-file.ts'
import { openLocalCore } from '../../electron/host/open-local-core.ts'
import { rememberLibrary } from '../../electron/host/recent-libraries.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { homeEnvironment } from '../helpers/home-environment.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const allBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name))

const openToOthers = (files: readonly string[]): string[] =>
  files.filter((file) => (statSync(file).mode & 0o077) !== 0)

/** A library with a thumbnail, open and with its journal beside it. */
async function useLabelroom(folder: string, photos: string) {
  const log = openLog(logFile(folder))
  const core = openLocalCore({
    ...{ dataFolder: folder, libraryFile: `${folder}/library.db`, spawnInference, threads: 1, log },
  })
  const client = createClient(directTransport(core))
  await rememberLibrary(folder, `${folder}/library.db`)
  await client.settings.set({ theme: 'dark' })
  await client.library.scan({ folders: [photos] })
  const [photo] = await client.photos.list({ folder: photos })
  if (!photo?.photoId) throw new Error('the photo was not found')
  await client.photos.picture({ photoId: photo.photoId, size: 'grid' })
  return core
}

test.skipIf(process.platform === 'win32')(
  'the library, its journals, settings, lists, log and thumbnails are the own account’s alone, also what lay open before',
  async () => {
    const [folder, photos] = [tempFolder(), tempFolder()]
    await writePhoto(path.join(photos, 'a.jpg'), 1)
    const first = await useLabelroom(folder, photos)
    const names = readdirSync(folder).sort()
    expect(names).toEqual(
      expect.arrayContaining(['cache', 'labelroom.log', 'library.db', 'library.db-shm', 'library.db-wal']),
    )
    expect(names).toEqual(expect.arrayContaining(['recent-libraries.json', 'settings.json']))
    expect(allBelow(path.join(folder, 'cache', 'pictures')).length).toBeGreaterThan(1)
    expect(openToOthers(allBelow(folder))).toEqual([])
    await first.close()

    const before = allBelow(folder)
    for (const file of before) chmodSync(file, statSync(file).isDirectory() ? 0o755 : 0o644)
    const second = await useLabelroom(folder, photos)
    // Thumbnails of before lie in a folder that nobody else can enter.
    const isReachable = (file: string) => path.dirname(file) === folder
    expect(openToOthers(allBelow(folder).filter(isReachable))).toEqual([])
    await second.close()
  },
)

test.skipIf(process.platform === 'win32')(
  'the data folder of the system is private; of one that the user named the permissions stay',
  async () => {
    const home = tempFolder()
    vi.stubEnv('LABELROOM_HOME', undefined)
    vi.stubEnv('HOME', home)
    vi.stubEnv('XDG_DATA_HOME', path.join(home, 'data'))
    mkdirSync(path.join(home, 'data', 'labelroom'), { recursive: true, mode: 0o755 })
    if (process.platform === 'linux') expect(statSync(await dataFolder()).mode & 0o777).toBe(0o700)
    const named = path.join(home, 'shared')
    mkdirSync(named, { mode: 0o755 })
    vi.stubEnv('LABELROOM_HOME', named)
    expect(statSync(await dataFolder()).mode & 0o777).toBe(0o755)
  },
)

test('the log is written where no package.json lies above the working folder', () => {
  const [workingFolder, folder] = [tempFolder(), tempFolder()]
  const program = `
    const { openLog } = await import(${JSON.stringify(new URL('../../electron/host/log-file.ts', import.meta.url).href)})
    openLog(process.argv[1])('warn', 'something went wrong')`
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program, logFile(folder)],
    {
      cwd: workingFolder,
      env: { ...process.env, ...homeEnvironment(folder) },
      encoding: 'utf8',
    },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(readFileSync(logFile(folder), 'utf8')).toContain('something went wrong')
})
