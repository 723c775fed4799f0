// Turns the labels of folders into the text of an export, page by page, and writes it atomically.
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ExportRequest, Label } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import { variantOf } from '../labelling/models.ts'
import type { VariantId } from '../store/models.ts'
import { toCsv } from './csv-text.ts'
import { exportFormats, type ExportFile } from './formats.ts'
import { toOutputError } from './output-error.ts'
import { refusePhoto } from './refuse-photo.ts'
import { checkKnown, countFiles, isSelected, relativeName, selectFiles, type Selection } from './selection.ts'
import type { ExportOptions } from './write-dataset.ts'

/** Files read from the store at a time; a page is some 100 kB of text. */
const pageSize = 500

export interface ExportChunk {
  readonly text: string
  /** Of the library that were looked at for it. */
  readonly files: number
  readonly rows: number
  /** Where the next chunk goes on; null at the end. */
  readonly cursor: string | null
}

/** The next piece of an export. With several folders, names are relative to the folder that holds them all. */
export function exportChunk(store: Store, request: ExportRequest, cursor: string | null): ExportChunk {
  return readChunk(store, request, selectFiles(store, request), cursor)
}

function readChunk(
  store: Store,
  request: ExportRequest,
  selection: Selection,
  cursor: string | null,
): ExportChunk {
  const variantId = findVariant(store, request)
  const { rootIndex, after } = parseCursor(cursor)
  const root = selection.roots[rootIndex]
  if (cursor === null) checkKnown(store, selection)
  if (root === undefined) return { text: '', files: 0, rows: 0, cursor: null }
  const page = store.listing.page({
    root,
    variantId,
    after,
    limit: pageSize,
    topK: request.topK,
    withRejected: false,
  })
  // What is missing now may be back tomorrow, or lie under another name: the library keeps it, an export does not show it.
  const present = page.filter((file) => !file.isMissing && isSelected(selection, file))
  const isWanted = ({ source, score, state }: Label) =>
    request.isConfirmedOnly ? state === 'confirmed' : source === 'human' || (score ?? 0) >= request.minScore
  const all = present.map((file): ExportFile => {
    // What is known of a file that cannot be read now stays in the library.
    const wanted = file.status === 'labelled' ? file.labels.filter(isWanted) : []
    // What a person said is never cut, however many labels it is.
    const said = wanted.filter(({ state }) => state === 'confirmed').length
    const labels = wanted.slice(0, Math.max(request.topK, said))
    return { ...file, labels, fileName: relativeName(selection, file.path) }
  })
  const files = request.isConfirmedOnly ? all.filter(({ labels }) => labels.length > 0) : all
  const isRootDone = page.length < pageSize
  const isEnd = isRootDone && rootIndex === selection.roots.length - 1
  const next = isRootDone ? `${rootIndex + 1}:` : `${rootIndex}:${page.at(-1)?.path ?? ''}`
  return { ...format(files, request, cursor === null), files: page.length, cursor: isEnd ? null : next }
}

function findVariant(store: Store, { modelId, jobId }: ExportRequest): VariantId | 'latest' | null {
  if (jobId === null) return store.models.shown(modelId)
  const job = store.jobs.get(jobId)
  return job === null ? null : variantOf(store, job.request, job.modelId)
}

function format(
  files: readonly ExportFile[],
  request: ExportRequest,
  isFirst: boolean,
): { text: string; rows: number } {
  const format = exportFormats[request.format]
  if (format.kind === 'lines')
    return { text: files.map((file) => format.line(file) + '\n').join(''), rows: files.length }
  const rows = files.flatMap((file) => format.rows(file, request))
  const table = isFirst ? [format.header(request), ...rows] : rows
  const text = toCsv(table, { isSpreadsheetSafe: request.isSpreadsheetSafe })
  return { text, rows: rows.length }
}

function parseCursor(cursor: string | null): { rootIndex: number; after: string | null } {
  if (cursor === null) return { rootIndex: 0, after: null }
  const colon = cursor.indexOf(':')
  return { rootIndex: Number(cursor.slice(0, colon)), after: cursor.slice(colon + 1) || null }
}

/**
 * Writes the whole export beside `file` and then puts it in its place, so that a failure leaves the old one whole.
 * A link keeps leading where it leads, and what is no file (a pipe, /dev/null) is written to directly. Throws AppError,
 * or the signal's reason; either leaves nothing behind.
 */
export async function writeExport(
  store: Store,
  request: ExportRequest,
  file: string,
  options: ExportOptions,
): Promise<{ bytes: number; rows: number }> {
  await refusePhoto(store, file)
  const target = await realpath(file).catch(() => file)
  const isReplaceable = (await stat(target).catch(() => null))?.isFile() ?? true
  const written = isReplaceable
    ? path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`)
    : target
  try {
    const size = await writeChunks(store, request, { file: written, isSynced: isReplaceable }, options)
    if (isReplaceable) await rename(written, target)
    return size
  } catch (error) {
    if (isReplaceable) await rm(written, { force: true })
    throw toOutputError(error, file)
  }
}

async function writeChunks(
  store: Store,
  request: ExportRequest,
  { file, isSynced }: { readonly file: string; readonly isSynced: boolean },
  { signal, onProgress }: ExportOptions,
): Promise<{ bytes: number; rows: number }> {
  await using handle = await open(file, 'w')
  const selection = selectFiles(store, request)
  const total = countFiles(store, selection)
  let [bytes, rows, files] = [0, 0, 0]
  let cursor: string | null = null
  do {
    const chunk: ExportChunk = readChunk(store, request, selection, cursor)
    // Not write(), which on a full disk writes a part and calls it a success.
    await handle.appendFile(chunk.text)
    signal.throwIfAborted()
    bytes += Buffer.byteLength(chunk.text)
    rows += chunk.rows
    files += chunk.files
    onProgress('writing', files, total)
    cursor = chunk.cursor
  } while (cursor !== null)
  if (isSynced) await handle.sync()
  signal.throwIfAborted()
  return { bytes, rows }
}
