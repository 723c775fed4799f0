// `labelroom serve`: the app in a browser, at an address of this machine that only its printed token opens.
import { existsSync } from 'node:fs'
import os from 'node:os'
import type { Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { openCurrentCore } from '../../host/current-core.ts'
import { startHttpHost } from '../../host/http/server.ts'
import { logFile } from '../../host/data-folder.ts'
import { openLog } from '../../host/log-file.ts'
import { pageFolder } from '../../host/app-info.ts'
import { rememberLibrary } from '../../host/recent-libraries.ts'
import { spawnInference } from '../../host/spawn-inference.ts'
import { verbatim } from '../../texts/message.ts'
import { findLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { printLine } from '../stdout.ts'
import { tell } from '../stderr.ts'
import { untilInterrupted } from '../until-interrupted.ts'

interface ServeOptions extends LibraryOptions {
  readonly port: number
  readonly root?: readonly string[]
}

export function addServeCommand(command: Command): void {
  command
    .addOption(opt.libraryOption())
    .addOption(opt.portOption())
    .addOption(opt.rootOption())
    .addOption(opt.threadsOption())
    .addOption(opt.niceOption())
    .action(serve)
}

/** Runs until Ctrl-C. */
async function serve(options: ServeOptions): Promise<void> {
  if (!existsSync(`${pageFolder}/index.html`))
    throw new AppError(
      'not-found',
      verbatim(`The app's pages are not in ${pageFolder}; make them with npm run build.`),
    )
  const { dataFolder: folder, libraryFile } = await findLibrary(options)
  if (options.nice !== undefined) os.setPriority(options.nice)
  const log = openLog(logFile(folder))
  const { threads } = options
  const slot = openCurrentCore({ dataFolder: folder, libraryFile, spawnInference, threads, log })
  try {
    await rememberLibrary(folder, libraryFile)
    const { port, root: roots = [os.homedir()] } = options
    const host = await startHttpHost({ slot, dataFolder: folder, pageFolder, port, roots })
    printLine(host.url)
    tell('Open this address in a browser on this machine; Ctrl-C ends.')
    await untilInterrupted()
    await host.close()
  } finally {
    await slot.close()
  }
}
