// Opens a library of large-library.ts, and asks of it what a window asks when it opens.
import { createClient, directTransport, type CoreClient } from '../../electron/core/client.ts'
import { createCore, type Core } from '../../electron/core/core.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'

export function openMadeLibrary(folder: string): { readonly core: Core; readonly client: CoreClient } {
  const core = createCore({
    libraryFile: `${folder}/library.db`,
    cacheDir: `${folder}/cache`,
    spawnInference,
  })
  return { core, client: createClient(directTransport(core)) }
}

/** Calls `onFirstRows` when the first rows are there; resolves when all else is. */
export async function askAsWindow(client: CoreClient, onFirstRows: () => void): Promise<void> {
  const rest = Promise.all([
    client.library.tree({}),
    client.browse.counts({ filter: {} }),
    client.labels.list({}),
  ])
  const { viewId } = await client.browse.open({ filter: {}, sort: {} })
  await client.browse.window({ viewId, offset: 0, limit: 200 })
  onFirstRows()
  await rest
}
