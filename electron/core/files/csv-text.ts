// Rows as the text of a CSV file.
import { stringify } from 'csv-stringify/sync'

/** RFC 4180: records end with CRLF; a lone CR or LF inside a cell is quoted too. */
export function toCsv(
  rows: readonly (readonly string[])[],
  { isSpreadsheetSafe = false }: { readonly isSpreadsheetSafe?: boolean } = {},
): string {
  return stringify(
    // Spreadsheets show accents of the decomposed form, as macOS writes names, beside their letters.
    rows.map((row) => (isSpreadsheetSafe ? row.map((cell) => cell.normalize('NFC')) : [...row])),
    { record_delimiter: 'windows', quoted_match: /[\r\n]/, escape_formulas: isSpreadsheetSafe },
  )
}

/** Tells spreadsheets that a table is in UTF-8; they take it for an old encoding otherwise. */
export const byteOrderMark = '\uFEFF'

/** Returns the cell without the `'` that `isSpreadsheetSafe` puts before what a spreadsheet would run as a formula. */
export function fromSafeCell(cell: string): string {
  return /^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell
}
