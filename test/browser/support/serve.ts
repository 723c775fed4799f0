// `labelroom serve` for a test: in a process that has loaded it already, or in one of its own.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startCli } from '../../helpers/cli.ts'
import type { LaunchOptions } from './app.ts'

export interface Server {
  /** What the command prints: the address with its token. */
  readonly url: string
  /** `kill` ends it as a crash would (SIGKILL); otherwise as Ctrl-C does. */
  stop(how: 'close' | 'kill'): Promise<void>
}

const hostFile = fileURLToPath(new URL('../../helpers/serve-host.ts', import.meta.url))
const useSharedWorkers = new URL('../../helpers/use-shared-workers.ts', import.meta.url).href

/** A test that asks for an environment gets a process of its own. */
export function startServer(options: LaunchOptions): Promise<Server> {
  return Object.keys(options.env).length > 0 ? startAlone(options) : startHosted(options)
}

async function startAlone({ home, libraryFile, env }: LaunchOptions): Promise<Server> {
  const child = startCli(['serve', '--library', libraryFile, '--root', '/'], home, env)
  const exited = once(child, 'exit')
  const url = await firstLine(child, exited)
  return {
    url,
    async stop(how) {
      child.kill(how === 'kill' ? 'SIGKILL' : 'SIGINT')
      await exited
    },
  }
}

/** One for each worker of Playwright, which runs one test at a time. */
let host: ChildProcess | null = null

async function startHosted({ home, libraryFile }: LaunchOptions): Promise<Server> {
  host ??= fork(hostFile, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [`--import=${useSharedWorkers}`],
  })
  const child = host
  // It answers once, when the command is over.
  const over = new AbortController()
  const { signal } = over
  const ended = Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })])
  void ended.finally(() => {
    over.abort()
  })
  child.send({ home, libraryFile })
  const url = await firstLine(child, ended)
  return {
    url,
    async stop(how) {
      if (how === 'kill') {
        host = null
        child.kill('SIGKILL')
      } else child.send('interrupt')
      await ended
    },
  }
}

async function firstLine({ stdout, stderr }: ChildProcess, ended: Promise<unknown>): Promise<string> {
  if (stdout === null || stderr === null) throw new Error('nothing would be heard of it')
  let errors = ''
  const collect = (text: string) => (errors += text)
  stderr.setEncoding('utf8').on('data', collect)
  const failed = ended.then(() => {
    throw new Error(`labelroom serve ended: ${errors}`)
  })
  try {
    const [line] = (await Promise.race([once(stdout.setEncoding('utf8'), 'data'), failed])) as [string]
    return line.trim()
  } finally {
    failed.catch(() => undefined)
    stderr.off('data', collect).resume()
  }
}
