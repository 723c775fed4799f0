// `labelroom import`: labels of a CSV become confirmed labels, after a look at what matches.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'

interface ImportOptions extends LibraryOptions {
  readonly dryRun?: true
}

/** Rows without a match that are told one by one. */
const shownRows = 20

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('confirm the labels of a CSV for the photos of a folder')
    .argument('<file>', 'a CSV with a header: file_name or sha256, and label')
    .argument('<folder>', 'what the paths in the file are relative to; it was scanned or labelled before')
    .option('--dry-run', 'only say what matches, what not, and why')
    .addOption(opt.libraryOption())
    .action((file: string, folder: string, options: ImportOptions) =>
      withLibrary(options, async ({ client }) => {
        const report = await client.imports.labels({
          file: opt.toCorePath(file),
          folder: opt.toCorePath(folder),
          isApplied: options.dryRun !== true,
        })
        const { rows, columns, matchedByPath, matchedByName, matchedByHash, unmatched } = report
        const used = [columns.file, columns.hash, columns.label].filter((name) => name !== null)
        console.log(`${rows} rows; columns used: ${used.join(', ')}.`)
        console.log(
          `Matched: ${matchedByPath} by path, ${matchedByName} by name, ${matchedByHash} by hash; not matched: ${unmatched.length}.`,
        )
        for (const { line, file: name, reason } of unmatched.slice(0, shownRows))
          console.log(`line ${line}: ${name}: ${reason}`)
        if (unmatched.length > shownRows) console.log(`… and ${unmatched.length - shownRows} more.`)
        for (const { name, photos } of report.labels) console.log(`${name}\t${photos} photos`)
        console.log(report.isApplied ? 'The labels are confirmed.' : 'Nothing was saved: this was a dry run.')
      }),
    )
}
