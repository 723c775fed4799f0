// Opens the core for a command, in this process, with workers as child processes.
import { existsSync } from 'node:fs'
import { availableParallelism, setPriority } from 'node:os'
import { AppError } from '../contract/errors.ts'
import type { Transport } from '../contract/transport.ts'
import type { CoreClient } from '../core/client.ts'
import type { Core } from '../core/core.ts'
import type { LibraryPlace } from '../host/backups.ts'
import { dataFolder } from '../host/data-folder.ts'
import { defaultLibraryFile } from '../host/host-files.ts'
import { startSpareWorker } from '../host/spare-worker.ts'
import { spawnInference } from '../host/spawn-inference.ts'
import { libraryPath } from '../common/library-path.ts'
import { english, verbatim } from '../texts/message.ts'
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
  /** A model will run: its worker starts while the core does. */
  readonly runsModel?: boolean
  /** The command may make the library; every other one needs what is in it, and a misspelt name should leave no file behind. */
  readonly mayBeNew?: boolean
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
  const { threads, runsModel = false } = options
  const place = await findLibrary(options)
  if (options.library !== undefined && options.mayBeNew !== true && !existsSync(place.libraryFile))
    throw new AppError(
      'not-found',
      verbatim(`There is no library ${place.libraryFile}. Check its name; labelroom label makes one.`),
    )
  // The user waits for it here; --nice is for those who do not.
  const spawn = (wanted: number) => spawnInference(wanted)
  const spare = runsModel ? startSpareWorker(spawn, threads ?? availableParallelism()) : null
  try {
    // After the worker's start: the two load their code side by side.
    const { openLocalCore } = await import('../host/open-local-core.ts')
    const core = openLocalCore({
      ...place,
      spawnInference: spare?.spawn ?? spawn,
      threads,
      takesStreams: true,
    })
    return await connect(core, () => spare?.close())
  } catch (error) {
    spare?.close()
    throw error
  }
}

async function connect(core: Core, closeSpare: () => void): Promise<OpenLibrary> {
  const { createClient, directTransport } = await import('../core/client.ts')
  const transport = directTransport(core)
  transport.subscribe('notice', ({ message }) => {
    tell(english(message))
  })
  return {
    client: createClient(transport),
    subscribe: transport.subscribe,
    async close() {
      closeSpare()
      await core.close()
    },
  }
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
