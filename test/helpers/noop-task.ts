// The options of long work in tests that neither follow nor cancel it.

export const noopTask = () => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
})

/** The same of an import, which is preceded by no backup. */
export const noopImport = () => ({ ...noopTask(), backUp: () => Promise.resolve() })
