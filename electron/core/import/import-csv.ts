// Labels from a CSV become confirmed labels: columns are found by name, photos by path, then by name, then by hash.
import { constants } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import type { CsvImportReport, CsvImportRequest } from '../../contract/imports.ts'
import { createBreather } from '../breather.ts'
import { fromSafeCell } from '../export/csv-text.ts'
import { errorCode } from '../library/file-errors.ts'
import type { Store } from '../store/db.ts'
import { applyImport, type ImportOptions } from './apply.ts'
import { parseCsv, type CsvRow } from './csv.ts'
import { createMatcher } from './match-photos.ts'
import { createTally } from './tally.ts'

/** Names of columns in the order of preference, as other programs write them; compared without case, `_` and spaces. */
const fileColumns = ['filename', 'file', 'path', 'image', 'imagepath', 'imageid', 'photo', 'id', 'name']
const labelColumns = ['label', 'labels', 'class', 'classname', 'category', 'tag', 'target', 'label0']
const hashColumns = ['sha256', 'hash', 'contenthash', 'checksum']

/** Says what the file holds and what of it matches, and confirms the labels when the request says so. */
export async function importCsv(
  store: Store,
  request: CsvImportRequest,
  options: ImportOptions,
): Promise<CsvImportReport> {
  const text = await read(request.file)
  const lines = parseCsv(text, request.file)
  const header = lines.next().value
  const columns = findColumns(header, request.file)
  const match = await createMatcher(store, request.folder, options.signal)
  const tally = createTally(request.examples)
  const breather = createBreather(options.signal)
  for (const { line, end, cells } of lines) {
    if (breather.isDue()) await breather.rest()
    const row = { line, file: cell(cells, columns.file) }
    const label = fromSafeCell(cell(cells, columns.label))
    if (cell(cells, columns.source) === 'model')
      tally.miss(row, 'suggestion', 'it is a suggestion of a model')
    else if (label === '') tally.miss(row, 'no-label', 'it has no label')
    else tally.match(row, label, match(cells[columns.file] ?? '', cell(cells, columns.hash)))
    options.onProgress('matching', end, text.length)
  }
  options.onProgress('matching', text.length, text.length)
  const nameOf = (column: number) => (column === -1 ? null : (header?.cells[column] ?? null))
  return {
    ...(await applyImport(store, tally, request.isApplied, options)),
    columns: {
      file: nameOf(columns.file),
      label: nameOf(columns.label) ?? '',
      hash: nameOf(columns.hash),
    },
  }
}

async function read(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const code = errorCode(error) ?? 'an error'
    throw new AppError('not-found', `${file} cannot be read (${code}). Check the name of the file.`, {
      cause: error,
    })
  })
  if (bytes.length > constants.MAX_STRING_LENGTH)
    throw new AppError(
      'bad-request',
      `${file} is too large to be read at once. Divide it into several files.`,
    )
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
  } catch (error) {
    // With a character in place of each one that is not understood, labels would be saved under wrong names.
    throw new AppError('bad-request', `${file} is not text in UTF-8. Save it as CSV in UTF-8.`, {
      cause: error,
    })
  }
}

/** UTF-8, unless a byte order mark says what spreadsheets call Unicode text. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

const cell = (cells: readonly string[], column: number): string => (cells[column] ?? '').trim()

function findColumns(
  header: CsvRow | undefined,
  file: string,
): { file: number; label: number; hash: number; source: number } {
  const names = (header?.cells ?? []).map((name) => name.toLowerCase().replaceAll(/[_\s-]/g, ''))
  const find = (wanted: readonly string[]) =>
    names.indexOf(wanted.find((name) => names.includes(name)) ?? '?')
  const columns = {
    file: find(fileColumns),
    label: find(labelColumns),
    hash: find(hashColumns),
    source: find(['source']),
  }
  if (columns.label !== -1 && (columns.file !== -1 || columns.hash !== -1)) return columns
  throw new AppError(
    'bad-request',
    `${file} has no columns that say which photo has which label; it has: ${header?.cells.join(', ') ?? 'nothing'}. Name them file_name (or sha256) and label.`,
  )
}
