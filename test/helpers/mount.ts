// Mounts a file system for one test, for example a small one that is soon full.
import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** Says so loudly and gives false where mounting is not allowed; `what` names the test. */
export function mount(what: string, folder: string, args: readonly string[]): boolean {
  const { status } = spawnSync('mount', [...args, folder])
  if (status === 0) onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  else console.warn(`SKIPPED: ${what} needs the right to mount`)
  return status === 0
}
