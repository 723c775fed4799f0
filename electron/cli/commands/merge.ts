// `labelroom merge`: libraries of shards, or of other people, into one.
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { MergedLibrary, MergeReport, MissingShards, OutcomeCounts } from '../../contract/imports.ts'
import { libraryPath } from '../../common/library-path.ts'
import { assertLibrary } from '../../core/store/backups/examine.ts'
import { exitCodes } from '../exit-codes.ts'
import { describeConflict } from '../conflicts.ts'
import { withTask } from '../follow-task.ts'
import { withLibrary } from '../open-library.ts'
import { tell } from '../stderr.ts'
import { tellPendingKeywords } from '../pending-keywords.ts'
import { printLine } from '../stdout.ts'
import { toLine } from '../terminal-text.ts'

interface MergeCommandOptions {
  readonly into: string
  readonly root?: readonly Root[]
}

interface Root {
  readonly before: string
  readonly after: string
}

/** Conflicts that are listed; `labelroom library conflicts` has all. */
const listed = 20

/** Appends a pair to those before it. The first `=` divides it. */
function parseRoot(text: string, before: readonly Root[] | undefined): Root[] {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('Write it as OLD=NEW, for example /mnt/node3/photos=/data/photos.')
  return [...(before ?? []), { before: text.slice(0, at), after: libraryPath(text.slice(at + 1)) }]
}

export function addMergeCommand(command: Command): void {
  command
    .argument('<library...>', 'libraries, which are only read')
    .requiredOption('--into <file>', 'the library that gets all of it; made where there is none')
    .addOption(
      new Option(
        '--root <old=new>',
        'photos that lay below OLD where a library was made lie below NEW here; may be given several times',
      ).argParser(parseRoot),
    )
    .action(merge)
}

async function merge(files: string[], { into, root = [] }: MergeCommandOptions): Promise<void> {
  // Before the library is made.
  for (const file of files) assertLibrary(libraryPath(file))
  await withLibrary({ library: into, mayBeNew: true }, async (library) => {
    const { client } = library
    const request = { files: files.map(libraryPath), roots: [...root], examples: listed }
    const report = await withTask(
      library,
      (taskId) => client.imports.merge({ ...request, taskId }),
      'imports',
    )
    describe(report, into)
    if (report.conflicts > 0) {
      for (const conflict of await client.imports.conflicts({ limit: Math.min(listed, report.conflicts) }))
        printLine(describeConflict(conflict))
      if (report.conflicts > listed) printLine('All of them: labelroom library conflicts')
    }
    await tellPendingKeywords(library)
    const isWhole = report.missingShards.length === 0 && report.libraries.every(({ job }) => hasEnded(job))
    process.exitCode = isWhole && report.total.failed === 0 ? exitCodes.allLabelled : exitCodes.someFailed
  })
}

const hasEnded = (job: MergedLibrary['job']): boolean => job === 'done'

const describeCounts = ({ files, labelled, failed, skipped, pending }: OutcomeCounts): string =>
  `${files} files: ${labelled} labelled, ${failed} failed, ${skipped} skipped${pending === 0 ? '' : `, ${pending} not seen yet`}`

/** Divisions that are listed; each mount point is one of its own without --root. */
const listedDivisions = 5

/** Where there is only one division, its folders go without saying. */
function describeMissing(divisions: readonly MissingShards[]): string[] {
  const isOne = divisions.length === 1
  const more = divisions.length - listedDivisions
  return [
    ...divisions.slice(0, listedDivisions).map(({ folders, model, precision, count, missing }) => {
      const where = isOne ? '' : `, of ${folders.join(', ')}`
      return toLine(`Missing parts of ${count} by ${model} (${precision})${where}: ${toRanges(missing)}.`)
    }),
    ...(more > 0
      ? [
          `Other divisions with missing parts: ${more}. --root OLD=NEW makes one of folders that are mounted elsewhere.`,
        ]
      : []),
  ]
}

/** `1, 4-64`, of ascending numbers. */
function toRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

function describe(
  { libraries, total, library, missingShards, photos, conflicts }: MergeReport,
  into: string,
): void {
  for (const merged of libraries) {
    const { file, shard, known, job, heads, hasOtherRules } = merged
    const part = shard === null ? '' : `, part ${shard.index}/${shard.count}`
    printLine(
      `${toLine(file)}${part}: ${describeCounts(merged)}${known === 0 ? '' : `; ${known} were known`}.`,
    )
    if (!hasEnded(job))
      tell(
        `${toLine(file)}: its job ${job === null ? 'was never started' : `has not ended (${job === 'running' ? 'it runs, or was killed' : job})`}. Run it to its end, and merge again.`,
      )
    if (heads > 0)
      tell(
        `${toLine(file)}: ${heads} heads were added; labelroom heads promote puts one in use for all photos.`,
      )
    if (hasOtherRules) tell(`${toLine(file)}: its rules differ; those of ${toLine(into)} stay.`)
  }
  for (const line of describeMissing(missingShards)) tell(line)
  if (libraries.length > 1) printLine(`Together ${describeCounts(total)}.`)
  printLine(`${toLine(into)} has ${describeCounts(library)}.`)
  if (photos > 0)
    printLine(`What users said was added or changed for ${photos} photos, as one step that undo takes back.`)
  if (conflicts > 0) printLine(`${conflicts} are judged differently; both judgements are kept:`)
}
