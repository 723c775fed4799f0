// Prints how long it takes to export 10,000 photos as an ImageFolder, and to read it back.
// usage: npm run bench:export [-- PHOTOS [EMBEDDING_DIM]]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setInterval } from 'node:timers'
import { DatasetRequest } from '../../electron/contract/exports.ts'
import { JobRequest } from '../../electron/contract/jobs.ts'
import type { PhotoId } from '../../electron/contract/domain.ts'
import { createClient, directTransport } from '../../electron/core/client.ts'
import { createCore } from '../../electron/core/core.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { scanLibrary } from '../../electron/core/library/ingest.ts'
import { openStore } from '../../electron/core/store/db.ts'

const [count = 10_000, dim = 768] = process.argv.slice(2).map(Number)
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-export-'))
const photos = path.join(home, 'photos')
await prepare()

const libraryFile = path.join(home, 'library.db')
const core = createCore({
  libraryFile,
  cacheDir: path.join(home, 'cache'),
  spawnInference: () => {
    throw new Error('nothing is labelled here')
  },
})
const client = createClient(directTransport(core))
const split = { train: 80, val: 10, test: 10 }
const base = DatasetRequest.parse({ format: 'imagefolder', placement: 'hard' })
await time('ImageFolder, hard links', () =>
  client.exports.dataset({ request: base, folder: path.join(home, 'plain') }),
)
await time('the same divided 80/10/10, near-duplicates kept together', () =>
  client.exports.dataset({ request: { ...base, split }, folder: path.join(home, 'divided') }),
)
await time('preview of that', () => client.exports.preview({ request: { ...base, split } }))
await time('ImageFolder, copies', () =>
  client.exports.dataset({ request: { ...base, placement: 'copy' }, folder: path.join(home, 'copies') }),
)
await time('read back', () => client.imports.folder({ folder: path.join(home, 'divided'), isApplied: true }))
await core.close()
await rm(home, { recursive: true, force: true })

/** Also reports how long other calls had to wait. */
async function time(what: string, work: () => Promise<unknown>): Promise<void> {
  let [longestMs, lastMs] = [0, performance.now()]
  const startMs = lastMs
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs - 5)
    lastMs = performance.now()
  }, 5)
  await work()
  const seconds = (performance.now() - startMs) / 1000
  clearInterval(timer)
  console.log(
    `${what}: ${seconds.toFixed(2)} s for ${count} photos; the core answered after ${longestMs.toFixed(0)} ms at most`,
  )
}

/** Small files of twenty labels with embeddings in clusters, a tenth of them twice. */
async function prepare(): Promise<void> {
  for (let number = 0; number < count; number++) {
    const folder = path.join(photos, String(number % 100))
    if (number < 100) await mkdir(folder, { recursive: true })
    await writeFile(
      path.join(folder, `${number}.jpg`),
      Buffer.alloc(4096, String(number % Math.ceil(0.9 * count))),
    )
  }
  const store = openStore({ file: path.join(home, 'library.db') })
  await scanLibrary(store, [photos])
  const photoIds = [...store.files.photoPaths().keys()]
  const request = JobRequest.parse({ folders: [photos], model: 'none' })
  const size = { inputWidthPx: 224, inputHeightPx: 224 }
  const model = store.models.upsert({
    ...{ name: 'none', version: 'none', path: '/none', kind: 'checkpoint', classes: 1, weightBytes: 1 },
    ...{ embeddingDim: dim, readsWords: false, task: 'labels', ...size },
  })
  const variantId = store.models.variant({ modelId: model.id, precision: 'fp32', ...size })
  const jobId = store.jobs.create(request, variantId)
  const random = createRandom(1)
  const centres = Array.from({ length: 100 }, () => Float32Array.from({ length: dim }, () => random() - 0.5))
  const results = photoIds.map((photoId, at) => ({
    ...{ status: 'labelled' as const, photoId, widthPx: 64, heightPx: 64, takenAtMs: null },
    top: [{ label: 'x', score: 1 }],
    embedding: Float32Array.from(centres[at % 100] ?? [], (value) => value + 0.7 * (random() - 0.5)),
  }))
  store.predictions.saveBatch(variantId, jobId, results)
  for (const [name, ids] of Map.groupBy(photoIds, (id: PhotoId) => `label ${id % 20}`))
    store.annotations.confirm(ids, name)
  store.close()
}
