// Rows as the text of a CSV file.
import { stringify } from 'csv-stringify/sync'

/** RFC 4180: records end with CRLF; a lone CR or LF inside a cell is quoted too. */
export function toCsv(
  rows: readonly (readonly string[])[],
  { isSpreadsheetSafe = false }: { readonly isSpreadsheetSafe?: boolean } = {},
): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: 'windows', quoted_match: /[\r\n]/, escape_formulas: isSpreadsheetSafe },
  )
}

/** A cell as it was before `isSpreadsheetSafe` put `'` before what a spreadsheet would run. */
export function fromSafeCell(cell: string): string {
  return /^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell
}
