// Prints the longest time slice for which the core blocks its event loop while it imports and exports a large library.
// usage: npm run bench:blocking [-- LIBRARY.db]; the library is copied first. Without one, a library of 100,000 is made.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setInterval } from 'node:timers'
import type { ExportFormat } from '../../electron/contract/exports.ts'
import { DatasetFormat, DatasetRequest } from '../../electron/contract/exports.ts'
import { createClient, directTransport } from '../../electron/core/client.ts'
import { createCore } from '../../electron/core/core.ts'
import { makeLibrary } from '../helpers/large-library.ts'

const home = await mkdtemp(path.join(tmpdir(), 'labelroom-blocking-'))
const libraryFile = path.join(home, 'library.db')
const given = process.argv[2]
if (given === undefined) await makeLibrary({ folder: home, files: 100_000, dim: 0, pictures: 20 })
else await copyFile(given, libraryFile)

const core = createCore({
  libraryFile,
  cacheDir: path.join(home, 'cache'),
  spawnInference: () => {
    throw new Error('nothing is labelled here')
  },
})
const client = createClient(directTransport(core))
const [folder] = await client.library.folders({})
if (folder === undefined) throw new Error('The library is empty.')
// As an app that shows the library: what changes is read again meanwhile.
await client.browse.open({ filter: {}, sort: {} })

for (const format of ['long', 'timm', 'jsonl'] satisfies ExportFormat[])
  await measure(`table ${format}`, () =>
    client.exports.write({ request: { format }, file: path.join(home, `${format}.txt`) }),
  )
const split = { train: 80, val: 10, test: 10 }
for (const format of DatasetFormat.options) {
  const placement = format === 'jsonl' ? 'none' : 'hard'
  const request = DatasetRequest.parse({ format, split, placement, minScore: 0, minCosine: null })
  await measure(`plan of ${format}`, () => client.exports.preview({ request }))
  if (format !== 'hf' && format !== 'timm')
    await measure(`dataset ${format}, ${placement}`, () =>
      client.exports.dataset({ request, folder: path.join(home, format) }),
    )
}
const csv = path.join(home, 'import.csv')
await writeFile(csv, await labelsOfAll(folder.path))
const imported = { file: csv, folder: folder.path }
await measure('import, preview', () => client.imports.labels(imported))
await measure('import, applied', () => client.imports.labels({ ...imported, isApplied: true }))
await measure('import, undone', () => client.history.undo({}))
await measure('import, redone', () => client.history.redo({}))
await core.close()
await rm(home, { recursive: true, force: true })

/** A row for each photo, with one of twenty labels. */
async function labelsOfAll(root: string): Promise<string> {
  const rows = ['file_name,label']
  let after: string | null = null
  do {
    const page = await client.photos.list({ folder: root, after, limit: 1000 })
    for (const { path: file, photoId } of page)
      if (photoId !== null) rows.push(`${path.posix.relative(root, file)},label ${photoId % 20}`)
    after = page.length < 1000 ? null : (page.at(-1)?.path ?? null)
  } while (after !== null)
  return rows.join('\n')
}

/** Measures wall time, and the CPU time of this thread, which other programs do not lengthen. */
async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  const longest = { wallMs: 0, cpuMs: 0 }
  let last = { wallMs: performance.now(), cpuMs: cpuMs() }
  const startMs = last.wallMs
  const sample = () => {
    const now = { wallMs: performance.now(), cpuMs: cpuMs() }
    longest.wallMs = Math.max(longest.wallMs, now.wallMs - last.wallMs)
    longest.cpuMs = Math.max(longest.cpuMs, now.cpuMs - last.cpuMs)
    last = now
  }
  const timer = setInterval(sample, 1)
  await work()
  sample()
  clearInterval(timer)
  const seconds = (performance.now() - startMs) / 1000
  console.log(
    `${what}: ${seconds.toFixed(1)} s; longest time slice ${longest.wallMs.toFixed(0)} ms, of CPU ${longest.cpuMs.toFixed(0)} ms`,
  )
}
