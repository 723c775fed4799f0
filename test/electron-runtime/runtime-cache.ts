// Where the Electron for tests is cached on this machine: outside the checkout, shared by all checkouts.
import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'

export const testElectronVersion = '33.2.1'

const cacheRoot = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache')
/** What tests get out of the npm registry for themselves. */
export const testCacheFolder = path.join(cacheRoot, 'labelroom-tests')
export const testRuntimeFolder = path.join(testCacheFolder, `electron-${testElectronVersion}`)

export const TestRuntime = z.object({
  executable: z.string(),
  /** SQLite's binding, built for this Electron; null where the packaged one fits. */
  sqliteBinding: z.string().nullable(),
  /** The version that `sqliteBinding` was built from; another one rebuilds it. */
  sqliteVersion: z.string(),
})
export type TestRuntime = z.infer<typeof TestRuntime>

export const testRuntimeFile = path.join(testRuntimeFolder, 'ready.json')

/** Null where `node test/electron-runtime/make-runtime.ts` has not run or failed. */
export function readTestRuntime(): TestRuntime | null {
  try {
    return TestRuntime.parse(JSON.parse(readFileSync(testRuntimeFile, 'utf8')))
  } catch {
    return null
  }
}
