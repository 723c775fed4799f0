// Labels from a CSV become confirmed labels: columns are found by name, photos by path, then by name, then by hash.
import path from 'node:path'
import type { CsvImportReport, CsvImportRequest } from '../../contract/imports.ts'
import { msg } from '../../texts/message.ts'
import { createTimeSlice } from '../tasks/time-slice.ts'
import type { Store } from '../store/db.ts'
import { tableExtensions } from '../../common/table-extensions.ts'
import { applyImport, type ImportOptions } from './apply.ts'
import { labelsOf } from './cell-labels.ts'
import { asksForColumns, findColumns, type Columns } from './columns.ts'
import { readCsv, type CsvRow } from './csv.ts'
import { createMatcher } from './match-photos.ts'
import { readHashes } from './read-hashes.ts'
import { createTally } from './tally.ts'

/** Rows that show which column is which, and how much of a cell does. */
const shownRows = 5
const shownCharacters = 200

/** Reports what the file holds and what matches, and confirms the labels if the request says so. */
export async function importCsv(
  store: Store,
  request: CsvImportRequest,
  options: ImportOptions,
): Promise<CsvImportReport> {
  const rows = readCsv(
    request.file,
    (read, total) => {
      options.onProgress('matching', read, total)
    },
    request.encoding,
  )
  try {
    const header = (await rows.next()).value?.cells ?? []
    const first = await readFirst(rows)
    const columns = findColumns(header, first[0]?.cells ?? [], request)
    const question = asksForColumns(columns, header.length, request.file)
    const tally = createTally(request.examples)
    if (question === null) {
      if (columns.hash !== -1) await readHashes(store, request.folder, options)
      const match = await createMatcher(store, request.folder, options.signal)
      const timeSlice = createTimeSlice(options.signal)
      for await (const { line, cells } of joined(first, rows)) {
        if (timeSlice.isExpired()) await timeSlice.yieldToEventLoop()
        const row = { line, file: cell(cells, columns.file) }
        const labels = labelsOf(cells, columns, header)
        if (cell(cells, columns.source) === 'model')
          tally.miss(row, 'suggestion', msg('it is a suggestion of a model'))
        else if (labels.length === 0) tally.miss(row, 'no-label', msg('it has no label'))
        else tally.match(row, labels, match(cells[columns.file] ?? '', cell(cells, columns.hash)))
      }
    }
    const isShown = tableExtensions.includes(path.posix.extname(request.file).slice(1).toLowerCase())
    return {
      ...(await applyImport(store, { tally, question, isApplied: request.isApplied }, options)),
      columns: nameColumns(columns, header),
      header: isShown ? [...header] : [],
      firstRows: isShown ? first.map(({ cells }) => cells.map(shorten)) : [],
    }
  } finally {
    await rows.return(undefined)
  }
}

async function readFirst(rows: AsyncGenerator<CsvRow, undefined>): Promise<CsvRow[]> {
  const first: CsvRow[] = []
  while (first.length < shownRows) {
    const { value } = await rows.next()
    if (value === undefined) break
    first.push(value)
  }
  return first
}

async function* joined(first: readonly CsvRow[], rest: AsyncIterable<CsvRow>): AsyncGenerator<CsvRow> {
  yield* first
  yield* rest
}

function nameColumns(
  { file, label, hash, classes }: Columns,
  header: readonly string[],
): CsvImportReport['columns'] {
  const nameOf = (column: number) => (column === -1 ? null : (header[column] ?? null))
  const names = classes.map((at) => header[at] ?? '')
  return {
    file: nameOf(file),
    label: nameOf(label) ?? (names.length > 0 ? names.join(', ') : null),
    hash: nameOf(hash),
  }
}

const shorten = (cell: string): string => cell.slice(0, shownCharacters)

const cell = (cells: readonly string[], column: number): string => (cells[column] ?? '').trim()
