// The Electron for tests, as build/electron-test-runtime.ts left it in the environment.

export interface ElectronRuntime {
  readonly executable: string
  /** The build of SQLite's binding that fits it; null: the packaged one does. */
  readonly sqliteBinding: string | null
}

/** Null where there is none, which the log says loudly. */
export function electronRuntime(): ElectronRuntime | null {
  const executable = process.env['LABELROOM_TEST_ELECTRON']
  if (executable === undefined || executable === '') {
    console.warn('NOT TESTED IN ELECTRON: LABELROOM_TEST_ELECTRON names none; see CONTRIBUTING.md.')
    return null
  }
  return { executable, sqliteBinding: process.env['LABELROOM_TEST_SQLITE_BINDING'] ?? null }
}
