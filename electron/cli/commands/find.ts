// `labelroom find`: the photos that suit a sentence best.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'

export function addFindCommand(command: Command): void {
  command
    .argument('<sentence>', 'for example "a red car in the snow"')
    .addOption(opt.limitOption())
    .addOption(opt.libraryOption())
    .action((text: string, options: LibraryOptions & { readonly limit: number }) =>
      withLibrary(options, async ({ client }) => {
        for (const { path, cosine } of await client.words.find({ text, limit: options.limit }))
          printRow(cosine.toFixed(4), path)
      }),
    )
}
