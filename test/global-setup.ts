// Before and after all tests of Vitest.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { warmInference } from './helpers/compile-cache.ts'

/** Returns what runs after all tests: it removes what processes left behind that were killed before they could. */
export function setup(): () => void {
  warmInference()
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'labelroom-tests-'))
  // Some tests act as another user.
  chmodSync(folder, 0o755)
  // What os.tmpdir() reads; the processes of the tests inherit it.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder
  return () => {
    rmSync(folder, { recursive: true, force: true })
  }
}
