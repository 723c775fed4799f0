// Names the program that writes a batched step, so that other programs know whether it still runs.
import os from 'node:os'
import { errorCode } from '../../../common/errno.ts'

/** A batched step takes seconds: a program that began one this long ago is gone, or will notice. */
const abandonedAfterMs = 10 * 60_000

/** This program, as PID@HOST. */
export const ownWriter = `${process.pid}@${os.hostname()}`

/** Whether a writer that began then is gone. A new program never continues what another one began. */
export function isWriterGone(writer: string, startedAtMs: number): boolean {
  const at = writer.indexOf('@')
  const pid = Number(writer.slice(0, at))
  if (Date.now() - startedAtMs > abandonedAfterMs) return true
  // Processes can be looked up on this machine only.
  if (writer.slice(at + 1) !== os.hostname()) return false
  // It had our process id before us.
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM: it runs, but belongs to another user.
    return errorCode(error) === 'ESRCH'
  }
}
