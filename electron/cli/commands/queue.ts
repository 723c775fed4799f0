// `labelroom queue`: the photos to label next, or the confirmed labels that are likely wrong.
import { Option, type Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { english } from '../../texts/message.ts'
import { printRow } from '../print-row.ts'
import { withTask } from '../follow-task.ts'

interface QueueOptions extends LibraryOptions {
  readonly limit: number
  readonly seed: number
  readonly labelIssues?: true
  readonly wrong?: true
  readonly multi?: true
}

export function addQueueCommand(command: Command): void {
  command
    .option('--label-issues', 'instead: confirmed labels that are likely wrong, with the reason')
    .addOption(new Option('--wrong', 'the former name of --label-issues').hideHelp())
    .option('--multi', 'with --label-issues: photos may have several labels')
    .addOption(opt.limitOption())
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: QueueOptions) =>
      withLibrary(options, async (library) => {
        const { client } = library
        const { limit, seed } = options
        if (options.labelIssues === true || options.wrong === true) {
          const mode = options.multi === true ? 'multi' : 'single'
          const issues = await withTask(library, (taskId) =>
            client.review.labelIssues({ mode, limit, seed, taskId }),
          )
          for (const { path, given, likely, reason } of issues)
            printRow(path, likely === null ? `not ${given}?` : `${given} -> ${likely}?`, english(reason))
          return
        }
        for (const { path, label, score, margin, entropy } of await client.review.queue({ limit, seed })) {
          const guess = label === null ? [] : [label, (score ?? 0).toFixed(2)]
          const uncertainty =
            label === null ? [] : [`margin ${margin.toFixed(2)}`, `entropy ${entropy.toFixed(2)}`]
          printRow(path, ...guess, ...uncertainty)
        }
      }),
    )
}
