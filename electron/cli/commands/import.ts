// `labelroom import`: labels of a CSV or of class folders become confirmed labels, after a look at what matches.
import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { ImportReport } from '../../contract/learning.ts'
import type { CoreClient } from '../../core/client.ts'
import { UsageError } from '../exit-codes.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'

interface ImportOptions extends LibraryOptions {
  readonly dryRun?: boolean
}

/** Rows without a match that are told one by one. */
const shownRows = 20

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('confirm the labels of a CSV, or of the class folders of an ImageFolder')
    .argument(
      '<file|folder>',
      'a CSV with a header: file_name or sha256, and label; or a folder with class folders',
    )
    .argument('[folder]', 'where the photos are, which were scanned or labelled before; a CSV needs it')
    .option('--dry-run', 'only say what matches, what not, and why')
    .addOption(opt.libraryOption())
    .action(async (source: string, folder: string | undefined, options: ImportOptions) => {
      opt.refuseEmpty(source, folder ?? '-')
      const isFolder = (await stat(source).catch(() => null))?.isDirectory() === true
      await withLibrary(options, async ({ client }) => {
        if (isFolder) await importFolder(client, source, folder, options)
        else await importCsv(client, source, folder, options)
        console.log(
          options.dryRun === true ? 'Nothing was saved: this was a dry run.' : 'The labels are confirmed.',
        )
      })
    })
}

async function importCsv(
  client: CoreClient,
  file: string,
  folder: string | undefined,
  { dryRun = false }: ImportOptions,
): Promise<void> {
  if (folder === undefined) throw new UsageError('Give the folder that the paths in the CSV are relative to.')
  const report = await client.imports.labels({
    file: opt.toCorePath(file),
    folder: opt.toCorePath(folder),
    isApplied: !dryRun,
  })
  const { rows, columns, unmatched } = report
  const used = [columns.file, columns.hash, columns.label].filter((name) => name !== null)
  console.log(`${rows} rows; columns used: ${used.join(', ')}.`)
  describeMatches(report)
  listSome(unmatched.map(({ line, file: name, reason }) => `line ${line}: ${name}: ${reason}`))
  describeLabels(report.labels)
}

async function importFolder(
  client: CoreClient,
  folder: string,
  photosFolder: string | undefined,
  { dryRun = false }: ImportOptions,
): Promise<void> {
  const report = await client.imports.folder({
    folder: opt.toCorePath(folder),
    photosFolder: photosFolder === undefined ? null : opt.toCorePath(photosFolder),
    isApplied: !dryRun,
  })
  console.log(`${report.files} photos in ${report.labels.length} class folders.`)
  describeMatches(report)
  listSome(report.unmatched.map(({ file, reason }) => `${file}: ${reason}`))
  describeLabels(report.labels)
}

function describeMatches(
  report: Pick<ImportReport, `matchedBy${'Path' | 'Name' | 'Hash'}`> & { unmatched: unknown[] },
) {
  const { matchedByPath, matchedByName, matchedByHash, unmatched } = report
  console.log(
    `Matched: ${matchedByPath} by path, ${matchedByName} by name, ${matchedByHash} by hash; not matched: ${unmatched.length}.`,
  )
}

function listSome(lines: readonly string[]): void {
  for (const line of lines.slice(0, shownRows)) console.log(line)
  if (lines.length > shownRows) console.log(`… and ${lines.length - shownRows} more.`)
}

function describeLabels(labels: ImportReport['labels']): void {
  for (const { name, photos } of labels) console.log(`${name}\t${photos} photos`)
}
