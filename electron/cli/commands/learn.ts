// `labelroom learn`: trains a head on the confirmed labels and reports how good it is.
import type { Command } from 'commander'
import { withLibrary, type LibraryOptions, type OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import * as opt from '../options.ts'
import { printLine } from '../stdout.ts'
import { withTask } from '../follow-task.ts'
import { printHead, printVerdict, unlessStopped } from '../head-report.ts'

interface LearnOptions extends LibraryOptions {
  readonly multi?: true
  readonly seed: number
  readonly heldOut?: string
  readonly promote?: true
}

export function addLearnCommand(command: Command): void {
  command
    .option('--multi', 'photos may have several labels; rejected labels count as negatives')
    .option('--held-out <folder>', 'evaluate on the labelled photos of this folder, and do not train on them')
    .option('--promote', 'promote the head when it is better')
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: LearnOptions) => withLibrary(options, (library) => learn(library, options)))
}

async function learn(library: OpenLibrary, options: LearnOptions): Promise<void> {
  const { client } = library
  const mode = options.multi === true ? 'multi' : 'single'
  const { seed } = options
  const heldOutFolder = options.heldOut === undefined ? null : libraryPath(options.heldOut)
  const result = await withTask(library, (taskId) =>
    client.heads.train({ mode, seed, heldOutFolder, taskId }),
  )
  printHead(result)
  const curve = await unlessStopped(result.head, () =>
    withTask(library, (taskId) => client.review.curve({ mode, seed, taskId })),
  )
  if (curve === null) return
  if (curve.expectedGain !== null)
    printLine(
      `The next ${curve.moreLabels} labels are likely to add ${(100 * curve.expectedGain).toFixed(1)} points.`,
    )
  await printVerdict(library, result, options.promote === true)
}
