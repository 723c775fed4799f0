// Opens the core for a command, in this process, with workers as child processes.
import type { Transport } from '../contract/transport.ts'
import { createClient, directTransport, type CoreClient } from '../core/client.ts'
import { dataFolder } from '../host/data-folder.ts'
import { defaultLibraryFile, openMachineCore } from '../host/open-core.ts'
import { spawnInference } from '../host/spawn-inference.ts'
import { toCorePath } from './options.ts'

export interface OpenLibrary {
  readonly client: CoreClient
  readonly subscribe: Transport['subscribe']
  close(): Promise<void>
}

/** Options of every command that works on a library. */
export interface LibraryOptions {
  readonly library?: string
  readonly threads?: number
}

export async function openLibrary(options: LibraryOptions): Promise<OpenLibrary> {
  const folder = await dataFolder()
  const core = openMachineCore({
    dataFolder: folder,
    libraryFile: options.library === undefined ? defaultLibraryFile(folder) : toCorePath(options.library),
    spawnInference,
    threads: options.threads,
  })
  const transport = directTransport(core)
  return { client: createClient(transport), subscribe: transport.subscribe, close: () => core.close() }
}

/** Runs `work` on an open library and closes it whatever happens. */
export async function withLibrary<T>(
  options: LibraryOptions,
  work: (library: OpenLibrary) => Promise<T>,
): Promise<T> {
  const library = await openLibrary(options)
  try {
    return await work(library)
  } finally {
    await library.close()
  }
}
