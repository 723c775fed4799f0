// Embeddings as float16: what is kept of them, and libraries of earlier versions, which had float32.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { readVector, storeVector } from '../../../electron/core/store/tables/embedding-vector.ts'
import type { VariantId } from '../../../electron/core/store/tables/model-variants.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, addVariant, labelled, tempStore } from './helpers.ts'

test('keeps numbers to three digits in half the bytes', () => {
  const values = Float32Array.from({ length: 300 }, (_, i) => 3 * Math.sin(i))
  const { vector, isHalf } = storeVector(values)
  expect({ bytes: vector.length, isHalf }).toEqual({ bytes: 600, isHalf: 1 })
  const read = readVector({ vector, isHalf })
  for (const [i, value] of values.entries())
    expect(Math.abs((read[i] ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) / 2048 + 2 ** -25)
})

test.each([
  ['that float16 would make infinite', Float32Array.of(1, -70_000)],
  ['that float16 would flatten', Float32Array.of(3e-6, -1e-6)],
  ['that are no numbers', Float32Array.of(1, NaN, Infinity)],
])('keeps vectors as they are %s', (_, values) => {
  const stored = storeVector(values)
  expect(stored.isHalf).toBe(0)
  expect(readVector(stored)).toEqual(values)
})

const photos = 1000
const valuesOf = (number: number) => Float32Array.of(number / photos, Math.sin(number), -1)

const versionBefore = migrations.findLast(({ version }) => version < 280)?.version ?? 0

/** A library as the version before this migration left it. */
function writeOldLibrary(): { file: string; variantId: VariantId } {
  const file = join(tempFolder(), 'library.sqlite')
  const store = openStore({ file })
  const { variantId, jobId } = addVariant(store)
  store.transaction(() => {
    const ids = Array.from({ length: photos }, (_, number) => addPhoto(store, `photo ${number}`))
    addFiles(store, Object.fromEntries(ids.map((id, number) => [`/p/${number}.jpg`, id])))
    store.predictions.saveBatch(
      variantId,
      jobId,
      ids.map((id, number) => labelled(id, ['cat'], valuesOf(number))),
    )
  })
  store.close()
  const db = new Database(file)
  const write = db.prepare('UPDATE embedding SET vector = ? WHERE photo_id = ?')
  for (let number = 0; number < photos; number++)
    write.run(new Uint8Array(valuesOf(number).buffer), number + 1)
  // What this migration and later ones add.
  db.exec(`ALTER TABLE embedding DROP COLUMN is_half; DROP TABLE file_move; DROP TABLE history_move;
    ALTER TABLE history_step DROP COLUMN source; DROP INDEX photo_shape_unknown; ALTER TABLE photo DROP COLUMN is_turned;
    PRAGMA user_version = ${versionBefore}`)
  db.close()
  return { file, variantId }
}

const formsOf = (file: string) => {
  const db = new Database(file, { readonly: true })
  onTestFinished(() => void db.close())
  return db.prepare('SELECT is_half AS isHalf, count(*) AS rows FROM embedding GROUP BY is_half').all()
}

test('opens a library with float32 embeddings at once, and reads the same from it before and after they are rewritten', () => {
  const { file, variantId } = writeOldLibrary()
  const store = tempStore(file)
  expect(formsOf(file)).toEqual([{ isHalf: 0, rows: photos }])
  const before = store.embeddings.load(variantId)
  expect([...before.values.subarray(3 * 7, 3 * 8)]).toEqual([...valuesOf(7)])
  expect(store.embeddings.halveSome()).toBe(true)
  expect(formsOf(file)).toHaveLength(2)
  while (store.embeddings.halveSome());
  expect(formsOf(file)).toEqual([{ isHalf: 1, rows: photos }])
  const after = store.embeddings.load(variantId)
  expect(after.photoIds).toEqual(before.photoIds)
  for (const [i, value] of after.values.entries()) expect(value).toBeCloseTo(before.values[i] ?? NaN, 3)
  expect(store.embeddings.halveSome()).toBe(false)
})

test('goes on where a program was killed while it rewrote embeddings', async () => {
  const { file, variantId } = writeOldLibrary()
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), 'halve', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(writer.stdout, 'data')
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  const store = tempStore(file)
  const { photoIds, values } = store.embeddings.load(variantId)
  expect(photoIds).toHaveLength(photos)
  for (let number = 0; number < photos; number++)
    expect(values[3 * number + 1]).toBeCloseTo(Math.sin(number), 3)
  while (store.embeddings.halveSome());
  expect(formsOf(file)).toEqual([{ isHalf: 1, rows: photos }])
})

test('the migration says how far there is something to rewrite', () => {
  const { file } = writeOldLibrary()
  const db = openLibrary({ file }, migrations)
  db.close()
  const raw = new Database(file, { readonly: true })
  onTestFinished(() => void raw.close())
  expect(raw.prepare("SELECT name, value FROM library_setting WHERE name LIKE 'embeddings%'").all()).toEqual([
    { name: 'embeddings_to_halve', value: String(photos) },
  ])
})
