// The Electron for tests, as build/electron-test-runtime.ts made it.
import { readTestRuntime, testElectronVersion, type TestRuntime } from '../../../build/electron-test-cache.ts'

/** Null where there is none, which the log says loudly. */
export function findElectron(): TestRuntime | null {
  const runtime = readTestRuntime()
  if (runtime === null)
    console.warn(
      `NOT TESTED IN ELECTRON: there is no Electron ${testElectronVersion} for the tests; node build/electron-test-runtime.ts makes it.`,
    )
  return runtime
}
