// `labelroom evaluate`: how good a head is on labelled photos that it was not trained on.
import type { Command } from 'commander'
import { findHead } from '../find-head.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printMetrics } from '../head-report.ts'

export function addEvaluateCommand(command: Command): void {
  command
    .argument('[version]', 'of the head (default: the one in use, else the newest)')
    .option('--folder <folder>', 'only photos of this folder')
    .addOption(opt.libraryOption())
    .action((version: string | undefined, options: LibraryOptions & { readonly folder?: string }) =>
      withLibrary(options, async ({ client }) => {
        const { id } = await findHead(client, version)
        const folder = options.folder === undefined ? null : libraryPath(options.folder)
        printMetrics(await client.heads.evaluate({ id, folder }), 'not trained on')
      }),
    )
}
