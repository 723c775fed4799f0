// Where the Electron for tests lies on this machine, outside of the checkout: one for all checkouts.
import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'

export const testElectronVersion = '33.2.1'

const cacheRoot = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache')
export const testRuntimeFolder = path.join(cacheRoot, 'labelroom-tests', `electron-${testElectronVersion}`)

export const TestRuntime = z.object({
  executable: z.string(),
  /** SQLite's binding, built for this Electron; null where the packaged one fits. */
  sqliteBinding: z.string().nullable(),
  /** Of what is built here; another version makes it again. */
  sqliteVersion: z.string(),
})
export type TestRuntime = z.infer<typeof TestRuntime>

export const testRuntimeFile = path.join(testRuntimeFolder, 'ready.json')

/** Null where `node build/electron-test-runtime.ts` has not run, or could not make it. */
export function readTestRuntime(): TestRuntime | null {
  try {
    return TestRuntime.parse(JSON.parse(readFileSync(testRuntimeFile, 'utf8')))
  } catch {
    return null
  }
}
