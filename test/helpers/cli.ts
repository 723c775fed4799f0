// Runs the `labelroom` command as a person does: its own process, its own data folder.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const cliFile = fileURLToPath(new URL('../../electron/cli/labelroom.js', import.meta.url))

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the command; `home` holds the default library and the caches. */
export function startCli(
  args: readonly string[],
  home: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [cliFile, ...args], {
    env: { ...process.env, LABELROOM_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs the command to its end. */
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
