// What killed programs leave is removed at a start: temporary files of ours that nobody has written to for an hour, nothing else.
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { leftAfterMs } from '../../electron/common/left-files.ts'
import { writeFileAtomic } from '../../electron/common/write-atomic.ts'
import { createPictureCache } from '../../electron/core/photos/picture-cache.ts'
import { createOutputs } from '../../electron/core/outputs/outputs.ts'
import { createWrittenFiles } from '../../electron/core/outputs/written-files.ts'
import { writtenListFile } from '../../electron/host/data-folder.ts'
import { removeAllLeftFiles } from '../../electron/host/left-files.ts'
import { openLocalCore } from '../../electron/host/open-local-core.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const temporary = (digit: string) => `.labelroom-${digit.repeat(16)}.tmp`
const uuid = '12345678-1234-1234-1234-123456789abc'

/** Makes a file, or a folder with a file for a name with `/`, last written to `agoMs` ago. */
function make(folder: string, name: string, agoMs: number): string {
  const [file = '', inner] = name.split('/')
  const made = path.join(folder, file)
  mkdirSync(inner === undefined ? folder : made, { recursive: true })
  writeFileSync(inner === undefined ? made : path.join(made, inner), 'x')
  const time = (Date.now() - agoMs) / 1000
  utimesSync(made, time, time)
  return made
}
const old = leftAfterMs + 60_000
const young = leftAfterMs - 60_000

test('old temporary files in the cache, the data folder, beside the library and of measurements are removed, all else stays', async () => {
  const [data, temp, library] = [tempFolder(), tempFolder(), tempFolder()]
  const cache = path.join(data, 'cache')
  const left = [
    ...[make(data, temporary('a'), old), make(data, `samples.${uuid}.partial/a.jpg`, old)],
    ...[make(cache, temporary('b'), old), make(cache, 'graph.onnx.123.part', old)],
    ...['.part', '.part-journal'].map((end) => make(library, `my.db.backup-v90.${uuid}${end}`, old)),
    make(temp, 'labelroom-profile-aB3xY9/profile.json', old),
  ]
  const kept = [
    ...[make(data, temporary('d'), young), make(data, 'settings.json', old), make(cache, 'graph.onnx', old)],
    ...[make(library, 'my.db.backup-v90', old), make(library, `other.db.backup-v90.${uuid}.part`, old)],
    ...[make(library, 'my.db', old), make(library, temporary('e'), old)],
    make(temp, 'labelroom-profile-aB3xY8/profile.json', young),
    make(temp, 'labelroom-profile-notes-of-mine/a.txt', old),
  ]
  await removeAllLeftFiles(data, `${library}/my.db`, temp)
  expect(left.filter((file) => existsSync(file))).toEqual([])
  expect(kept.filter((file) => !existsSync(file))).toEqual([])
})

test('what a killed export leaves in the folder of the user is found at a start, once it is old', async () => {
  const [data, out] = [tempFolder(), tempFolder()]
  const list = writtenListFile(data)
  const written = createWrittenFiles(list)
  await written.begin(path.join(out, 'labels.csv'))
  const [killed, foreign] = [make(out, temporary('a'), young), make(out, 'notes.tmp', old)]
  await written.removeLeft()
  expect(existsSync(killed)).toBe(true)
  make(out, temporary('a'), old)
  const core = openLocalCore({
    ...{ dataFolder: data, libraryFile: `${data}/library.db`, spawnInference, threads: 1 },
  })
  await vi.waitFor(() => expect(existsSync(killed)).toBe(false))
  await vi.waitFor(() => expect(JSON.parse(readFileSync(list, 'utf8'))).toEqual([]))
  expect(existsSync(foreign)).toBe(true)
  await core.close()
})

test('an export says where it writes before it does, and an earlier output of that name stays known', async () => {
  const [data, out] = [tempFolder(), tempFolder()]
  const outputs = createOutputs({
    ...{
      store: null,
      ownFolders: [],
      takesStreams: false,
      unlistedFolder: null,
      writtenListFile: writtenListFile(data),
    },
    ...{ libraries: () => Promise.resolve([]), ownFiles: () => Promise.resolve([]) },
  })
  const file = path.join(out, 'labels.csv')
  const output = { file, overwrite: false }
  await outputs.write(output, (append) => append('first'))
  const during = outputs.write(output, async (append) => {
    await append('second')
    const list = JSON.parse(await readFile(writtenListFile(data), 'utf8')) as {
      path: string
      sha256: string
    }[]
    expect(list.map(({ sha256 }) => sha256 === '')).toEqual([true, false])
    expect(readdirSync(out).sort()).toEqual([expect.stringMatching(/^\.labelroom-/), 'labels.csv'])
    throw new Error('stopped')
  })
  await expect(during).rejects.toThrow('stopped')
  // Not asked about: it is still as Labelroom wrote it.
  await outputs.write(output, (append) => append('third'))
  expect(await readFile(file, 'utf8')).toBe('third')
})

test('those of pictures are removed when the large ones are counted', async () => {
  const folder = tempFolder()
  const place = path.join(folder, 'ab')
  const left = make(place, temporary('a'), old)
  const kept = [make(place, temporary('b'), young), make(place, 'abcd-grid.jpg', old)]
  await createPictureCache(folder, 1e6).added('screen', 1)
  expect([left, ...kept].map((file) => existsSync(file))).toEqual([false, true, true])
})

test('a link under a temporary name is removed, and not what it leads to', async () => {
  const data = tempFolder()
  await writeFileAtomic(path.join(data, 'precious'), 'x')
  const { symlinkSync, lutimesSync } = await import('node:fs')
  const link = path.join(data, temporary('f'))
  symlinkSync(path.join(data, 'precious'), link)
  lutimesSync(link, 1, 1)
  await removeAllLeftFiles(data, `${data}/library.db`, tempFolder())
  expect(readdirSync(data)).toEqual(['precious'])
})
