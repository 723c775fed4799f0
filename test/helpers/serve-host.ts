// A process that has loaded the command line once and serves one library after the other, for the browser tests.
import { runCommand } from '../../electron/cli/run-command.ts'
import { runtimeEnvironment } from '../../electron/common/runtime-environment.ts'
import { homeEnvironment } from './home-environment.ts'

/** Asks for `labelroom serve`; its address is then the next line of standard output. */
interface ServeCall {
  readonly home: string
  readonly libraryFile: string
}

async function serve({ home, libraryFile }: ServeCall): Promise<void> {
  Object.assign(process.env, homeEnvironment(home))
  await runCommand(['serve', '--library', libraryFile, '--root', '/'])
  process.send?.('over')
}

Object.assign(process.env, runtimeEnvironment)
process.once('disconnect', () => process.exit())
process.on('message', (message: ServeCall | 'interrupt') => {
  // As Ctrl-C does.
  if (message === 'interrupt') process.emit('SIGINT')
  else void serve(message)
})
