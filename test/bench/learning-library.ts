// Measures learning end to end on a library of made-up embeddings: what the core answers, and whether it goes on meanwhile.
// usage: npm run bench:learning-library [-- PHOTOS [DIM]]; default 100000 768, which takes 2 GB of disk for a while.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createClient, directTransport } from '../../electron/core/client.ts'
import { createCore } from '../../electron/core/core.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { fillLibrary, pathOf } from '../helpers/embedded-library.ts'

const photos = Number(process.argv[2] ?? 100_000)
const dim = Number(process.argv[3] ?? 768)
const classes = 100

const home = await mkdtemp(path.join(os.tmpdir(), 'labelroom-scale-'))
const libraryFile = path.join(home, 'library.db')
fillLibrary(libraryFile, { photos, dim, classes, labelled: Math.min(photos / 2, 5000), spread: 2 })
const core = createCore({ libraryFile, cacheDir: path.join(home, 'cache'), spawnInference })
const { heads, review } = createClient(directTransport(core))

/** Wall time, time on the processor, and how long the core's loop was held up meanwhile. */
async function measure<T>(what: string, work: () => Promise<T>): Promise<T> {
  const loop = monitorEventLoopDelay({ resolution: 5 })
  const cpu = process.cpuUsage()
  loop.enable()
  const startedAtMs = performance.now()
  const result = await work()
  const wallMs = performance.now() - startedAtMs
  loop.disable()
  const { user, system } = process.cpuUsage(cpu)
  const cells = [wallMs, (user + system) / 1000, loop.percentile(99) / 1e6, loop.max / 1e6]
  console.log(what.padEnd(44) + cells.map((ms) => ms.toFixed(0).padStart(9)).join(''))
  return result
}

console.log(`${photos} photos x ${dim}, ${classes} classes, load ${os.loadavg()[0]?.toFixed(1) ?? ''}`)
console.log(''.padEnd(44) + ['wall ms', 'CPU ms', 'loop p99', 'loop max'].map((t) => t.padStart(9)).join(''))
const similar = (number: number) => review.similar({ photo: { path: pathOf(number) } })
await measure('similar, embeddings not in memory', () => similar(1))
await measure('similar', () => similar(2))
await measure('similar', () => similar(3))
const { head } = await measure('train', () => heads.train({}))
await measure('preview: predict all, what would change', () => heads.preview({ id: head.id }))
await measure('promote: predict all, write suggestions', () => heads.promote({ id: head.id }))
await measure('queue', () => review.queue({}))
await measure('groups', () => review.groups({}))
const copies = await measure('duplicates, 0.95', () => review.nearDuplicates({ minCosine: 0.95 }))
console.log(`  ${copies.length} groups`)
await measure('map, PCA', () => review.map({ method: 'pca' }))
await measure('map, UMAP', () => review.map({ method: 'umap' }))
await measure('map, UMAP, again', () => review.map({ method: 'umap' }))
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB`)
await core.close()
await rm(home, { recursive: true, force: true })
