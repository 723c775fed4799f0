// Embeddings as float16: what is kept of them, and libraries of earlier versions, which had float32.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { readVector, storeVector } from '../../../electron/core/store/tables/embedding-vector.ts'
import { VariantId } from '../../../electron/core/store/tables/model-variants.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { tempStore } from './helpers.ts'
import { loadEmbeddings } from '../../helpers/load-embeddings.ts'

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

const variantId = VariantId.parse(1)

/** A library as the version before this migration left it, made with the schema of that version. */
function writeOldLibrary(): string {
  const file = join(tempFolder(), 'library.sqlite')
  const before = migrations.filter(({ version }) => version < 280)
  openLibrary({ file }, before).close()
  const db = new Database(file)
  db.exec(`INSERT INTO model (version, name, path, kind, classes, input_width_px, input_height_px, weight_bytes, added_at_ms)
      VALUES ('v1', 'tiny', '/models/tiny', 'checkpoint', 3, 32, 32, 1000, 1);
    INSERT INTO model_variant (model_id, precision, input_width_px, input_height_px) VALUES (1, 'fp32', 32, 32);
    INSERT INTO scan (started_at_ms) VALUES (1)`)
  const addPhoto = db.prepare('INSERT INTO photo (content_hash, size_bytes) VALUES (zeroblob(32), ?)')
  const addFile = db.prepare(
    'INSERT INTO file (path, photo_id, size_bytes, modified_at_ms, scan_id) VALUES (?, ?, 1, 1, 1)',
  )
  const addEmbedding = db.prepare('INSERT INTO embedding (variant_id, photo_id, vector) VALUES (1, ?, ?)')
  db.transaction(() => {
    for (let number = 0; number < photos; number++) {
      addPhoto.run(number)
      addFile.run(`/p/${number}.jpg`, number + 1)
      addEmbedding.run(number + 1, new Uint8Array(valuesOf(number).buffer))
    }
  })()
  db.close()
  return file
}

const formsOf = (file: string) => {
  const db = new Database(file, { readonly: true })
  onTestFinished(() => void db.close())
  return db.prepare('SELECT is_half AS isHalf, count(*) AS rows FROM embedding GROUP BY is_half').all()
}

test('opens a library with float32 embeddings at once, and reads the same from it before and after they are rewritten', () => {
  const file = writeOldLibrary()
  const store = tempStore(file)
  expect(formsOf(file)).toEqual([{ isHalf: 0, rows: photos }])
  const before = loadEmbeddings(store, variantId)
  expect([...before.values.subarray(3 * 7, 3 * 8)]).toEqual([...valuesOf(7)])
  expect(store.embeddings.halveSome()).toBe(true)
  expect(formsOf(file)).toHaveLength(2)
  while (store.embeddings.halveSome());
  expect(formsOf(file)).toEqual([{ isHalf: 1, rows: photos }])
  const after = loadEmbeddings(store, variantId)
  expect(after.photoIds).toEqual(before.photoIds)
  for (const [i, value] of after.values.entries()) expect(value).toBeCloseTo(before.values[i] ?? NaN, 3)
  expect(store.embeddings.halveSome()).toBe(false)
})

test('goes on where a program was killed while it rewrote embeddings', async () => {
  const file = writeOldLibrary()
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), 'halve', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(writer.stdout, 'data')
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  const store = tempStore(file)
  const { photoIds, values } = loadEmbeddings(store, variantId)
  expect(photoIds).toHaveLength(photos)
  for (let number = 0; number < photos; number++)
    expect(values[3 * number + 1]).toBeCloseTo(Math.sin(number), 3)
  while (store.embeddings.halveSome());
  expect(formsOf(file)).toEqual([{ isHalf: 1, rows: photos }])
})

test('the migration says how far there is something to rewrite', () => {
  const file = writeOldLibrary()
  const db = openLibrary({ file }, migrations)
  db.close()
  const raw = new Database(file, { readonly: true })
  onTestFinished(() => void raw.close())
  expect(raw.prepare("SELECT name, value FROM library_setting WHERE name LIKE 'embeddings%'").all()).toEqual([
    { name: 'embeddings_to_halve', value: String(photos) },
  ])
})
