// `labelroom serve`: the app in a browser, at an address of this machine that only its printed token opens.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { createCoreSlot } from '../../host/core-slot.ts'
import { dataFolder } from '../../host/data-folder.ts'
import { startHttpHost } from '../../host/http/server.ts'
import { logFile, openLog } from '../../host/log-file.ts'
import { defaultLibraryFile, openMachineCore } from '../../host/open-core.ts'
import { pageFolder } from '../../host/product.ts'
import { rememberLibrary } from '../../host/recent-libraries.ts'
import { spawnInference } from '../../host/spawn-inference.ts'
import type { LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'

interface ServeOptions extends LibraryOptions {
  readonly port: number
}

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('open the app in a browser on this machine')
    .addOption(opt.libraryOption())
    .addOption(opt.portOption())
    .addOption(opt.threadsOption())
    .action(serve)
}

/** Runs until Ctrl-C. */
async function serve(options: ServeOptions): Promise<void> {
  if (!existsSync(`${pageFolder}/index.html`))
    throw new AppError('not-found', `The app's pages are not in ${pageFolder}; make them with npm run build.`)
  const folder = await dataFolder()
  const log = openLog(logFile(folder))
  const libraryFile =
    options.library === undefined ? defaultLibraryFile(folder) : opt.toCorePath(options.library)
  const slot = createCoreSlot(libraryFile, (file) =>
    openMachineCore({ dataFolder: folder, libraryFile: file, spawnInference, threads: options.threads, log }),
  )
  try {
    await rememberLibrary(folder, libraryFile)
    const host = await startHttpHost({ slot, dataFolder: folder, pageFolder, port: options.port })
    console.log(host.url)
    console.error('Open this address in a browser on this machine; Ctrl-C ends.')
    await untilInterrupted()
    await host.close()
  } finally {
    await slot.close()
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
