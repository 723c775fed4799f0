// The command line: declares the commands and turns every end into an exit code.
import { Command, CommanderError } from 'commander'
import { addBenchCommand } from './commands/bench.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addExportCommand } from './commands/export.ts'
import { addEvaluateCommand, addHeadsCommand, addLearnCommand } from './commands/heads.ts'
import { addImportCommand } from './commands/import.ts'
import { addLabelCommand } from './commands/label.ts'
import { addGroupsCommand, addMapCommand } from './commands/map.ts'
import { addModelsCommand } from './commands/models.ts'
import { addDuplicatesCommand, addSimilarCommand, addSuggestQueueCommand } from './commands/review.ts'
import { addScanCommand } from './commands/scan.ts'
import { addServeCommand } from './commands/serve.ts'
import { productVersion } from '../host/product.ts'
import { exitCodes, explainFailure } from './exit-codes.ts'
import { refuseEmptyWords } from './options.ts'
import { toLine } from './print-row.ts'

const program = new Command('labelroom')
  .description('Labels your photos on this machine with a Vision Transformer. Nothing leaves the machine.')
  .version(productVersion)
  .showHelpAfterError('(labelroom --help shows what there is)')
  .exitOverride()
  .hook('preAction', refuseEmptyWords)
for (const add of [
  addLabelCommand,
  addLearnCommand,
  addEvaluateCommand,
  addHeadsCommand,
  addSuggestQueueCommand,
  addSimilarCommand,
  addDuplicatesCommand,
  addGroupsCommand,
  addMapCommand,
  addExplainCommand,
  addImportCommand,
  addModelsCommand,
  addExportCommand,
  addScanCommand,
  addServeCommand,
  addBenchCommand,
])
  add(program)

// A reader that has seen enough (`labelroom export … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.allLabelled)
  console.error(`labelroom: Standard output cannot be written (${error.code ?? error.message}).`)
  process.exit(exitCodes.couldNotRun)
})

// Where nobody reads messages any more, or a log is on a full disk, the work goes on.
process.stderr.on('error', () => undefined)

// A mistake of ours that nothing caught: one sentence, as for every other end.
process.on('uncaughtException', (error) => {
  const { code, message } = explainFailure(error)
  console.error(`labelroom: ${toLine(message)}`)
  process.exit(code)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage
  else {
    const { code, message } = explainFailure(error)
    console.error(`labelroom: ${toLine(message)}`)
    process.exitCode = code
  }
}
