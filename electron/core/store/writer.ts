// Names the program that is writing something in pieces, so that others know whether it is still there.
import os from 'node:os'
import { errorCode } from '../library/file-errors.ts'

/** What is saved in pieces takes seconds; a program that began this long ago is gone, or will notice. */
const abandonedAfterMs = 10 * 60_000

/** This program. */
export const ownWriter = `${process.pid}@${os.hostname()}`

/** Whether a writer that began then is there no more. A new program never goes on with what another one began. */
export function isWriterGone(writer: string, startedAtMs: number): boolean {
  const at = writer.indexOf('@')
  const pid = Number(writer.slice(0, at))
  if (Date.now() - startedAtMs > abandonedAfterMs) return true
  // Whether it is there can be known only of this machine.
  if (writer.slice(at + 1) !== os.hostname()) return false
  // It had our number before us.
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return errorCode(error) === 'ESRCH'
  }
}
