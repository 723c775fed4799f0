// Parquet as another program reads it: the rows of the CSV with their types, lists, embeddings, and a bounded memory.
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ExportRequest } from '../../../electron/contract/exports.ts'
import { exportChunk, writeExport } from '../../../electron/core/exports/export.ts'
import { createParquetTable } from '../../../electron/core/exports/parquet.ts'
import type { ExportFile } from '../../../electron/core/exports/export-file.ts'
import { createOutputs } from '../../../electron/core/outputs/outputs.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import { countTurns } from '../../helpers/count-turns.ts'
import { parseCsv } from '../../helpers/csv.ts'
import { queryDuckDb, quoted } from '../../helpers/duckdb.ts'
import { fillLibrary } from '../../helpers/embedded-library.ts'
import { noopTask } from '../../helpers/noop-task.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const dim = 12

function openFilled(photos: number): { store: Store; folder: string } {
  const folder = tempFolder()
  const file = path.join(folder, 'library.db')
  fillLibrary(file, { photos, dim, classes: 3, labelled: 30 })
  const store = openStore({ file })
  store.folders.add('/photos')
  return { store, folder }
}

function write(store: Store, folder: string, request: Partial<ExportRequest>, options = noopTask()) {
  const outputs = createOutputs({
    ...{
      store,
      ownFolders: [],
      ownFiles: () => Promise.resolve([]),
      unlistedFolder: null,
      takesStreams: false,
    },
    libraries: () => Promise.resolve([store.file]),
    writtenListFile: path.join(folder, 'written-files.json'),
  })
  const file = path.join(folder, 'labels.parquet')
  const whole = ExportRequest.parse({ format: 'parquet', ...request })
  return writeExport({ store, outputs }, whole, { file, overwrite: false }, options)
}

async function csvOf(store: Store, request: Partial<ExportRequest>) {
  let text = ''
  for (let cursor: string | null = null, isEnd = false; !isEnd;) {
    const chunk = await exportChunk(store, ExportRequest.parse({ format: 'long', ...request }), cursor)
    text += chunk.text
    cursor = chunk.cursor
    isEnd = cursor === null
  }
  return parseCsv(text)
}

test('has the rows of the CSV, in their order, as DuckDB reads them', async () => {
  const { store, folder } = openFilled(1200)
  const columns = ['width', 'taken_at', 'path'] as const
  const { rows } = await write(store, folder, { columns: [...columns] })
  const table = quoted(path.join(folder, 'labels.parquet'))
  const read = await queryDuckDb(
    `SELECT file_name, coalesce(label, '') AS label, coalesce(printf('%.6f', score), '') AS score,
       coalesce(rank::VARCHAR, '') AS rank, status, coalesce(reason, '') AS reason, coalesce(source, '') AS source,
       coalesce(model, '') AS model, coalesce(width::VARCHAR, '') AS width, coalesce(taken_at, '') AS taken_at, path
     FROM ${table}`,
  )
  const csv = await csvOf(store, { columns: [...columns] })
  expect(read).toEqual(csv)
  expect(rows).toBe(csv.length)
  expect(rows).toBeGreaterThan(1200)
  store.close()
})

test('declares a type for each column, and lists as lists', async () => {
  const { store, folder } = openFilled(3)
  await write(store, folder, { columns: ['width', 'latitude', 'keywords'], hasEmbeddings: true })
  const table = quoted(path.join(folder, 'labels.parquet'))
  const described = await queryDuckDb(
    `SELECT column_name || ' ' || column_type AS text FROM (DESCRIBE SELECT * FROM ${table})`,
  )
  expect(described.map(({ text }) => text)).toEqual([
    'file_name VARCHAR',
    'label VARCHAR',
    'score DOUBLE',
    'rank INTEGER',
    'status VARCHAR',
    'reason VARCHAR',
    'source VARCHAR',
    'model VARCHAR',
    'width INTEGER',
    'latitude DOUBLE',
    'keywords VARCHAR[]',
    'embedding FLOAT[]',
  ])
  store.close()
})

test('holds each embedding once, exactly as the library has it', async () => {
  const { store, folder } = openFilled(50)
  await write(store, folder, { hasEmbeddings: true })
  const table = quoted(path.join(folder, 'labels.parquet'))
  const rows = await queryDuckDb(
    `SELECT file_name, embedding::FLOAT[${dim}]::VARCHAR AS vector FROM ${table} WHERE embedding IS NOT NULL ORDER BY file_name`,
  )
  expect(rows).toHaveLength(50)
  const photoId = store.files.find('/photos/000007.jpg')?.photoId
  const variantId = store.predictions.lastVariant(photoId ?? (0 as never))
  const stored = store.predictions.embedding(photoId ?? (0 as never), variantId ?? (0 as never))
  const vector = z.array(z.number()).parse(JSON.parse(z.string().parse(rows[7]?.['vector'])))
  expect(Array.from(Float32Array.from(vector))).toEqual(Array.from(stored ?? []))
  store.close()
})

test('refuses embeddings in a text', async () => {
  const { store, folder } = openFilled(3)
  await expect(async () => write(store, folder, { format: 'long', hasEmbeddings: true })).rejects.toThrow(
    'Embeddings can be written as Parquet only.',
  )
  store.close()
})

test('writes a table without rows that can still be read', async () => {
  const { store, folder } = openFilled(3)
  const { rows } = await write(store, folder, { isConfirmedOnly: true, shard: { index: 1, count: 100_000 } })
  expect(rows).toBe(0)
  const table = quoted(path.join(folder, 'labels.parquet'))
  expect(await queryDuckDb(`SELECT count(*)::INTEGER AS rows FROM ${table}`)).toEqual([{ rows: 0 }])
  store.close()
})

test('lets other calls run between the pages of a row group', async () => {
  const { store, folder } = openFilled(1200)
  const loop = countTurns()
  const turns = new Set<number>()
  const onProgress = () => void turns.add(loop.turns())
  await write(store, folder, {}, { ...noopTask(), onProgress })
  loop.stop()
  expect(turns.size).toBe(3)
  store.close()
})

test('keeps no more than a row group in memory', async () => {
  let [largest, total] = [0, 0]
  const append = (chunk: string | Uint8Array) => {
    largest = Math.max(largest, chunk.length)
    total += chunk.length
    return Promise.resolve()
  }
  const vector = new Float32Array(768).fill(0.5)
  const table = createParquetTable(append, { columns: [], embeddingOf: () => vector })
  const label = { name: 'cat', source: 'model', state: 'suggested', score: 0.5, rank: 1 }
  for (let at = 0; at < 3000; at++)
    await table.add({
      ...{ fileName: `${at}.jpg`, status: 'labelled', reason: null, columns: [] },
      labels: [{ ...label, modelName: 'vit', modelVersion: '1', isChanged: false }],
    } as unknown as ExportFile)
  await table.finish()
  expect(total).toBeGreaterThan(3000 * 768 * 4)
  expect(largest).toBeLessThan(3e6)
})
