// A process that has loaded the command line once and runs one command after the other, for helpers/cli.ts.
import { once } from 'node:events'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { runCommand } from '../../electron/cli/run-command.ts'
import { runtimeEnvironment } from '../../electron/common/runtime-environment.ts'
import { homeEnvironment } from './home-environment.ts'

/** One command and the data folder that it works in. */
export interface HostedCall {
  readonly args: readonly string[]
  readonly home: string
}

export interface HostedResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Collects what is written to the stream, as a pipe would. */
function capture(stream: NodeJS.WriteStream): { text: string; restore: () => void } {
  const original = stream.write.bind(stream)
  const captured = {
    text: '',
    restore: () => {
      stream.write = original
    },
  }
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    captured.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    const written = rest.at(-1)
    if (typeof written === 'function') process.nextTick(written)
    return true
  }
  return captured
}

/** The same of what goes to the descriptor of standard output. */
function captureDescriptor(write: (chunk: Uint8Array) => void): () => void {
  const original = fs.writeSync
  fs.writeSync = ((descriptor: number, bytes: Buffer, offset: number | null = 0) => {
    if (descriptor !== 1) return original(descriptor, bytes, offset)
    write(bytes.subarray(offset ?? 0))
    return bytes.length - (offset ?? 0)
  }) as typeof fs.writeSync
  syncBuiltinESMExports()
  return () => {
    fs.writeSync = original
    syncBuiltinESMExports()
  }
}

/** What the command has set, and 0 where it has set nothing. */
function takeExitCode(): number {
  const code = Number(process.exitCode ?? 0)
  process.exitCode = undefined
  return code
}

async function run({ args, home }: HostedCall): Promise<HostedResult> {
  Object.assign(process.env, homeEnvironment(home))
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)]
  const restoreDescriptor = captureDescriptor((chunk) => process.stdout.write(chunk))
  try {
    await runCommand(args)
  } finally {
    restoreDescriptor()
    stdout.restore()
    stderr.restore()
    // A command may leave one behind, since its process ends with it.
    process.removeAllListeners('SIGINT')
  }
  return { code: takeExitCode(), stdout: stdout.text, stderr: stderr.text }
}

Object.assign(process.env, runtimeEnvironment)
process.once('disconnect', () => process.exit())
for (;;) {
  const [call] = (await once(process, 'message')) as [HostedCall]
  process.send?.(await run(call))
}
