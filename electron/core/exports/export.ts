// Turns the labels of folders into the text of an export, page by page, and writes it atomically.
import type { ExportRequest, OutputFile } from '../../contract/exports.ts'
import type { Label } from '../../contract/domain.ts'
import type { Store } from '../store/db.ts'
import { variantOf } from '../models/models.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { byteOrderMark, toCsv } from '../files/csv-text.ts'
import type { Append, Outputs } from '../outputs/outputs.ts'
import { readFilesMetadata } from '../library/read-metadata.ts'
import { cellsOf, readColumns } from './columns.ts'
import { exportFormats, isExported, type ExportFile } from './formats.ts'
import { checkKnown, countFiles, isSelected, relativeName, selectFiles, type Selection } from './selection.ts'
import type { ExportOptions } from './write-dataset.ts'

/** Files read from the store at a time; a page is some 100 kB of text. */
const pageSize = 500

export interface ExportChunk {
  readonly text: string
  /** Files of the library that were read for it. */
  readonly files: number
  readonly rows: number
  /** Where the next chunk continues; null at the end. */
  readonly cursor: string | null
}

/** Returns the next chunk of an export. With several folders, names are relative to their common folder. */
export async function exportChunk(
  store: Store,
  request: ExportRequest,
  cursor: string | null,
): Promise<ExportChunk> {
  const selection = selectFiles(store, request)
  if (cursor === null) await readMissing(store, request, selection)
  return readChunk(store, request, selection, cursor)
}

/** Libraries of before know nothing of what the files say. */
async function readMissing(
  store: Store,
  { columns }: ExportRequest,
  { roots }: Selection,
  signal?: AbortSignal,
): Promise<void> {
  if (columns.length > 0 && !store.isReadonly) await readFilesMetadata(store, roots, signal)
}

async function readChunk(
  store: Store,
  request: ExportRequest,
  selection: Selection,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<ExportChunk> {
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
  // A missing file may come back, or lie under another name: the library keeps it, an export leaves it out.
  const present = page.filter((file) => !file.isMissing && isSelected(selection, file))
  const isWanted = ({ source, score, state }: Label) =>
    request.isConfirmedOnly ? state === 'confirmed' : source === 'human' || (score ?? 0) >= request.minScore
  const columns = await readColumns(store, present, request.columns, signal)
  const all = present.map((file): ExportFile => {
    // The labels of a file that cannot be read now stay in the library.
    const wanted =
      file.status === 'labelled'
        ? file.labels.filter((label) => isWanted(label) && isExported(label, request.format))
        : []
    // Confirmed labels are never cut, however many there are.
    const confirmed = wanted.filter(({ state }) => state === 'confirmed').length
    const labels = wanted.slice(0, Math.max(request.topK, confirmed))
    return {
      ...file,
      labels,
      fileName: relativeName(selection, file.path),
      columns: columns.get(file.path) ?? [],
    }
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
  const rows = files.flatMap((file) => {
    const cells = cellsOf(file.columns)
    return format.rows(file, request).map((row) => [...row, ...cells])
  })
  const table = isFirst ? [[...format.header(request), ...request.columns], ...rows] : rows
  const text = toCsv(table, { isSpreadsheetSafe: request.isSpreadsheetSafe })
  const mark = isFirst && request.isSpreadsheetSafe ? byteOrderMark : ''
  return { text: mark + text, rows: rows.length }
}

function parseCursor(cursor: string | null): { rootIndex: number; after: string | null } {
  if (cursor === null) return { rootIndex: 0, after: null }
  const colon = cursor.indexOf(':')
  return { rootIndex: Number(cursor.slice(0, colon)), after: cursor.slice(colon + 1) || null }
}

/** Where an export reads and writes. */
export interface ExportContext {
  readonly store: Store
  readonly outputs: Outputs
}

/** Writes the whole export, or nothing. Throws AppError as `Outputs.write` does, or the signal's reason. */
export const writeExport = (
  { store, outputs }: ExportContext,
  request: ExportRequest,
  output: OutputFile,
  options: ExportOptions,
): Promise<{ bytes: number; rows: number }> =>
  outputs.write(output, (append) => appendChunks(store, request, append, options), options.signal)

async function appendChunks(
  store: Store,
  request: ExportRequest,
  append: Append,
  { signal, onProgress }: ExportOptions,
): Promise<{ bytes: number; rows: number }> {
  const selection = selectFiles(store, request)
  await readMissing(store, request, selection, signal)
  const total = countFiles(store, selection)
  let [bytes, rows, files] = [0, 0, 0]
  let cursor: string | null = null
  do {
    const chunk: ExportChunk = await readChunk(store, request, selection, cursor, signal)
    await append(chunk.text)
    signal.throwIfAborted()
    bytes += Buffer.byteLength(chunk.text)
    rows += chunk.rows
    files += chunk.files
    onProgress('writing', files, total)
    cursor = chunk.cursor
  } while (cursor !== null)
  return { bytes, rows }
}
