// A library that is filled by direct calls of the store, behind a core that answers calls about it.
import { createHash } from 'node:crypto'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { PhotoCard, PhotoFilter, PhotoSort } from '../../../electron/contract/browse.ts'
import type { JobId, PhotoId } from '../../../electron/contract/domain.ts'
import type { CoreClient } from '../../../electron/core/client.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import type { VariantId } from '../../../electron/core/store/tables/model-variants.ts'
import { verbatim, type Message } from '../../../electron/texts/message.ts'
import { openTestCore, type TestCore } from '../../helpers/core.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addVariant } from '../store/helpers.ts'
import { keysOf } from '../../helpers/keys.ts'

/** Writes into a library as scans and models do. */
export interface Writer {
  readonly store: Store
  readonly variantId: VariantId
  readonly jobId: JobId
  /** Files below /p; each content is a photo of its own. Returns the photos in the order of the names. */
  readonly addFiles: (files: Readonly<Record<string, FileSpec>>) => PhotoId[]
  /** What the model says of a photo, best first. */
  readonly predict: (photoId: PhotoId, top: Readonly<Record<string, number>>) => void
  readonly fail: (photoId: PhotoId, reason?: string) => void
}

/** The store is a second connection to the core's library, as another program has one. */
export interface TestLibrary extends TestCore, Writer {
  readonly folder: string
  /** Cards of all files that pass. */
  readonly list: (filter?: Partial<PhotoFilter>, sort?: Partial<PhotoSort>) => Promise<PhotoCard[]>
  /** Names of all files that pass, in order. */
  readonly names: (filter?: Partial<PhotoFilter>, sort?: Partial<PhotoSort>) => Promise<string[]>
}

export interface FileSpec {
  /** Equal contents are the same photo; default: the path. */
  readonly content?: string
  readonly modifiedAtMs?: number
  readonly problem?: { readonly kind: 'skipped' | 'failed'; readonly reason: Message }
}

export function openTestLibrary(): TestLibrary {
  const folder = tempFolder()
  const core = openTestCore(folder)
  const store = openStore({ file: path.join(folder, 'library.db') })
  onTestFinished(() => store.close())
  const list: TestLibrary['list'] = (filter, sort) => listCards(core.client, filter, sort)
  return {
    ...core,
    ...createWriter(store),
    folder,
    list,
    names: async (filter, sort) => (await list(filter, sort)).map(({ name }) => name),
  }
}

export function createWriter(store: Store): Writer {
  store.folders.add('/p')
  const { variantId, jobId } = addVariant(store)
  return {
    store,
    variantId,
    jobId,
    addFiles: (files) => addFiles(store, files),
    predict: (photoId, labels) => {
      const top = Object.entries(labels).map(([label, score]) => ({ label, score }))
      const size = { widthPx: 4, heightPx: 3, takenAtMs: null }
      store.predictions.saveBatch(variantId, jobId, [
        { photoId, status: 'labelled', ...size, top, embedding: null },
      ])
    },
    fail: (photoId, reason = 'broken') => {
      store.predictions.saveBatch(variantId, jobId, [{ photoId, status: 'failed', reason: verbatim(reason) }])
    },
  }
}

export async function listCards(
  { browse }: Pick<CoreClient, 'browse'>,
  filter: Partial<PhotoFilter> = {},
  sort: Partial<PhotoSort> = {},
): Promise<PhotoCard[]> {
  const { viewId, total } = await browse.open({ filter, sort })
  const cards: PhotoCard[] = []
  while (cards.length < total)
    cards.push(...(await browse.window({ viewId, offset: cards.length, limit: 500 })))
  return cards
}

function addFiles(store: Store, files: Readonly<Record<string, FileSpec>>): PhotoId[] {
  const scanId = store.files.beginScan()
  const photoIds: PhotoId[] = []
  const records = Object.entries(files).map(([name, { content = name, modifiedAtMs = 1000, problem }]) => {
    const hash = createHash('sha256').update(content).digest()
    const photoId = problem === undefined ? store.photos.identify(keysOf(hash, content.length), null) : null
    if (photoId !== null) photoIds.push(photoId)
    return { path: `/p/${name}`, photoId, sizeBytes: 1, modifiedAtMs, problem: problem ?? null }
  })
  store.files.record(scanId, records)
  return photoIds
}
