// Real folders and real libraries for the tests of the store, and the rows that most of them need first.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { JobRequest } from '../../../electron/contract/jobs.ts'
import type { JobId, PhotoId } from '../../../electron/contract/domain.ts'
import { AppError } from '../../../electron/contract/errors.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import type { NewHead } from '../../../electron/core/store/tables/heads.ts'
import type { VariantId } from '../../../electron/core/store/tables/model-variants.ts'
import type { NewModel } from '../../../electron/core/store/tables/models.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { keysOf } from '../../helpers/keys.ts'

/** A new library that is closed after the test. */
export function tempStore(file = join(tempFolder(), 'library.sqlite')): Store {
  const store = openStore({ file })
  onTestFinished(() => store.close())
  return store
}

export const newModel: NewModel = {
  name: 'tiny',
  version: 'v1',
  path: '/models/tiny',
  kind: 'checkpoint',
  task: 'labels',
  classes: 3,
  embeddingDim: 4,
  readsWords: false,
  inputWidthPx: 32,
  inputHeightPx: 32,
  weightBytes: 1000,
}

export const request = JobRequest.parse({ folders: ['/pictures'], model: 'tiny' })

export function addVariant(store: Store, version = 'v1'): { variantId: VariantId; jobId: JobId } {
  const model = store.models.upsert({ ...newModel, version })
  const variantId = store.models.variant({
    modelId: model.id,
    precision: 'fp32',
    inputWidthPx: 32,
    inputHeightPx: 32,
  })
  return { variantId, jobId: store.jobs.create(request, variantId) }
}

/** A photo whose content is its name. */
export const addPhoto = (store: Store, content: string): PhotoId =>
  store.photos.identify(keysOf(createHash('sha256').update(content).digest(), content.length), null)

/** Photos as files of one scan: path to photo. */
export function addFiles(store: Store, files: Readonly<Record<string, PhotoId>>): number {
  const scanId = store.files.beginScan()
  const records = Object.entries(files).map(([path, photoId]) => ({
    path,
    photoId,
    sizeBytes: 1,
    modifiedAtMs: 1.5,
    problem: null,
  }))
  store.files.record(scanId, records)
  return scanId
}

/** The predictions of a model for a photo: these labels with falling scores. */
export const labelled = (
  photoId: PhotoId,
  names: readonly string[],
  embedding: Float32Array | null = null,
) => ({
  status: 'labelled' as const,
  photoId,
  widthPx: 640,
  heightPx: 480,
  takenAtMs: null,
  top: names.map((label, index) => ({ label, score: 0.8 / (index + 1) })),
  embedding,
})

/** A head with two classes on embeddings of three numbers. */
export const newHead = (variantId: VariantId, photoIds: readonly PhotoId[] = []): NewHead => ({
  variantId,
  kind: 'linear',
  mode: 'single',
  classes: ['cat', 'dog'],
  l2: 0.1,
  seed: 0,
  temperature: 1.5,
  evaluation: 'none',
  metrics: null,
  dim: 3,
  parameters: Float32Array.of(1, 2, 3, 4, 5, 6, 0.5, -0.5),
  photoIds,
  verdicts: [],
})

/** The expected failure of `work`; anything else, also success, fails the test. */
export function failureOf(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** Returns all items of a stream. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** The photo that the library knows at this path. Throws where there is none. */
export function photoAt(store: Store, path: string): PhotoId {
  const photoId = store.files.find(path)?.photoId
  if (photoId === undefined || photoId === null) throw new Error(`${path} has no photo`)
  return photoId
}
