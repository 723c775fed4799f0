// Rows of answers as the user wants them: for people on standard output, or as CSV there or in a file.
import { appendFileSync, closeSync, fsyncSync, openSync } from 'node:fs'
import { libraryPath } from '../common/library-path.ts'
import type { CoreClient } from '../core/client.ts'
import { byteOrderMark, toCsv } from '../core/files/csv-text.ts'
import { printRow } from './print-row.ts'
import { print } from './stdout.ts'

export interface TableOptions {
  /** A file, or `-` for standard output. Without it rows are for people. */
  readonly csv?: string
  readonly overwrite: boolean
  readonly spreadsheetSafe: boolean
}

type Add = (...cells: readonly string[]) => void

/**
 * Calls `fill` with a function that adds a row. Each row took its time, so it is in the file as soon as it is there, and
 * stays when a later one fails. A file that may not be written is refused before the work. Throws AppError, what the file
 * system throws, and what `fill` does.
 */
export async function withTable(
  client: CoreClient,
  columns: readonly string[],
  { csv, overwrite, spreadsheetSafe: isSpreadsheetSafe }: TableOptions,
  fill: (add: Add) => Promise<void>,
): Promise<void> {
  if (csv === undefined) {
    await fill(printRow)
    return
  }
  const head = (isSpreadsheetSafe ? byteOrderMark : '') + toCsv([columns])
  const toRow = (cells: readonly string[]) => toCsv([cells], { isSpreadsheetSafe })
  if (csv === '-') {
    print(head)
    await fill((...cells) => {
      print(toRow(cells))
    })
    return
  }
  const file = libraryPath(csv)
  await client.exports.check({ file, overwrite })
  const descriptor = openSync(file, 'w')
  try {
    appendFileSync(descriptor, head)
    await fill((...cells) => {
      appendFileSync(descriptor, toRow(cells))
    })
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
