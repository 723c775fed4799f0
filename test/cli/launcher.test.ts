// On a Node that is too old, the `labelroom` command is another process than the one that does the work.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cliFile } from '../helpers/cli.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

/** What an old Node says of itself; the packaged one, which it starts, is the real one. */
const oldNode =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.1.0"}})'

/** Starts the launcher of an installation whose command is `program`, and waits until that runs. */
async function launch(program: string): Promise<ChildProcess> {
  const folder = tempFolder()
  const cli = path.join(folder, 'electron', 'cli')
  await mkdir(path.join(folder, 'node_modules', 'node', 'bin'), { recursive: true })
  await symlink(process.execPath, path.join(folder, 'node_modules', 'node', 'bin', 'node'))
  await mkdir(cli, { recursive: true })
  await cp(cliFile, path.join(cli, 'labelroom.js'))
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(
    path.join(cli, 'index.ts'),
    `${program}; setInterval(() => undefined, 1000); console.log(process.pid)`,
  )
  const launcher = spawn(process.execPath, [`--import=${oldNode}`, path.join(cli, 'labelroom.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(launcher.stdout.setEncoding('utf8'), 'data')) as [string]
  onTestFinished(() => {
    launcher.kill('SIGKILL')
    try {
      process.kill(Number(said), 'SIGKILL')
    } catch {
      // As it should be, it has ended.
    }
  })
  return launcher
}

test.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s reaches the process that works, once, and its exit code comes back',
  async (signal) => {
    const launcher = await launch(
      `let n = 0; process.on('${signal}', () => { n++; setImmediate(() => process.exit(40 + n)) })`,
    )
    launcher.kill(signal)
    expect(await once(launcher, 'close')).toEqual([41, null])
  },
)

test.skipIf(process.platform === 'win32')(
  'a signal that ends the process that works is in the exit code',
  async () => {
    const launcher = await launch('')
    launcher.kill('SIGTERM')
    expect(await once(launcher, 'close')).toEqual([128 + 15, null])
  },
)

test.skipIf(process.platform === 'win32')(
  'the process that works does not outlive a killed launcher',
  async () => {
    const launcher = await launch('')
    launcher.kill('SIGKILL')
    // Both hold the pipe: it closes when both are gone.
    await once(launcher, 'close')
    expect(launcher.signalCode).toBe('SIGKILL')
  },
)
