// Rows of answers as the user wants them: for people on standard output, or as CSV there or in a file.
import { libraryPath } from '../common/library-path.ts'
import { writeFileAtomic } from '../common/write-atomic.ts'
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

export interface AskedTable {
  readonly add: (...cells: readonly string[]) => void
  /** Writes the file, if there is one; also after Ctrl-C, since each row took its time. */
  readonly finish: () => Promise<void>
}

/** Refuses a file that may not be written before the work. Throws AppError. */
export async function openTable(
  client: CoreClient,
  columns: readonly string[],
  { csv, overwrite, spreadsheetSafe: isSpreadsheetSafe }: TableOptions,
): Promise<AskedTable> {
  if (csv === undefined)
    return {
      add: printRow,
      finish: () => Promise.resolve(),
    }
  const mark = isSpreadsheetSafe ? byteOrderMark : ''
  const head = mark + toCsv([columns])
  if (csv === '-') {
    print(head)
    return {
      add: (...cells) => {
        print(toCsv([cells], { isSpreadsheetSafe }))
      },
      finish: () => Promise.resolve(),
    }
  }
  const file = libraryPath(csv)
  await client.exports.check({ file, overwrite })
  const rows: string[] = [head]
  return {
    add: (...cells) => {
      rows.push(toCsv([cells], { isSpreadsheetSafe }))
    },
    finish: () => writeFileAtomic(file, rows.join('')),
  }
}
