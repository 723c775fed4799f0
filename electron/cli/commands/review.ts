// `labelroom suggest-queue`, `similar` and `duplicates`: what to look at next, and what belongs together.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { withTask } from '../task.ts'

interface QueueOptions extends LibraryOptions {
  readonly limit: number
  readonly seed: number
  readonly wrong?: true
  readonly multi?: true
}

export function addSuggestQueueCommand(program: Command): void {
  program
    .command('suggest-queue')
    .description('the photos to label next, the most useful first')
    .option('--wrong', 'instead: confirmed labels that are likely wrong, with the reason')
    .option('--multi', 'with --wrong: photos may have several labels')
    .addOption(opt.limitOption())
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: QueueOptions) =>
      withLibrary(options, async (library) => {
        const { client } = library
        const { limit, seed } = options
        if (options.wrong === true) {
          const mode = options.multi === true ? 'multi' : 'single'
          const suspects = await withTask(library, (taskId) =>
            client.review.suspects({ mode, limit, seed, taskId }),
          )
          for (const { path, given, likely, reason } of suspects)
            printRow(path, likely === null ? `not ${given}?` : `${given} -> ${likely}?`, reason)
          return
        }
        for (const { path, label, score, margin, entropy } of await client.review.queue({ limit, seed })) {
          const guess = label === null ? [] : [label, (score ?? 0).toFixed(2)]
          const doubt = label === null ? [] : [`margin ${margin.toFixed(2)}`, `entropy ${entropy.toFixed(2)}`]
          printRow(path, ...guess, ...doubt)
        }
      }),
    )
}

export function addSimilarCommand(program: Command): void {
  program
    .command('similar')
    .description('the photos that look most like this one')
    .argument('<photo>', 'a photo of the library')
    .addOption(opt.limitOption())
    .addOption(opt.libraryOption())
    .action((photo: string, options: LibraryOptions & { readonly limit: number }) =>
      withLibrary(options, async ({ client }) => {
        const found = await client.review.similar({
          photo: { path: opt.toCorePath(photo) },
          limit: options.limit,
        })
        for (const { path, cosine } of found) printRow(cosine.toFixed(4), path)
      }),
    )
}

export function addDuplicatesCommand(program: Command): void {
  program
    .command('duplicates')
    .description('groups of photos that look the same; files with the same bytes are one photo')
    .addOption(opt.cosineOption())
    .addOption(opt.libraryOption())
    .action((options: LibraryOptions & { readonly min: number }) =>
      withLibrary(options, async (library) => {
        const groups = await withTask(library, (taskId) =>
          library.client.review.duplicates({ minCosine: options.min, taskId }),
        )
        for (const [index, group] of groups.entries()) for (const { path } of group) printRow(index + 1, path)
        console.error(`${groups.length} groups.`)
      }),
    )
}
