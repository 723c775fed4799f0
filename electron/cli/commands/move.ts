// `labelroom move`: moves photos on disk into a folder of the library, with all that belongs to them.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { libraryPath } from '../../common/library-path.ts'
import type { FileId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { MoveProgress, MoveReport, MoveTarget } from '../../contract/moves.ts'
import { english, msg } from '../../texts/message.ts'
import { exitCodes } from '../exit-codes.ts'
import { followTask, quietMs } from '../follow-task.ts'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import * as opt from '../options.ts'
import { describeStage } from '../progress.ts'
import { tell } from '../stderr.ts'
import { printLine } from '../stdout.ts'
import { toLine } from '../terminal-text.ts'

interface MoveOptions extends LibraryOptions {
  readonly to: string
  readonly number?: true
  readonly dryRun?: true
}

const taskId = 'command'

export function addMoveCommand(command: Command): void {
  command
    .argument('<photo...>', 'photos of the library; sidecars, and the RAW file of a pair, go along')
    .requiredOption('--to <folder>', 'a folder of the library, or a new one in it')
    .option('--number', 'add a number to the name of a photo where it is taken; else such a photo stays')
    .option('--dry-run', 'only say how many photos would be moved')
    .addOption(opt.libraryOption())
    .action((photos: string[], options: MoveOptions) =>
      withLibrary(options, (library) => move(library, photos.map(libraryPath), options)),
    )
}

async function move(library: OpenLibrary, photos: readonly string[], options: MoveOptions): Promise<void> {
  const { client, subscribe } = library
  const target = { fileIds: await findFiles(library, photos), ...folderOf(libraryPath(options.to)) }
  if (options.dryRun === true) {
    const plan = await client.moves.plan(target)
    printLine(`${plan.photos} would be moved to ${toLine(plan.folder)}, ${plan.there} are there already.`)
    printLine('Nothing was moved: this was a dry run.')
    return
  }
  const report = await followTask<MoveProgress, MoveReport>({
    quietMs,
    describe: (progress, hasBar) => describeStage('moving', progress, hasBar),
    subscribe: (update) => subscribe('moves.progress', update),
    cancel: () => client.moves.cancel({ taskId }),
    work: () => client.moves.run({ ...target, onTaken: options.number === true ? 'number' : 'skip', taskId }),
  })
  tellReport(report)
}

/**
 * Fails with `not-found` before anything is moved. A sidecar that came since the last scan goes with its photo, where that is
 * named too; alone it would stay without a word.
 */
async function findFiles({ client }: OpenLibrary, paths: readonly string[]): Promise<FileId[]> {
  const { fileIds } = await client.browse.filesAt({ paths: [...paths] })
  const known = new Set(paths.filter((_, index) => fileIds[index] !== null).map(stemOf))
  const goesAlong = (file: string): boolean =>
    /\.xmp$/i.test(file) && [stemOf(file), stemOf(stemOf(file))].some((stem) => known.has(stem))
  const unknown = paths.find((file, index) => fileIds[index] === null && !goesAlong(file))
  const found = fileIds.filter((id) => id !== null)
  const missing = unknown ?? (found.length === 0 ? paths[0] : undefined)
  if (missing !== undefined)
    throw new AppError(
      'not-found',
      msg('{{path}} is not in the library. Label its folder first: labelroom label FOLDER.', {
        path: missing,
      }),
    )
  return found
}

/** A path without its last ending. */
const stemOf = (file: string): string => file.slice(0, file.length - path.posix.extname(file).length)

/** A folder that is not there is made; its name is checked as that of every new one. */
function folderOf(to: string): Pick<MoveTarget, 'folder' | 'newFolder'> {
  if (existsSync(to)) return { folder: to, newFolder: null }
  return { folder: path.posix.dirname(to), newFolder: path.posix.basename(to) }
}

function tellReport({ moved, skipped, failed, problems, isCancelled, folder }: MoveReport): void {
  for (const problem of problems) tell(`${toLine(problem.path)}: ${english(problem.reason)}`)
  const unnamed = skipped + failed - problems.length
  if (unnamed > 0) tell(`… and ${unnamed} more.`)
  printLine(`${moved} moved to ${toLine(folder)}, ${skipped} skipped, ${failed} failed.`)
  if (problems.some(({ isTaken }) => isTaken))
    tell('With --number, photos whose name is taken are moved with a number.')
  if (isCancelled) {
    tell('Stopped; what was moved stays. Run it again for the rest.')
    process.exitCode = exitCodes.interrupted
  } else if (failed > 0 || problems.some(({ isTaken }) => isTaken)) process.exitCode = exitCodes.someFailed
}
