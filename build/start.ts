// `npm start`: opens the app in Electron; where Electron's binary cannot be had, the same app in the browser.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const electronPackage = path.join(root, 'node_modules/electron')
const words = process.argv.slice(2)

/** The Electron package downloads its binary when it is first asked for it. */
function electronExecutable(): string | null {
  if (!existsSync(path.join(electronPackage, 'path.txt')) && !process.env['ELECTRON_OVERRIDE_DIST_PATH'])
    console.error('Getting Electron, once (about 120 MB) …')
  const asked = spawnSync(process.execPath, ['--print', 'require("electron")'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const executable = asked.stdout.trim().split('\n').at(-1) ?? ''
  return asked.status === 0 && existsSync(executable) ? executable : null
}

const executable = electronExecutable()
if (executable === null)
  console.error("Electron's binary cannot be had here; this is the same app for a browser:")
const [command, args] =
  executable === null
    ? [process.execPath, ['electron/cli/labelroom.js', 'serve', ...words]]
    : [executable, ['.', ...words]]
const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
// Ctrl-C reaches both; the app decides when to end.
process.on('SIGINT', () => undefined)
child.once('exit', (code) => {
  process.exitCode = code ?? 1
})
