// Runs the `labelroom` command: as a user does, in a process of its own, or in one that has loaded it already.
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HostedCall, HostedResult } from './cli-host.ts'
import { homeEnvironment } from './home-environment.ts'

export const cliFile = fileURLToPath(new URL('../../electron/cli/labelroom.js', import.meta.url))
const hostFile = fileURLToPath(new URL('cli-host.ts', import.meta.url))
const useSharedWorkers = new URL('use-shared-workers.ts', import.meta.url).href
const endWithParent = new URL('end-with-parent.ts', import.meta.url).href

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the command; `home` holds the default library and the caches. It ends when this process does. */
export function startCli(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [`--import=${endWithParent}`, cliFile, ...args], {
    env: { ...process.env, ...homeEnvironment(home), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

/** Runs the command in a process of its own to its end. */
export async function runCli(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const child = startCli(args, home, env)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

let host: ChildProcess | null = null
let last: Promise<unknown> = Promise.resolve()

/**
 * The same command in a process that serves all calls of this test file, where what is tested is what the command says
 * and does. Loading it anew takes most of the time of a short command.
 */
export function runCliHosted(args: readonly string[], home: string): Promise<CliResult> {
  const result = last.then(() => callHost({ args, home }))
  last = result.catch(() => undefined)
  return result
}

async function callHost(call: HostedCall): Promise<HostedResult> {
  host ??= fork(hostFile, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [`--import=${useSharedWorkers}`],
  })
  const child = host
  const ended = new AbortController()
  try {
    child.send(call)
    const exited = once(child, 'exit', { signal: ended.signal }).then(() => {
      host = null
      throw new Error(`the host ended while it ran labelroom ${call.args.join(' ')}`)
    })
    const answered = once(child, 'message', { signal: ended.signal })
    const [result] = (await Promise.race([answered, exited])) as [HostedResult]
    return result
  } finally {
    ended.abort()
  }
}
