// `labelroom near-duplicates`: groups of photos that look the same.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { withTask } from '../follow-task.ts'
import { tell } from '../stderr.ts'

export function addNearDuplicatesCommand(command: Command): void {
  command
    .addOption(opt.cosineOption())
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions & { readonly min: number }) =>
      withLibrary(options, async (library) => {
        const groups = await withTask(library, (taskId) =>
          library.client.review.nearDuplicates({ minCosine: options.min, taskId }),
        )
        for (const [index, group] of groups.entries()) for (const { path } of group) printRow(index + 1, path)
        tell(`${groups.length} groups.`)
      }),
    )
}
