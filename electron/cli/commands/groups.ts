// `labelroom groups`: the library in groups of photos that look alike.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { percent } from '../head-report.ts'
import { printRow } from '../print-row.ts'
import { withTask } from '../follow-task.ts'
import { tell } from '../stderr.ts'

interface GroupsOptions extends LibraryOptions {
  readonly groups?: number
  readonly all?: true
  readonly seed: number
}

export function addGroupsCommand(command: Command): void {
  command
    .addOption(opt.groupsOption())
    .option('--all', 'also photos that have a confirmed label')
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: GroupsOptions) =>
      withLibrary(options, async (library) => {
        const { seed, groups = null, all = false } = options
        const found = await withTask(library, (taskId) =>
          library.client.review.groups({ seed, groups, isUnlabelledOnly: !all, hasPaths: true, taskId }),
        )
        for (const [index, { photos, label, labelShare }] of found.entries()) {
          const name = label === null ? '' : `${label} ${percent(labelShare)}`
          for (const { path, cosine } of photos ?? []) printRow(index + 1, name, cosine.toFixed(4), path)
        }
        tell(`${found.length} groups.`)
      }),
    )
}
