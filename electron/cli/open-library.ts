// Opens the core for a command, in this process, with workers as child processes.
import { setPriority } from 'node:os'
import type { Transport } from '../contract/transport.ts'
import { createClient, directTransport, type CoreClient } from '../core/client.ts'
import type { LibraryPlace } from '../host/backups.ts'
import { dataFolder } from '../host/data-folder.ts'
import { defaultLibraryFile } from '../host/host-files.ts'
import { openLocalCore } from '../host/open-local-core.ts'
import { spawnInference } from '../host/spawn-inference.ts'
import { libraryPath } from '../common/library-path.ts'
import { english } from '../texts/message.ts'
import { tell } from './stderr.ts'

export interface OpenLibrary {
  readonly client: CoreClient
  readonly subscribe: Transport['subscribe']
  close(): Promise<void>
}

/** Options of every command that works on a library. */
export interface LibraryOptions {
  readonly library?: string
  readonly threads?: number
  /** How far this process and its workers give way to others, as `nice` has it. */
  readonly nice?: number
}

/** Where the library of a command is; nothing is opened. */
export async function findLibrary({ library }: LibraryOptions): Promise<LibraryPlace> {
  const folder = await dataFolder()
  return {
    dataFolder: folder,
    libraryFile: library === undefined ? defaultLibraryFile(folder) : libraryPath(library),
  }
}

export async function openLibrary(options: LibraryOptions): Promise<OpenLibrary> {
  // Before there are workers and threads, which inherit it.
  if (options.nice !== undefined) setPriority(options.nice)
  const core = openLocalCore({
    ...(await findLibrary(options)),
    spawnInference,
    threads: options.threads,
    takesStreams: true,
  })
  const transport = directTransport(core)
  transport.subscribe('notice', ({ message }) => {
    tell(english(message))
  })
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
