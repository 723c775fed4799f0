// `labelroom import`: labels of a CSV or of class folders become confirmed labels, after a look at what matches.
import { stat } from 'node:fs/promises'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { CsvEncoding, type CsvImportRequest, type ImportReport } from '../../contract/imports.ts'
import { AppError } from '../../contract/errors.ts'
import { english, verbatim } from '../../texts/message.ts'
import { UsageError } from '../exit-codes.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printRow } from '../print-row.ts'
import { toLine } from '../terminal-text.ts'
import { tellPendingKeywords } from '../pending-keywords.ts'
import { printLine } from '../stdout.ts'
import { withTask } from '../follow-task.ts'

interface ImportOptions extends LibraryOptions {
  readonly dryRun?: boolean
  readonly texts?: boolean
  readonly columns?: CsvImportRequest['columns']
  readonly encoding: CsvEncoding
  readonly level?: number | null
}

/** Throws InvalidArgumentError for anything but pairs of known names. */
function parseColumns(text: string): CsvImportRequest['columns'] {
  const columns = new Map<string, string>()
  for (const pair of text.split(',')) {
    const [, key = '', name = ''] = /^(path|label|hash)=(.+)$/.exec(pair.trim()) ?? []
    if (key === '')
      throw new InvalidArgumentError('Write it as path=NAME,label=NAME or hash=NAME,label=NAME.')
    columns.set(key, name)
  }
  return {
    file: columns.get('path') ?? null,
    label: columns.get('label') ?? null,
    hash: columns.get('hash') ?? null,
  }
}

/** Rows without a match that are listed, of each kind. */
const examples = 10

export function addImportCommand(command: Command): void {
  command
    .argument(
      '<file|folder>',
      'a CSV with a header: file_name or sha256, and label; or a folder with class folders',
    )
    .argument('[folder]', 'where the photos are, which were scanned or labelled before; a CSV needs it')
    .option(
      '--columns <names>',
      'the columns of a CSV: path=NAME,label=NAME, or hash=NAME for the SHA-256',
      parseColumns,
    )
    .addOption(
      new Option('--encoding <name>', 'of a CSV that is not in UTF-8')
        .choices(CsvEncoding.options)
        .default('utf-8'),
    )
    .option(
      '--texts',
      'take the labels of a folder from the .txt beside each photo, as TagGUI and kohya write them',
    )
    .addOption(opt.levelOption())
    .option('--dry-run', 'only say what matches, what not, and why')
    .addOption(opt.libraryOption())
    .action(async (source: string, folder: string | undefined, options: ImportOptions) => {
      const isFolder = (await stat(source).catch(() => null))?.isDirectory() === true
      await withLibrary({ ...options, mayBeNew: true }, async (library) => {
        const { rows, photos } = isFolder
          ? await importFolder(library, source, folder, options)
          : await importCsv(library, source, folder, options)
        if (options.dryRun === true) printLine('Nothing was saved: this was a dry run.')
        else if (photos > 0) {
          printLine('The labels are confirmed.')
          await tellPendingKeywords(library)
        } else
          throw new AppError(
            'not-found',
            verbatim(
              `No label was confirmed: ${source} ${rows === 0 ? 'holds no rows' : 'matches no photo of the library; the reasons are above'}.`,
            ),
          )
      })
    })
}

async function importCsv(
  library: OpenLibrary,
  file: string,
  folder: string | undefined,
  { dryRun = false, columns: wanted = null, encoding }: ImportOptions,
): Promise<ImportReport> {
  if (folder === undefined) throw new UsageError('Give the folder that the paths in the CSV are relative to.')
  const request = {
    file: libraryPath(file),
    folder: libraryPath(folder),
    columns: wanted,
    encoding,
    isApplied: !dryRun,
    examples,
  }
  const report = await withTask(
    library,
    (taskId) => library.client.imports.labels({ ...request, taskId }),
    'imports',
  )
  const { rows, columns, question } = report
  if (question !== null) throw new AppError('bad-request', question)
  const used = [columns.file, columns.hash, columns.label].filter((name) => name !== null)
  printLine(`${rows} rows; columns used: ${used.join(', ')}.`)
  describe(report)
  return report
}

async function importFolder(
  library: OpenLibrary,
  folder: string,
  photosFolder: string | undefined,
  { dryRun = false, texts = false, level = null }: ImportOptions,
): Promise<ImportReport> {
  const request = {
    folder: libraryPath(folder),
    photosFolder: photosFolder === undefined ? null : libraryPath(photosFolder),
    labels: texts ? ('texts' as const) : ('folders' as const),
    level,
    isApplied: !dryRun,
    examples,
  }
  const report = await withTask(
    library,
    (taskId) => library.client.imports.folder({ ...request, taskId }),
    'imports',
  )
  if (report.question !== null) throw new AppError('bad-request', report.question)
  printLine(
    texts ? `${report.rows} photos.` : `${report.rows} photos in ${report.labels.length} class folders.`,
  )
  describe(report)
  return report
}

function describe({ matchedByPath, matchedByName, matchedByHash, unmatched, labels }: ImportReport): void {
  const missed = unmatched.reduce((sum, { rows }) => sum + rows, 0)
  printLine(
    `Matched: ${matchedByPath} by path, ${matchedByName} by name, ${matchedByHash} by hash; not matched: ${missed}.`,
  )
  for (const { rows, examples: shown } of unmatched) {
    for (const { line, file, reason } of shown)
      printLine(`${line === null ? '' : `line ${line}: `}${toLine(file)}: ${english(reason)}`)
    if (rows > shown.length) printLine(`… and ${rows - shown.length} more like these.`)
  }
  for (const { name, photos } of labels) printRow(name, `${photos} photos`)
}
