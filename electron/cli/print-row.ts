// A row of a list for people and scripts: one line, whatever is in the names of files.
import { printLine } from './stdout.ts'
import { toLine } from './terminal-text.ts'

/** Cells with tabs between them, on standard output. */
export function printRow(...cells: readonly (string | number)[]): void {
  printLine(cells.map((cell) => toLine(String(cell))).join('\t'))
}
