// A row of a list for people and scripts: one line, whatever is in the names of files.

/** Cells with tabs between them, on standard output. */
export function printRow(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => toLine(String(cell))).join('\t'))
}

/** With `\n` and the like in place of what would break the line, or would steer the terminal. */
export function toLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is replaced
  return text.replaceAll(/[\u0000-\u001f]/g, (char) => JSON.stringify(char).slice(1, -1))
}
