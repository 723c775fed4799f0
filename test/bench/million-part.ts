// One part of million.ts in a process of its own: prints a JSON line for each number, the memory last.
import { rmSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { PhotoSort, type PhotoFilter } from '../../electron/contract/browse.ts'
import type { ExportRequest } from '../../electron/contract/exports.ts'
import { LearningProgress } from '../../electron/contract/learning.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { queryDuckDb, quoted } from '../helpers/duckdb.ts'
import { askAsWindow, openMadeLibrary } from '../helpers/made-library.ts'
import {
  cancelled,
  once,
  onceWithProgress,
  say,
  sayMemory,
  sayP95,
  sayStart,
  sinceStartMs,
  time,
  type Sample,
} from './million-measure.ts'

const [, , folder = '', part = ''] = process.argv
const random = createRandom(1)
const taskId = 'measured'
const { core, client } = openMadeLibrary(folder)

/** Writes all labels, the five best of each photo, and counts them again with DuckDB. */
async function exportTo(name: string, request: Partial<ExportRequest>): Promise<void> {
  const file = path.join(folder, name)
  const what = `export as ${name}`
  let written = { rows: 0, bytes: 0 }
  await onceWithProgress(core, { what, event: 'export.progress' }, async () => {
    written = await client.exports.write({ request, file, overwrite: true })
  })
  sayMemory(part)
  say(`${what}, bytes`, written.bytes, 'B')
  // Of the columns, the first is in every row.
  const counts = await queryDuckDb(
    `SELECT count(file_name) AS rows, count(DISTINCT file_name) AS files FROM ${quoted(file)}`,
  )
  const [rows = NaN, files = NaN] = Object.values(counts[0] ?? {}).map(Number)
  if (rows !== written.rows) throw new Error(`${file} has ${rows} rows instead of ${written.rows}`)
  say(`${what}, rows that DuckDB reads`, rows, '')
  say(`${what}, files that DuckDB reads`, files, '')
  rmSync(file)
}

const parts: Record<string, () => Promise<void>> = {
  // A library that was not closed in order, as the one that was just made, is checked whole where it is opened.
  check() {
    say('open after a crash, which checks the library', sinceStartMs() / 1000, 's')
    return Promise.resolve()
  },
  async open() {
    await askAsWindow(client, () => sayStart('open to the first page'))
    sayStart('open to all counts')
  },
  async browse() {
    await client.browse.counts({ filter: {} })
    const filters: (() => Partial<PhotoFilter>)[] = [
      () => ({ states: ['suggested'] }),
      () => ({ labels: ['tench'] }),
      () => ({ labels: ['animal'] }),
      () => ({ minScore: 0.3, maxScore: 0.3 + random() / 2 }),
      () => ({ fromMs: Date.UTC(2016, Math.floor(random() * 12)), toMs: Date.UTC(2018, 0) }),
    ]
    const searches = ['alps', 'jpg', 'tench img', '京', 'img_0042']
    const rounds = async (count: number, open: (round: number) => Promise<unknown>) => {
      await open(0)
      const samples: Sample[] = []
      for (let round = 0; round < count; round++) samples.push(await time(() => open(round)))
      return samples
    }
    const open = (filter: Partial<PhotoFilter>, sort: object = {}) => client.browse.open({ filter, sort })
    sayP95('filter', await rounds(40, (round) => open(filters[round % filters.length]?.() ?? {})))
    for (const by of PhotoSort.shape.by.unwrap().options)
      sayP95(`sort by ${by}`, await rounds(8, (round) => open({}, { by, isDescending: round % 2 === 1 })))
    sayP95('search', await rounds(40, (round) => open({ text: searches[round % searches.length] ?? '' })))
    const view = await client.browse.open({ filter: {}, sort: {} })
    const window = () =>
      client.browse.window({ ...view, offset: Math.floor(random() * (view.total - 200)), limit: 200 })
    sayP95('page of 200', await rounds(40, window))
  },
  async scan() {
    const scan = () => client.library.scan({ folders: [`${folder}/photos`] })
    // Files that were linked once more since have changed in the eyes of a scan.
    await scan()
    await onceWithProgress(core, { what: 'scan of known files', event: 'scan.progress' }, scan)
  },
  async similar() {
    const similar = (photoId: number) => client.review.similar({ photo: { photoId }, limit: 20 })
    await once('similar, the first time', () => similar(1))
    const samples: Sample[] = []
    for (let photoId = 10; photoId < 20; photoId++) samples.push(await time(() => similar(photoId)))
    sayP95('similar, from the second query on', samples)
  },
  async promote() {
    const { head } = await client.heads.train({})
    await once('promote a head', () => client.heads.promote({ id: head.id }))
  },
  groups: () => once('groups', () => client.review.groups({})),
  async 'near-duplicates'() {
    const find = () => client.review.nearDuplicates({ minCosine: 0.95, taskId })
    await onceWithProgress(core, { what: 'near-duplicates', event: 'learning.progress' }, find)
    const isAt = (progress: unknown) => LearningProgress.parse(progress).step === 'comparing photos'
    await cancelled(
      core,
      { what: 'near-duplicates', event: 'learning.progress', isAt },
      { start: find, cancel: () => client.learning.cancel({ taskId }) },
    )
  },
  async map() {
    // Maps that were drawn before are kept.
    new Database(`${folder}/library.db`).exec('DELETE FROM library_map').close()
    const draw = (method: 'pca' | 'umap', seed: number) => () => client.review.map({ method, seed, taskId })
    for (const method of ['pca', 'umap'] as const) {
      const what = `map by ${method.toUpperCase()}`
      await onceWithProgress(core, { what, event: 'learning.progress' }, draw(method, 0))
      await once(`${what}, again`, draw(method, 0))
    }
    const isAt = (progress: unknown) => LearningProgress.parse(progress).step === 'placing the other photos'
    await cancelled(
      core,
      { what: 'map by UMAP', event: 'learning.progress', isAt },
      { start: draw('umap', 1), cancel: () => client.learning.cancel({ taskId }) },
    )
  },
  csv: () => exportTo('labels.csv', { format: 'long' }),
  parquet: () => exportTo('labels.parquet', { format: 'parquet' }),
  'parquet-embeddings': () => exportTo('embeddings.parquet', { format: 'parquet', hasEmbeddings: true }),
}

const run = parts[part]
if (run === undefined)
  throw new Error(`There is no part ${part}; there are ${Object.keys(parts).join(', ')}.`)
await run()
if (!part.startsWith('parquet') && part !== 'csv') sayMemory(part)
await core.close()
