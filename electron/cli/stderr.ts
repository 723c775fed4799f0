// Standard error: what a command says beside its result, the only writer but for the progress line.
import { toTerminal } from './terminal-text.ts'

let isBarShown = false

/** Says whether a progress bar stands at the end of a terminal, which the next line takes the place of. */
export function setBarShown(isShown: boolean): void {
  isBarShown = isShown
}

/** Writes a line, or several with line breaks in between. */
export function tell(text: string): void {
  process.stderr.write(`${isBarShown ? '\r\x1b[K' : ''}${toTerminal(text)}\n`)
}
