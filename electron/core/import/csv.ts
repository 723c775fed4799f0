// Reads CSV as RFC 4180 says, with the liberties that spreadsheets take: any line ends, a byte order mark, `;` or tabs.
import { AppError } from '../../contract/errors.ts'

/** Rows of cells, the header first; empty lines are left out but counted. */
export interface CsvRow {
  /** Where the row begins; the first line is 1. */
  readonly line: number
  /** How many characters of the text were read when it ended. */
  readonly end: number
  readonly cells: readonly string[]
}

/**
 * Row by row, so that the caller of a large file can do something else meanwhile.
 * @throws AppError that names `file` where a quotation mark is never closed: all that follows would be one cell.
 */
export function* parseCsv(text: string, file: string): Generator<CsvRow, undefined> {
  const mark = text.startsWith('\u{feff}') ? 1 : 0
  const content = text.slice(mark)
  const separator = findSeparator(content)
  let [cells, cell, isQuoted, line, startLine, quoteLine] = [[] as string[], '', false, 1, 1, 1]
  for (let at = 0; at <= content.length; at++) {
    const char = content.charAt(at)
    const isEnd = at === content.length
    const isLineEnd = char === '\n' || (char === '\r' && content.charAt(at + 1) !== '\n')
    if (isLineEnd) line += 1
    if (isEnd && isQuoted)
      throw new AppError(
        'bad-request',
        `${file} has a quotation mark in line ${quoteLine} that is never closed. Close it, or write the file again.`,
      )
    if (isEnd || (isLineEnd && !isQuoted)) {
      if (cells.length > 0 || cell !== '') yield { line: startLine, end: at + mark, cells: [...cells, cell] }
      ;[cells, cell, startLine] = [[], '', line]
    } else if (isQuoted) {
      if (char !== '"') cell += char
      else if (content.charAt(at + 1) === '"') cell += content.charAt(++at)
      else isQuoted = false
    } else if (char === '"' && cell === '') [isQuoted, quoteLine] = [true, line]
    else if (char === separator) {
      cells.push(cell)
      cell = ''
    } else if (char !== '\r') cell += char
  }
}

function findSeparator(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const counts = [',', ';', '\t'].map((separator) => ({ separator, count: header.split(separator).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator
}
