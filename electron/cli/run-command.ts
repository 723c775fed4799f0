// The command line as a function: declares the commands, runs one and turns its end into an exit code.
import { Command, CommanderError, Help } from 'commander'
import { productVersion } from '../host/app-info.ts'
import { commands } from './commands.ts'
import { exitCodes, explainFailure, UsageError } from './exit-codes.ts'
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

/** An unset variable of a shell arrives as an empty word, and must not mean the current folder. */
function refuseEmptyWords(_program: Command, command: Command): void {
  if ([...command.args, ...Object.values<unknown>(command.opts())].includes(''))
    throw new UsageError('A folder, file or name on the command line is empty.')
}

/** Lists every command, and loads only the one that is asked for: all of them together take longer than most. */
async function declareCommands(program: Command, args: readonly string[]): Promise<void> {
  const wanted = args.find((word) => word !== 'help' && !word.startsWith('-'))
  const terms = new Map<Command, string>()
  for (const { name, usage, description, load } of commands) {
    const command = program.command(name).description(description)
    terms.set(command, `${name} ${usage}`.trimEnd())
    if (name === wanted) (await load())(command)
  }
  // Last, since commands that are made later take it over for their own lists.
  program.configureHelp({
    subcommandTerm: (command) => terms.get(command) ?? new Help().subcommandTerm(command),
  })
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
  try {
    const current = args.length === 0 ? [] : withCurrentNames(args)
    await declareCommands(program, current)
    await program.parseAsync(current, { from: 'user' })
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
