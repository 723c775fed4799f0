// `labelroom similar`: the photos that look most like one photo.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'

export function addSimilarCommand(command: Command): void {
  command
    .argument('<photo>', 'a photo of the library')
    .addOption(opt.limitOption())
    .addOption(opt.libraryOption())
    .action((photo: string, options: LibraryOptions & { readonly limit: number }) =>
      withLibrary(options, async ({ client }) => {
        const found = await client.review.similar({
          photo: { path: libraryPath(photo) },
          limit: options.limit,
        })
        for (const { path, cosine } of found) printRow(cosine.toFixed(4), path)
      }),
    )
}
