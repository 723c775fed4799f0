// A library of photos that exist only as embeddings: points around one centre for each class, some of them labelled.
import { createHash } from 'node:crypto'
import { JobRequest } from '../../electron/contract/jobs.ts'
import type { PhotoId } from '../../electron/contract/domain.ts'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'
import { openStore } from '../../electron/core/store/db.ts'
import { keysOf } from './keys.ts'

export interface EmbeddedLibraryOptions {
  readonly photos: number
  readonly dim: number
  readonly classes: number
  /** The first so many photos get the label that is theirs. */
  readonly labelled: number
  /** How far photos lie from the centre of their class; 1 is as far as centres from each other. */
  readonly spread?: number
}

const batch = 1000

export const pathOf = (number: number) => `/photos/${String(number).padStart(6, '0')}.jpg`
export const classOf = (number: number, classes: number) => `class ${number % classes}`

/** Photo number n lies at `pathOf(n)` and belongs to `classOf(n)`. Returns the ids in this order. */
export function fillLibrary(file: string, options: EmbeddedLibraryOptions): PhotoId[] {
  const { photos, dim, classes, labelled, spread = 0.5 } = options
  const random = createRandom(1)
  const noise = () => random() + random() - 1
  const centres = Float32Array.from({ length: classes * dim }, noise)
  const store = openStore({ file })
  const model = store.models.upsert({
    ...{ name: 'made', version: 'v1', path: '/models/made', kind: 'checkpoint', classes: 1000 },
    ...{
      embeddingDim: dim,
      readsWords: false,
      task: 'labels',
      inputWidthPx: 224,
      inputHeightPx: 224,
      weightBytes: 1000,
    },
  })
  const variantId = store.models.variant({
    modelId: model.id,
    precision: 'fp32',
    inputWidthPx: 224,
    inputHeightPx: 224,
  })
  const jobId = store.jobs.create(JobRequest.parse({ folders: ['/photos'], model: 'made' }), variantId)
  const scanId = store.files.beginScan()
  const ids: PhotoId[] = []
  for (let from = 0; from < photos; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, photos - from) }, (_, i) => from + i)
    store.transaction(() => {
      for (const number of numbers)
        ids.push(
          store.photos.identify(keysOf(createHash('sha256').update(String(number)).digest(), 1000), null),
        )
    })
    const records = numbers.map((number) => ({
      ...{ path: pathOf(number), photoId: ids[number] ?? null, sizeBytes: 1000 },
      ...{ modifiedAtMs: 0, problem: null },
    }))
    store.files.record(scanId, records)
    const results = numbers.map((number) => {
      const centre = (number % classes) * dim
      const embedding = Float32Array.from(
        { length: dim },
        (_, d) => (centres[centre + d] ?? 0) + spread * noise(),
      )
      const top = [{ label: 'something', score: 0.5 }]
      return {
        ...{ status: 'labelled' as const, photoId: ids[number] ?? (0 as PhotoId) },
        ...{ widthPx: 640, heightPx: 480, takenAtMs: null, top, embedding },
      }
    })
    store.predictions.saveBatch(variantId, jobId, results)
  }
  for (let c = 0; c < classes; c++) {
    const members = ids.slice(0, labelled).filter((_, number) => number % classes === c)
    if (members.length > 0) store.annotations.confirm(members, classOf(c, classes))
  }
  store.close()
  return ids
}
