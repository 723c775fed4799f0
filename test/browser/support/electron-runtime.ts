// The Electron for tests, as test/electron-runtime/make-runtime.ts prepared it.
import {
  readTestRuntime,
  testElectronVersion,
  type TestRuntime,
} from '../../electron-runtime/runtime-cache.ts'

/** Null where there is none, which the log says loudly. */
export function findElectron(): TestRuntime | null {
  const runtime = readTestRuntime()
  if (runtime === null)
    console.warn(
      `NOT TESTED IN ELECTRON: there is no Electron ${testElectronVersion} for the tests; node test/electron-runtime/make-runtime.ts makes it.`,
    )
  return runtime
}
