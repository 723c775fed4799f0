// Reads what sidecars say, and what photos' files say that were scanned before Labelroom read it; links sidecars to photos.
import { setImmediate } from 'node:timers/promises'
import { libraryPath } from '../../common/library-path.ts'
import { readRegular } from '../../common/open-file.ts'
import { outermostFolders } from '../files/folders.ts'
import { readBlocks } from '../identity/read-keys.ts'
import { readMetadata, type ReadMetadata } from '../metadata/file-metadata.ts'
import { noBlocks } from '../metadata/metadata-blocks.ts'
import type { Store } from '../store/db.ts'
import type { PathRange } from '../store/tables/files-count.ts'
import type { UnreadFile } from '../store/tables/file-metadata.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'

/** Files for each transaction. */
const batchSize = 64
/** A sidecar with years of edits has some hundred kilobytes. */
export const maxSidecarBytes = 4 * 1024 * 1024

/** Reads what is not known yet under these folders. A file that cannot be read now is tried again by the next scan. */
export async function readFilesMetadata(
  store: Store,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  for (const folder of outermostFolders(folders.map(libraryPath)))
    for (const part of store.files.parts(folder)) {
      await readPart(store, part, signal)
      await setImmediate()
    }
}

/** Reads the same of these photos' files alone, with their sidecars and what belongs to them, which differ in the ending. */
export async function readMetadataOf(
  store: Store,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const stems = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('.'))))
  // '/' is the byte after '.'.
  for (const stem of stems) await readPart(store, { from: `${stem}.`, to: `${stem}/` }, signal)
}

async function readPart(
  store: Store,
  { from, to }: PathRange,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let after: string | null = from; after !== null;) {
    const files: UnreadFile[] = store.metadata.unread({ after, to }, batchSize)
    await readBatch(store, files, signal)
    after = files.length < batchSize ? null : (files.at(-1)?.path ?? null)
  }
  for (let after: number | null = 0; after !== null;) {
    const photos: UnknownShape[] = store.shapes.unknown({ from, to, after, limit: batchSize })
    await readShapes(store, photos, signal)
    after = photos.length < batchSize ? null : (photos.at(-1)?.photoId ?? null)
  }
  for (let after: string | null = from; after !== null;) {
    const position: string = after
    after = await store.whenFree(() => store.metadata.linkSidecars({ after: position, to }), signal)
    await setImmediate()
  }
}

async function readBatch(
  store: Store,
  files: readonly UnreadFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const read = await mapInFlight(files, async (file) => {
    signal?.throwIfAborted()
    return { file, said: await (file.isSidecar === 1 ? readSidecar(file.path) : readFile(file.path)) }
  })
  const record = () => {
    for (const { file, said } of read)
      if (said !== null) store.metadata.record(file.path, file, said.metadata, said.isDamaged)
  }
  if (files.length > 0)
    await store.whenFree(() => {
      store.transaction(record)
    }, signal)
}

type UnknownShape = ReturnType<Store['shapes']['unknown']>[number]

/** For photos of a library from before shapes were noted. */
async function readShapes(
  store: Store,
  photos: readonly UnknownShape[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const read = await mapInFlight(photos, async ({ photoId, path }) => {
    signal?.throwIfAborted()
    const blocks = await readBlocks(path).catch(() => null)
    return blocks === null ? [] : [{ photoId, isTurned: blocks.facts.isTurned }]
  })
  const record = () => {
    for (const { photoId, isTurned } of read.flat()) store.shapes.noteTurned(photoId, isTurned)
  }
  if (photos.length > 0)
    await store.whenFree(() => {
      store.transaction(record)
    }, signal)
}

/** Returns what a sidecar says; null where it cannot be read. */
export async function readSidecar(path: string): Promise<ReadMetadata | null> {
  const xmp = await readRegular(path, maxSidecarBytes).catch(() => null)
  return xmp === null ? null : readMetadata({ xmp, iptc: null }, null)
}

/** Returns what a photo's file says about itself; null where it cannot be read. */
async function readFile(path: string): Promise<ReadMetadata | null> {
  const read = await readBlocks(path).catch(() => 'unreadable' as const)
  if (read === 'unreadable') return null
  return readMetadata(read?.blocks ?? noBlocks, read?.facts ?? null)
}
