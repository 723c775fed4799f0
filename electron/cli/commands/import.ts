// `labelroom import`: labels of a CSV or of class folders become confirmed labels, after a look at what matches.
import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { ImportReport } from '../../contract/imports.ts'
import { AppError } from '../../contract/errors.ts'
import { UsageError } from '../exit-codes.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import { printRow, toLine } from '../print-row.ts'
import { withImport } from '../task.ts'

interface ImportOptions extends LibraryOptions {
  readonly dryRun?: boolean
}

/** Of each kind of rows without a match, those that are told one by one. */
const examples = 10

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
      const isFolder = (await stat(source).catch(() => null))?.isDirectory() === true
      await withLibrary(options, async (library) => {
        const { rows, photos } = isFolder
          ? await importFolder(library, source, folder, options)
          : await importCsv(library, source, folder, options)
        if (options.dryRun === true) console.log('Nothing was saved: this was a dry run.')
        else if (photos > 0) console.log('The labels are confirmed.')
        else
          throw new AppError(
            'not-found',
            `No label was confirmed: ${source} ${rows === 0 ? 'holds no rows' : 'matches no photo of the library; the reasons are above'}.`,
          )
      })
    })
}

async function importCsv(
  library: OpenLibrary,
  file: string,
  folder: string | undefined,
  { dryRun = false }: ImportOptions,
): Promise<ImportReport> {
  if (folder === undefined) throw new UsageError('Give the folder that the paths in the CSV are relative to.')
  const request = {
    file: opt.toCorePath(file),
    folder: opt.toCorePath(folder),
    isApplied: !dryRun,
    examples,
  }
  const report = await withImport(library, (taskId) => library.client.imports.labels({ ...request, taskId }))
  const { rows, columns } = report
  const used = [columns.file, columns.hash, columns.label].filter((name) => name !== null)
  console.log(`${rows} rows; columns used: ${used.join(', ')}.`)
  describe(report)
  return report
}

async function importFolder(
  library: OpenLibrary,
  folder: string,
  photosFolder: string | undefined,
  { dryRun = false }: ImportOptions,
): Promise<ImportReport> {
  const request = {
    folder: opt.toCorePath(folder),
    photosFolder: photosFolder === undefined ? null : opt.toCorePath(photosFolder),
    isApplied: !dryRun,
    examples,
  }
  const report = await withImport(library, (taskId) => library.client.imports.folder({ ...request, taskId }))
  console.log(`${report.rows} photos in ${report.labels.length} class folders.`)
  describe(report)
  return report
}

function describe({ matchedByPath, matchedByName, matchedByHash, unmatched, labels }: ImportReport): void {
  const missed = unmatched.reduce((sum, { rows }) => sum + rows, 0)
  console.log(
    `Matched: ${matchedByPath} by path, ${matchedByName} by name, ${matchedByHash} by hash; not matched: ${missed}.`,
  )
  for (const { rows, examples: shown } of unmatched) {
    for (const { line, file, reason } of shown)
      console.log(`${line === null ? '' : `line ${line}: `}${toLine(file)}: ${reason}`)
    if (rows > shown.length) console.log(`… and ${rows - shown.length} more like these.`)
  }
  for (const { name, photos } of labels) printRow(name, `${photos} photos`)
}
