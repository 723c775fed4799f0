// Turns the labels of folders into the text of an export, page by page, and writes it atomically.
import { setImmediate } from 'node:timers/promises'
import type { ExportRequest, OutputFile } from '../../contract/exports.ts'
import type { Label } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Store } from '../store/db.ts'
import { variantOf } from '../models/models.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { byteOrderMark, toCsv } from '../files/csv-text.ts'
import type { Append, Outputs } from '../outputs/outputs.ts'
import { msg } from '../../texts/message.ts'
import { readFilesMetadata } from '../library/read-metadata.ts'
import { shardFilter } from '../library/shard.ts'
import { cellsOf, readColumns } from './columns.ts'
import type { ExportFile } from './export-file.ts'
import { exportFormats, isExported } from './formats.ts'
import { createParquetTable } from './parquet.ts'
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

/** Files of an export, which are fewer than were read where only some are wanted. */
interface ExportPage extends Pick<ExportChunk, 'cursor'> {
  readonly wanted: readonly ExportFile[]
  readonly read: number
}

/** Returns the next chunk of an export. With several folders, names are relative to their common folder. */
export async function exportChunk(
  store: Store,
  request: ExportRequest,
  cursor: string | null,
): Promise<ExportChunk> {
  const selection = selectFiles(store, request)
  if (cursor === null) await readMissing(store, request, selection)
  const page = await readPage(store, request, selection, cursor)
  return { ...format(page.wanted, request, cursor === null), files: page.read, cursor: page.cursor }
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

async function readPage(
  store: Store,
  request: ExportRequest,
  selection: Selection,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<ExportPage> {
  const variantId = findVariant(store, request)
  const { rootIndex, after } = parseCursor(cursor)
  const root = selection.roots[rootIndex]
  if (cursor === null) checkKnown(store, selection)
  if (root === undefined) return { wanted: [], read: 0, cursor: null }
  const page = store.listing.page({
    root,
    variantId,
    after,
    limit: pageSize,
    topK: request.topK,
    withRejected: false,
  })
  const isInShard = shardFilter(root, request.shard)
  // A missing file may come back, or lie under another name: the library keeps it, an export leaves it out.
  const present = page.filter(
    (file) => !file.isMissing && isSelected(selection, file) && isInShard(file.path),
  )
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
  const isRootDone = page.length < pageSize
  const isEnd = isRootDone && rootIndex === selection.roots.length - 1
  const next = isRootDone ? `${rootIndex + 1}:` : `${rootIndex}:${page.at(-1)?.path ?? ''}`
  return {
    wanted: request.isConfirmedOnly ? all.filter(({ labels }) => labels.length > 0) : all,
    read: page.length,
    cursor: isEnd ? null : next,
  }
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

/**
 * Writes the whole export, or nothing. Throws AppError as `Outputs.write` does, `bad-request` for embeddings in a text, or
 * the signal's reason.
 */
export function writeExport(
  { store, outputs }: ExportContext,
  request: ExportRequest,
  output: OutputFile,
  options: ExportOptions,
): Promise<{ bytes: number; rows: number }> {
  if (request.hasEmbeddings && request.format !== 'parquet')
    throw new AppError('bad-request', msg('Embeddings can be written as Parquet only.'))
  const produce = async (append: Append): Promise<{ bytes: number; rows: number }> => {
    let bytes = 0
    const write = createWriter(store, request, async (chunk) => {
      await append(chunk)
      bytes += Buffer.byteLength(chunk)
    })
    const rows = await writePages(store, request, write, options)
    return { bytes, rows }
  }
  return outputs.write(output, produce, options.signal)
}

interface PageWriter {
  /** Writes the files of the next page. Returns how many rows they have. */
  readonly write: (files: readonly ExportFile[], isFirst: boolean) => Promise<number>
  readonly finish: () => Promise<void>
}

function createWriter(store: Store, request: ExportRequest, append: Append): PageWriter {
  if (request.format !== 'parquet')
    return {
      async write(files, isFirst) {
        const { text, rows } = format(files, request, isFirst)
        await append(text)
        return rows
      },
      finish: () => Promise.resolve(),
    }
  const variantId = findVariant(store, request)
  const embeddingOf = ({ photoId, status }: ExportFile): Float32Array | null => {
    const variant =
      variantId === 'latest' && photoId !== null ? store.predictions.lastVariant(photoId) : variantId
    if (photoId === null || status !== 'labelled' || variant === null || variant === 'latest') return null
    return store.predictions.embedding(photoId, variant)
  }
  const table = createParquetTable(append, {
    columns: request.columns,
    embeddingOf: request.hasEmbeddings ? embeddingOf : null,
  })
  return {
    async write(files) {
      let rows = 0
      for (const file of files) rows += await table.add(file)
      return rows
    },
    finish: () => table.finish(),
  }
}

async function writePages(
  store: Store,
  request: ExportRequest,
  { write, finish }: PageWriter,
  { signal, onProgress }: ExportOptions,
): Promise<number> {
  const selection = selectFiles(store, request)
  await readMissing(store, request, selection, signal)
  const total = countFiles(store, selection)
  let [rows, files] = [0, 0]
  let cursor: string | null = null
  do {
    // Other calls are answered, also where nothing of a page is written yet.
    await setImmediate()
    const page: ExportPage = await readPage(store, request, selection, cursor, signal)
    rows += await write(page.wanted, cursor === null)
    signal.throwIfAborted()
    files += page.read
    onProgress('writing', files, total)
    cursor = page.cursor
  } while (cursor !== null)
  await finish()
  return rows
}
