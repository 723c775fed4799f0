// The process of the command line: what its streams and its mistakes mean for it, and the command itself.
import module from 'node:module'
import { runtimeEnvironment } from '../common/runtime-environment.ts'
import { codeCacheFolder } from '../host/data-folder.ts'
import { explainFailure } from './exit-codes.ts'
import { toLine } from './terminal-text.ts'
import { tell } from './stderr.ts'

// Every process that is started from here inherits it, too.
Object.assign(process.env, runtimeEnvironment)

// Where nobody reads messages any more, or a log is on a full disk, the work goes on.
process.stderr.on('error', () => undefined)

// A mistake of ours that nothing caught: one sentence, as for every other end.
process.on('uncaughtException', (error) => {
  const { code, message } = explainFailure(error)
  tell(`labelroom: ${toLine(message)}`)
  process.exit(code)
})

const codeCache = codeCacheFolder()
if (process.env['NODE_COMPILE_CACHE'] === undefined && codeCache !== null) {
  // Workers use it, too.
  process.env['NODE_COMPILE_CACHE'] = codeCache
  module.enableCompileCache()
}
// What is imported above is not cached.
const { runCommand } = await import('./run-command.ts')
await runCommand(process.argv.slice(2))
