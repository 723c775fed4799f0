// Text of strangers (names of files, labels and models, words of libraries) as a terminal may show it.

/**
 * What a terminal obeys instead of showing: C0 but for line breaks and tabs, DEL, C1 (U+009B begins an escape sequence as
 * ESC [ does), and what turns the direction of text around, so that a name looks like another one.
 */
// eslint-disable-next-line no-control-regex -- they are what is replaced
const harmful = /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g
// eslint-disable-next-line no-control-regex -- they are what is replaced
const breaking = /[\u0000-\u001f]/g

/** Text of several lines, with escapes such as `\u009b` in place of what would steer the terminal. */
export function toTerminal(text: string): string {
  return text.replaceAll(harmful, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** One line: with `\n`, `\t` and the like in place of what would break it, too. */
export function toLine(text: string): string {
  return toTerminal(text.replaceAll(breaking, (char) => JSON.stringify(char).slice(1, -1)))
}
