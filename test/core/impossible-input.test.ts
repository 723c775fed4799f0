// Names that no file can have, numbers beyond all photos, and very long input end in a short sentence, never as "internal".
import path from 'node:path'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openStore } from '../../electron/core/store/db.ts'
import { toAppError } from '../../electron/core/store/sqlite/errors.ts'
import { english, msg, verbatim } from '../../electron/texts/message.ts'
import { fromDecoderError } from '../../electron/worker/decode/photo-error.ts'
import { openTestCore } from '../helpers/core.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { failureOf } from './store/helpers.ts'

const nul = 'A path holds the character NUL, which no name of a file has. Correct the path.'

test('paths with NUL, and names that are too long, are refused by a sentence in every call that takes them', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 1)
  const { core, client } = openTestCore(home)
  await client.library.scan({ folders: [photos] })
  const model = path.join(home, 'sharded')
  await mkdir(model)
  await writeFile(
    path.join(model, 'model.safetensors.index.json'),
    JSON.stringify({ weight_map: { a: '\0' } }),
  )
  const inputOf = (name: string) => {
    const request = { folders: [photos] }
    const file = `${home}/${name}.csv`
    return {
      'models.add': { path: name },
      'models.info': { model: `/${name}` },
      'jobs.start': { folders: [photos], model: `/${name}` },
      'library.scan': { folders: [`/${name}`] },
      'imports.labels': { file, folder: photos },
      'imports.folder': { folder: `/${name}` },
      'exports.check': { file },
      'exports.write': { file, request },
      'exports.dataset': { request: { format: 'jsonl', folders: [photos], photoIds: null }, folder: file },
    }
  }
  for (const name of ['a\0b', 'x'.repeat(300)])
    for (const [method, input] of Object.entries(inputOf(name))) {
      const reply = await core.dispatch({ method, input })
      if (reply.ok) throw new Error(`${method} took ${name}`)
      const { code, message } = reply.error
      expect({ method, code }).not.toMatchObject({ code: 'internal' })
      if (name.includes('\0') && code === 'bad-request') expect(english(message)).toBe(nul)
    }
  await expect(
    client.exports.write({ file: `${home}/${'x'.repeat(300)}`, request: { folders: [photos] } }),
  ).rejects.toThrow(
    /^A name in .*x{250} … x{200}.* is longer than its drive allows|^A name in .* is longer than its drive allows\. Choose a shorter one\.$/,
  )
  const sharded = await core.dispatch({ method: 'models.info', input: { model } })
  expect(sharded).toMatchObject({ ok: false, error: { code: 'model-invalid' } })
})

test('a photo beyond all numbers passes no filter', async () => {
  const home = tempFolder()
  const { core } = openTestCore(home)
  const filter = { photoIds: [Number.MAX_SAFE_INTEGER] }
  const reply = await core.dispatch({ method: 'browse.open', input: { filter, sort: {} } })
  expect(reply).toMatchObject({ ok: true, output: { total: 0 } })
})

test('a message shows the ends of a very long value', () => {
  const long = `${'a'.repeat(1e6)}z`
  const text = english(
    msg("The folder '{{path}}' cannot be read. {{why}}", { path: long, why: verbatim(long) }),
  )
  expect(text.length).toBeLessThan(2500)
  expect(text).toMatch(/^The folder 'a{600} … a{299}z' cannot be read\. a/)
})

test('a library of a negative version is called damaged and left as it is', () => {
  const file = path.join(tempFolder(), 'library.db')
  openStore({ file }).close()
  const db = new Database(file)
  db.pragma('user_version = -100')
  db.close()
  const { code, message } = failureOf(() => openStore({ file }))
  expect({ code, message }).toMatchObject({
    code: 'library-corrupt',
    message: expect.stringContaining(`The library '${file}' is damaged (its version is -100)`) as string,
  })
  expect(existsSync(`${file}-wal`)).toBe(false)
})

test('no room for the file that programs share is called a full disk', () => {
  const { code } = toAppError('SQLITE_IOERR_SHMSIZE', new Error('disk I/O error'), { file: '/l.db' })
  expect(code).toBe('disk-full')
})

test.each([
  ['VipsJpeg: TIFFReadDirectory: required field ImageLength is missing', 'corrupt'],
  ['tiff2vips: Photometric tag does not exist', 'corrupt'],
])('a decoder that says %j means a photo that is %s', (text, code) => {
  expect(fromDecoderError(new Error(text)).code).toBe(code)
})
