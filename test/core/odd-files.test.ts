// Pipes, devices and folders where a file belongs: each call answers at once with a sentence, and nothing is left waiting.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../electron/core/store/db.ts'
import { noteFile } from '../../electron/core/domain/dataset-note.ts'
import { readRecentLibraries, rememberLibrary } from '../../electron/host/recent-libraries.ts'
import { openTestCore } from '../helpers/core.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { failureOf } from './store/helpers.ts'

const notAFile = 'It is a device or a pipe, not a file.'
const makePipe = (file: string): string => (execFileSync('mkfifo', [file]), file)

/** More calls than Node has threads for files: if each of them waited, nothing would be read any more. */
const manyCalls = 5

async function setUp(options = {}) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 2)
  const test = openTestCore(home, options)
  await test.client.library.scan({ folders: [photos] })
  return { ...test, home, photos, pipe: makePipe(path.join(home, 'pipe')) }
}

describe.skipIf(process.platform === 'win32')('a pipe or a device', () => {
  test('is no library, nor is a file with a pipe beside it that SQLite would open', () => {
    const folder = tempFolder()
    const pipe = makePipe(path.join(folder, 'library.db'))
    for (const file of [pipe, '/dev/zero']) {
      const { code, message } = failureOf(() => openStore({ file }))
      expect({ code, message }).toEqual({
        code: 'library-unwritable',
        message: `'${file}' cannot be a library. ${notAFile} Choose another file.`,
      })
    }
    const library = path.join(folder, 'sound.db')
    openStore({ file: library }).close()
    makePipe(`${library}-journal`)
    expect(failureOf(() => openStore({ file: library })).code).toBe('library-unwritable')
  })

  test('is no table, and no note of a dataset', async () => {
    const { client, home, photos, pipe } = await setUp()
    const files = [...Array.from({ length: manyCalls }, () => pipe), '/dev/zero', '/dev/stdin']
    for (const file of files)
      await expect(client.imports.labels({ file, folder: photos })).rejects.toMatchObject({
        code: 'not-found',
        message: `${file} cannot be read. ${notAFile}`,
      })
    await expect(client.imports.labels({ file: home, folder: photos })).rejects.toMatchObject({
      message: `${home} cannot be read. It is a folder, not a file.`,
    })
    const note = makePipe(path.join(photos, noteFile))
    await expect(client.imports.folder({ folder: photos })).rejects.toMatchObject({
      code: 'not-found',
      message: `${note} cannot be read. ${notAFile}`,
    })
  })

  test('takes no export of the app, and no picture of an explanation', async () => {
    const { client, pipe, home } = await setUp()
    const refused = (file: string) => ({
      code: 'output-unwritable',
      message: `${file} is a device or a pipe, not a file. Choose another name.`,
    })
    for (const file of [pipe, '/dev/null']) {
      await expect(client.exports.check({ file })).rejects.toMatchObject(refused(file))
      await expect(client.exports.write({ request: {}, file, overwrite: true })).rejects.toMatchObject(
        refused(file),
      )
    }
    const picture = makePipe(path.join(home, 'map.png'))
    await expect(client.photos.drawExplanation({ photoId: 1, file: picture })).rejects.toMatchObject(
      refused(picture),
    )
  })

  test('takes an export of the command line while a program reads it, however slowly', async () => {
    const { client, pipe } = await setUp({ takesStreams: true })
    const write = () => client.exports.write({ request: {}, file: pipe })
    await expect(write()).rejects.toMatchObject({
      code: 'output-unwritable',
      message: `No program reads ${pipe}. Start the one that does before, or choose a file.`,
    })
    const reader = spawn('sh', ['-c', 'exec 3<"$0"; echo ready; read go; cat <&3', pipe], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    // It opens the pipe before it says so, which waits for a writer: the export is asked for until it is taken.
    let written = await write().catch(() => null)
    while (written === null) written = await write().catch(() => null)
    reader.stdin.end('go\n')
    expect(written).toMatchObject({ rows: 2 })
    expect(await text(reader.stdout)).toMatch(/^ready\nfile_name,/)
    if (reader.exitCode === null) await once(reader, 'exit')
  })

  test('is no file of settings, and no list of recent libraries', async () => {
    const home = tempFolder()
    const settings = makePipe(path.join(home, 'settings.json'))
    const { client } = openTestCore(home)
    await expect(client.settings.get({})).rejects.toMatchObject({
      message: `The settings in ${settings} cannot be read. ${notAFile}`,
    })
    makePipe(path.join(home, 'recent-libraries.json'))
    expect(await readRecentLibraries(home)).toEqual([])
    await rememberLibrary(home, '/a.db')
    expect(await readRecentLibraries(home)).toMatchObject([{ file: '/a.db' }])
  })
})

test('a note of a dataset of more than 16 MB is refused by its size', async () => {
  const { client, photos } = await setUp()
  mkdirSync(photos, { recursive: true })
  writeFileSync(path.join(photos, noteFile), Buffer.alloc(17 * 2 ** 20, ' '))
  await expect(client.imports.folder({ folder: photos })).rejects.toMatchObject({
    message: expect.stringContaining('larger than 16 MB') as string,
  })
})
