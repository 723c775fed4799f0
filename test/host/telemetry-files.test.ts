// What counts as the runtime's queue, and that nothing else is ever deleted.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  deleteTelemetryFiles,
  findTelemetryFiles,
  takeTelemetryNotice,
  telemetryPlaces,
} from '../../electron/host/telemetry-files.ts'
import { runCli } from '../helpers/cli.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const deviceId = '31cfa8e0-180b-4e72-b633-e3c9bea65196'
const session = `1795746644405\n${deviceId}\n`
/** A process that has ended, so that its log is nobody's. */
const endedPid = () => spawnSync(process.execPath, ['--version']).pid

/** The files of an onnxruntime 1.30 that was ended in the middle, as they were observed. */
function setUp() {
  const folder = tempFolder()
  const [cache, tmp] = [path.join(folder, 'cache'), path.join(folder, 'tmp')]
  const queue = path.join(cache, 'Microsoft', 'DeveloperTools', '.onnxruntime')
  mkdirSync(queue, { recursive: true })
  mkdirSync(tmp)
  const names = ['deviceid', 'onnxruntime.db', 'onnxruntime.db-shm', 'onnxruntime.db-wal']
  for (const name of names) writeFileSync(path.join(queue, name), 'x'.repeat(36))
  writeFileSync(path.join(tmp, '.ses'), session)
  const log = path.join(tmp, `mat-debug-${endedPid()}.log`)
  writeFileSync(log, '')
  const files = [...names.map((name) => path.join(queue, name)), path.join(tmp, '.ses'), log]
  return { folder, cache, tmp, queue, files, places: { queueParent: cache, temporaryFolder: tmp } }
}

const paths = (files: readonly { readonly path: string }[]) => files.map((file) => file.path).sort()

test.skipIf(process.platform === 'win32')(
  'finds and deletes the whole queue, and its empty folders',
  async () => {
    const { cache, tmp, files, places } = setUp()
    const found = await findTelemetryFiles(places)
    expect(paths(found)).toEqual([...files].sort())
    expect(found[0]).toMatchObject({ sizeBytes: 36 })
    const { deleted, kept } = await deleteTelemetryFiles(places)
    expect({ deleted: paths(deleted), kept }).toEqual({ deleted: paths(found), kept: [] })
    expect(readdirSync(cache)).toEqual([])
    expect(readdirSync(tmp)).toEqual([])
    expect(await findTelemetryFiles(places)).toEqual([])
  },
)

test.skipIf(process.platform === 'win32')(
  'leaves everything that is not certainly of the queue',
  async () => {
    const { folder, cache, tmp, queue, places } = setUp()
    const others = [
      path.join(queue, 'onnxruntime.db.backup'),
      path.join(queue, 'notes.txt'),
      path.join(cache, 'Microsoft', 'other-tool.json'),
      path.join(tmp, `mat-debug-${process.pid}.log`),
      path.join(tmp, 'mat-debug-x.log'),
      path.join(tmp, 'deviceid'),
    ]
    for (const file of others) writeFileSync(file, '')
    // A log with something in it, and a `.ses` of another form, are another program's.
    const full = path.join(tmp, `mat-debug-${endedPid()}.log`)
    writeFileSync(full, 'some words')
    writeFileSync(path.join(tmp, '.ses'), `${session}more`)
    // A photo behind a name of the queue, and a folder of that name.
    const photo = path.join(folder, 'photo.jpg')
    writeFileSync(photo, 'a photo')
    symlinkSync(photo, path.join(queue, 'deviceid.lock'))
    mkdirSync(path.join(queue, 'onnxruntime.db-journal'))
    await deleteTelemetryFiles(places)
    for (const file of [...others, full, photo, path.join(tmp, '.ses')])
      expect({ file, exists: existsSync(file) }).toEqual({ file, exists: true })
    expect(readdirSync(queue).sort()).toEqual([
      'deviceid.lock',
      'notes.txt',
      'onnxruntime.db-journal',
      'onnxruntime.db.backup',
    ])
  },
)

test.skipIf(process.platform === 'win32')('follows no link in place of one of its folders', async () => {
  const { folder, cache, files, places } = setUp()
  const elsewhere = path.join(folder, 'elsewhere')
  renameSync(path.join(cache, 'Microsoft'), elsewhere)
  symlinkSync(elsewhere, path.join(cache, 'Microsoft'))
  const { deleted } = await deleteTelemetryFiles(places)
  expect(paths(deleted)).toEqual(files.slice(4).sort())
  expect(readdirSync(path.join(elsewhere, 'DeveloperTools', '.onnxruntime'))).toHaveLength(4)
})

test('looks where the runtime of each system keeps its queue', () => {
  const home = { HOME: '/home/ann', TMPDIR: '/tmp/ann' }
  expect(telemetryPlaces(home, 'linux').queueParent).toBe(path.join('/home/ann', '.cache'))
  expect(telemetryPlaces({ ...home, XDG_CACHE_HOME: '/c' }, 'linux').queueParent).toBe('/c')
  expect(telemetryPlaces({ ...home, XDG_CACHE_HOME: 'c' }, 'linux').queueParent).toBe(
    path.join('/home/ann', '.cache'),
  )
  expect(telemetryPlaces({ ...home, XDG_CACHE_HOME: '/c' }, 'darwin').queueParent).toBe(
    path.join('/home/ann', 'Library', 'Application Support'),
  )
  expect(telemetryPlaces(home, 'win32').queueParent).toBeNull()
})

test.skipIf(process.platform === 'win32')('tells of a queue once for each data folder', async () => {
  const { folder, tmp, places } = setUp()
  expect(await takeTelemetryNotice(folder, { ...places, queueParent: tmp })).toBe(0)
  expect(await takeTelemetryNotice(folder, places)).toBe(6)
  expect(await takeTelemetryNotice(folder, places)).toBe(0)
})

test.skipIf(process.platform !== 'linux')(
  'label hints once; telemetry lists, says what it is, and deletes',
  async () => {
    const { folder, cache, tmp, files } = setUp()
    const home = path.join(folder, 'home')
    const photos = path.join(folder, 'photos')
    await writePhotos(photos, 1)
    const model = await writeTinyModel(path.join(folder, 'tiny'))
    const env = { XDG_CACHE_HOME: cache, TMPDIR: tmp }
    const label = () =>
      runCli(['label', photos, '--model', model, '--device', 'cpu', '--threads', '1'], home, env)
    const hint = 'see: labelroom telemetry\n'
    expect((await label()).stderr).toContain(hint)
    expect((await label()).stderr).not.toContain(hint)

    const listed = await runCli(['telemetry'], home, env)
    expect(listed.code).toBe(0)
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0])
        .sort(),
    ).toEqual([...files].sort())
    expect(listed.stderr).toMatch(
      /to send them to Microsoft.*other programs that use ONNX Runtime share the files/,
    )
    expect(files.every((file) => existsSync(file))).toBe(true)

    const deleted = await runCli(['telemetry', '--delete'], home, env)
    expect(deleted).toMatchObject({ code: 0, stderr: expect.stringContaining('Deleted 6 files.') as string })
    expect(files.some((file) => existsSync(file))).toBe(false)
    expect((await runCli(['telemetry'], home, env)).stderr).toBe(
      "There are no files of the inference runtime's telemetry.\n",
    )
  },
)
