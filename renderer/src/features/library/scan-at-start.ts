// Looks at the start for what has changed in the folders while the app was closed.
import type { FolderNode } from '../../../../electron/contract/library.ts'
import type { AppState } from '../../state/app.svelte.ts'

/** Resolves when the folders that answer are read; `onWoken` is called for each of the others that answers after all. */
export async function scanAtStart(
  app: AppState,
  folders: readonly FolderNode[],
  onWoken: () => void,
): Promise<void> {
  if (!app.settings.isScanAtStart) return
  const scan = (roots: readonly FolderNode[]) =>
    app.api.library.scan({ folders: roots.map(({ path }) => path) })
  const roots = folders.filter(({ depth }) => depth === 0)
  // A drive that wakes up slowly counts as missing at first. What is gone is no news.
  for (const root of roots.filter(({ isMissing }) => isMissing))
    void scan([root]).then(onWoken, () => undefined)
  const there = roots.filter(({ isMissing }) => !isMissing)
  if (there.length > 0) await app.attempt(() => scan(there))
}
