// `labelroom keywords`: what photos' files say becomes labels, and labels are written into sidecars or files.
import { Option, type Command } from 'commander'
import { libraryPath } from '../../common/library-path.ts'
import type { KeywordReport, KeywordWriteRequest } from '../../contract/keywords.ts'
import { AppError } from '../../contract/errors.ts'
import { english } from '../../texts/message.ts'
import { exitCodes, UsageError } from '../exit-codes.ts'
import { followTask } from '../follow-task.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import { tellPendingKeywords } from '../pending-keywords.ts'
import { printRow } from '../print-row.ts'
import { describeStage } from '../progress.ts'
import { tell } from '../stderr.ts'
import { printLine } from '../stdout.ts'
import { toLine } from '../terminal-text.ts'

interface SharedOptions extends LibraryOptions {
  readonly dryRun?: boolean
  readonly sharedSidecars?: 'use' | 'leave'
}

interface WriteOptions extends SharedOptions {
  readonly pending?: boolean
  readonly sidecar?: boolean
  readonly inFile?: boolean
  readonly autoAbove?: number
}

const taskId = 'command'
/** Files that are listed one by one. */
const listed = 10

const sharedOption = () =>
  new Option(
    '--shared-sidecars <what>',
    'sidecars that fit several files (a.xmp of a.jpg and a.NEF): use them for each, or leave them out',
  ).choices(['use', 'leave'])

export function addKeywordsCommand(keywords: Command): void {
  keywords
    .command('read')
    .description('read the folders, and confirm the keywords of their files as labels')
    .argument('<folder...>', 'folders with photos; subfolders are included')
    .option('--dry-run', 'only list the keywords')
    .addOption(sharedOption())
    .addOption(opt.libraryOption())
    .action((folders: string[], options: SharedOptions) =>
      withLibrary({ ...options, mayBeNew: true }, (library) =>
        read(library, folders.map(libraryPath), options),
      ),
    )
  keywords
    .command('write')
    .description('write the confirmed labels as keywords, for Lightroom, digiKam and others')
    .argument('[folder...]', 'folders that have been scanned or labelled')
    .option('--pending', 'instead, what waits to be written as you label, where and as the app is set to')
    .option('--sidecar', 'into a sidecar beside each photo, such as a.jpg.xmp (default)')
    .option('--in-file', 'into the photos themselves, where their format has a place for keywords')
    .addOption(opt.autoAboveOption())
    .option('--dry-run', 'only say which files would change, and how')
    .addOption(sharedOption())
    .addOption(opt.libraryOption())
    .action((folders: string[], options: WriteOptions) => {
      if (options.sidecar === true && options.inFile === true)
        throw new UsageError('Give either --sidecar or --in-file.')
      if (options.pending === true) {
        if (folders.length > 0 || Object.keys(options).some((name) => !['pending', 'library'].includes(name)))
          throw new UsageError('--pending takes neither folders nor other options but --library.')
        return withLibrary(options, writePending)
      }
      if (folders.length === 0) throw new UsageError('Give the folders, or --pending.')
      return withLibrary({ ...options, mayBeNew: true }, (library) =>
        write(library, folders.map(libraryPath), options),
      )
    })
}

async function read(
  library: OpenLibrary,
  folders: string[],
  { dryRun = false, sharedSidecars }: SharedOptions,
): Promise<void> {
  const { client } = library
  await client.library.scan({ folders })
  if (sharedSidecars !== undefined) await decide(library, folders, sharedSidecars)
  const { keywords, shared, damaged } = await client.keywords.list({ folders })
  for (const { name, photos, newPhotos } of keywords) printRow(name, `${photos} photos`, `${newPhotos} new`)
  for (const file of damaged.slice(0, listed)) tell(`${toLine(file)}: its XMP is damaged and was not read.`)
  if (shared.length > 0) {
    for (const { sidecar, files } of shared.slice(0, listed))
      tell(`${toLine(sidecar)} fits ${files.map(toLine).join(' and ')}.`)
    tell(
      `${shared.length} sidecars fit several files and were left out. Say --shared-sidecars use or --shared-sidecars leave.`,
    )
  }
  if (dryRun) {
    printLine('Nothing was saved: this was a dry run.')
    return
  }
  const { photos } = await client.keywords.use({ folders })
  printLine(
    photos === 1 ? 'The labels of 1 photo are confirmed.' : `The labels of ${photos} photos are confirmed.`,
  )
  await tellPendingKeywords(library)
}

/** Answers for the sidecars that fit several files. */
const decide = ({ client }: OpenLibrary, folders: string[], answer: 'use' | 'leave') =>
  client.keywords.decideShared({ folders, isUsed: answer === 'use' })

async function write(library: OpenLibrary, folders: string[], options: WriteOptions): Promise<void> {
  const { client } = library
  const request: KeywordWriteRequest = {
    folders,
    photoIds: null,
    target: options.inFile === true ? 'file' : 'sidecar',
    autoAbove: options.autoAbove ?? null,
  }
  // What other programs wrote since the last scan counts.
  await client.library.scan({ folders })
  if (options.sharedSidecars !== undefined) await decide(library, folders, options.sharedSidecars)
  if (options.dryRun === true) return printPlan(library, request)
  await follow(library, () => client.keywords.write({ ...request, taskId }))
}

const writePending = (library: OpenLibrary): Promise<void> =>
  follow(library, () => library.client.keywords.writePending({ taskId }))

/** Shows the progress of a write and what came of it. */
async function follow({ client, subscribe }: OpenLibrary, work: () => Promise<KeywordReport>): Promise<void> {
  const report = await followTask<
    { done: number; total: number | null; etaMs: number | null },
    KeywordReport
  >({
    describe: (progress, hasBar) => describeStage('writing', progress, hasBar),
    subscribe: (update) => subscribe('keywords.progress', update),
    cancel: () => client.keywords.cancel({ taskId }),
    work,
  })
  const { written, unchanged, failed, failures, isCancelled } = report
  for (const { path, reason } of failures) tell(`${toLine(path)}: ${english(reason)}`)
  if (failed > failures.length) tell(`… and ${failed - failures.length} more.`)
  printLine(`${written} written, ${unchanged} as they were, ${failed} failed.`)
  if (isCancelled) {
    tell('Stopped; what was written stays. Run it again for the rest.')
    process.exitCode = exitCodes.interrupted
  } else if (failed > 0) process.exitCode = exitCodes.someFailed
}

async function printPlan({ client }: OpenLibrary, request: KeywordWriteRequest): Promise<void> {
  const { counts, unchanged, insteadOfFile, examples, obstacle } = await client.keywords.plan({
    ...request,
    limit: listed,
  })
  for (const { target, added, removed, rating } of examples)
    printRow(
      target,
      ...added.map((name) => `+${name}`),
      ...removed.map((name) => `-${name}`),
      ...(rating === null ? [] : [`rating ${rating.before ?? 'none'} -> ${rating.after}`]),
    )
  const all = counts['new-sidecar'] + counts.sidecar + counts.file
  if (all > examples.length) printLine(`… and ${all - examples.length} more.`)
  printLine(
    `${counts['new-sidecar']} new sidecars, ${counts.sidecar} changed sidecars, ${counts.file} changed photos, ${unchanged} files as they are.`,
  )
  if (insteadOfFile > 0)
    printLine(`${insteadOfFile} of them are sidecars of formats that have no safe place for keywords.`)
  if (obstacle !== null) throw new AppError('bad-request', obstacle)
  printLine('Nothing was written: this was a dry run.')
}
