// Standard output: what a command prints is written whole, or the command ends with the reason.
import { fstatSync, fsyncSync, writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { errorCode, isDiskFull } from '../common/errno.ts'
import { AppError } from '../contract/errors.ts'
import { verbatim } from '../texts/message.ts'
import { toTerminal } from './terminal-text.ts'

const stdout = 1
/** How long to wait for a reader where the descriptor does not block. */
const retryAfterMs = 5

/**
 * Writes the text to standard output, all of it when this returns. Node's own stream forgets what a full disk did not
 * take of a piece. Files and pipes get the text as it is, a terminal what is safe to show. Throws AppError `disk-full` or `output-unwritable`.
 */
export function print(text: string): void {
  // Windows consoles take no UTF-8 from a descriptor; and no terminal is ever full.
  if (isatty(stdout)) process.stdout.write(toTerminal(text))
  else writeAll(Buffer.from(text))
}

/** Text for people, also where a file or a pipe takes it first: it may be shown by a terminal later. */
export function printLine(line: string): void {
  print(`${toTerminal(line)}\n`)
}

/** Makes sure that a file has taken what was printed: network drives and quotas report failures only now. Throws as `print`. */
export function finishOutput(): void {
  try {
    if (fstatSync(stdout).isFile()) fsyncSync(stdout)
  } catch (error) {
    // Some file systems cannot sync.
    if (!['EINVAL', 'ENOTSUP', 'EROFS', 'EPERM'].includes(errorCode(error) ?? '')) throw toOutputError(error)
  }
}

function writeAll(bytes: Buffer): void {
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(stdout, bytes, written)
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw toOutputError(error)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryAfterMs)
    }
  }
}

function toOutputError(error: unknown): AppError {
  const code = errorCode(error) ?? String(error)
  if (isDiskFull(error))
    return new AppError(
      'disk-full',
      verbatim(
        'The disk is full: what was written to standard output ends too early. Free some space, then run the command again.',
      ),
      { cause: error },
    )
  const message =
    code === 'EPIPE' || code === 'EOF'
      ? 'Standard output was closed before all of it was written.'
      : `Standard output cannot be written (${code}); what it has ends too early.`
  return new AppError('output-unwritable', verbatim(message), { cause: error })
}
