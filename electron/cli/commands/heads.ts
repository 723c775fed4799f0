// `labelroom heads`: lists heads, previews and promotes one, rolls back.
import type { Command } from 'commander'
import type { CoreClient } from '../../core/client.ts'
import { findHead } from '../find-head.ts'
import { withTask } from '../follow-task.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { printLine } from '../stdout.ts'
import { describeKind, percent, promoteHead } from '../head-report.ts'

export function addHeadsCommand(heads: Command): void {
  const sub = (name: string, description: string) =>
    heads.command(name).description(description).addOption(opt.libraryOption())
  heads
    .command('list', { isDefault: true })
    .description('the heads of the model that was run last')
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions) => withLibrary(options, ({ client }) => list(client)))
  sub('preview', 'what a head would change; nothing is written')
    .argument('[version]', 'default: the newest')
    .action((version: string | undefined, options: LibraryOptions) =>
      withLibrary(options, async (library) => {
        const { client } = library
        const { id } = await findHead(client, version ?? 'newest')
        const { photos, changed, examples } = await withTask(library, (taskId) =>
          client.heads.preview({ id, taskId }),
        )
        printLine(
          `${changed} of ${photos} photos get another first suggestion; your labels stay. The surest:`,
        )
        for (const { path, from, to, score } of examples)
          printRow(path, `${from ?? '-'} -> ${to ?? '-'}`, score?.toFixed(2) ?? '')
      }),
    )
  sub('promote', 'promote a head: its suggestions come first; again: also for photos that came later')
    .argument('[version]', 'default: the newest')
    .action((version: string | undefined, options: LibraryOptions) =>
      withLibrary(options, async (library) => {
        await promoteHead(library, await findHead(library.client, version ?? 'newest'))
      }),
    )
  sub('rollback', 'go back to the head that was in use before').action((options: LibraryOptions) =>
    withLibrary(options, async (library) => {
      const { head } = await withTask(library, (taskId) => library.client.heads.rollback({ taskId }))
      printLine(head === null ? "The model's own head is in use." : `Head ${head.version} is in use again.`)
    }),
  )
}

async function list(client: CoreClient): Promise<void> {
  const heads = await client.heads.list({})
  if (heads.length === 0)
    printLine('No heads yet: the model’s own is in use. Confirm labels, then: labelroom learn')
  for (const head of heads) {
    const accuracy = head.metrics === null ? '-' : percent(head.metrics.accuracy)
    const made = new Date(head.createdAtMs).toISOString()
    printLine(
      [
        head.version,
        head.isPromoted ? 'in use' : '',
        describeKind(head),
        `${head.classes.length} classes`,
        `${head.trainedOn} photos`,
        `accuracy ${accuracy} (${head.evaluation})`,
        made,
      ].join('\t'),
    )
  }
}
