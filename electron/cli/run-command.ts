// The command line as a function: declares the commands, runs one and turns its end into an exit code.
import { Command, CommanderError } from 'commander'
import { addAskCommand } from './commands/ask.ts'
import { addBenchCommand } from './commands/bench.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addExportCommand } from './commands/export.ts'
import { addFindCommand } from './commands/find.ts'
import { addEvaluateCommand } from './commands/evaluate.ts'
import { addGroupsCommand } from './commands/groups.ts'
import { addHeadsCommand } from './commands/heads.ts'
import { addImportCommand } from './commands/import.ts'
import { addKeywordsCommand } from './commands/keywords.ts'
import { addLabelCommand } from './commands/label.ts'
import { addLearnCommand } from './commands/learn.ts'
import { addLibraryCommand } from './commands/library.ts'
import { addMapCommand } from './commands/map.ts'
import { addMatchCommand } from './commands/match.ts'
import { addModelsCommand } from './commands/models.ts'
import { addNearDuplicatesCommand } from './commands/near-duplicates.ts'
import { addQueueCommand } from './commands/queue.ts'
import { addScanCommand } from './commands/scan.ts'
import { addServeCommand } from './commands/serve.ts'
import { addSimilarCommand } from './commands/similar.ts'
import { addTelemetryCommand } from './commands/telemetry.ts'
import { addWatchCommand } from './commands/watch.ts'
import { addWordsCommand } from './commands/words.ts'
import { productVersion } from '../host/app-info.ts'
import { exitCodes, explainFailure } from './exit-codes.ts'
import { refuseEmptyWords } from './options.ts'
import { toLine } from './terminal-text.ts'
import { finishOutput, printLine } from './stdout.ts'
import { tell } from './stderr.ts'

/** Commands that were renamed; the former names go on working and are not shown. */
const formerNames: Readonly<Record<string, string>> = {
  train: 'learn',
  'suggest-queue': 'queue',
  duplicates: 'near-duplicates',
}

function withCurrentNames([command = '', ...rest]: readonly string[]): string[] {
  const [sub, ...others] = rest
  if (command === 'heads' && sub === 'diff') return [command, 'preview', ...others]
  return [Object.hasOwn(formerNames, command) ? (formerNames[command] ?? command) : command, ...rest]
}

/** Runs the command that `args` (without the program's name) ask for; its end is `process.exitCode`. Never throws. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const program = new Command('labelroom')
    .description('Labels your photos on this machine with a Vision Transformer. Nothing leaves the machine.')
    .version(productVersion)
    .configureOutput({
      writeOut: (text) => {
        printLine(text.trimEnd())
      },
      writeErr: (text) => {
        tell(text.trimEnd())
      },
    })
    .showHelpAfterError('(labelroom --help shows what there is)')
    .exitOverride()
    .hook('preAction', refuseEmptyWords)
  for (const add of [
    addLabelCommand,
    addLearnCommand,
    addEvaluateCommand,
    addHeadsCommand,
    addWordsCommand,
    addQueueCommand,
    addFindCommand,
    addSimilarCommand,
    addNearDuplicatesCommand,
    addGroupsCommand,
    addMapCommand,
    addExplainCommand,
    addAskCommand,
    addMatchCommand,
    addImportCommand,
    addKeywordsCommand,
    addModelsCommand,
    addExportCommand,
    addScanCommand,
    addWatchCommand,
    addLibraryCommand,
    addServeCommand,
    addBenchCommand,
    addTelemetryCommand,
  ])
    add(program)
  try {
    await program.parseAsync(args.length === 0 ? [] : withCurrentNames(args), { from: 'user' })
    finishOutput()
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage
    else {
      const { code, message } = explainFailure(error)
      tell(`labelroom: ${toLine(message)}`)
      process.exitCode = code
    }
  }
}
