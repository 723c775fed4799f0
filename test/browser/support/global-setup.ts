// Before all specs: builds the page, the code that Electron runs, and a display where there is none.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findElectron } from './electron-runtime.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Gives what is to be done after all specs. */
// eslint-disable-next-line no-restricted-exports -- Playwright asks for a default export
export default async function setUp(): Promise<() => void> {
  run('vite/bin/vite.js', 'build', '--config', 'build/vite.config.ts', '--logLevel', 'warn')
  if (findElectron() === null) return () => undefined
  // Types are checked by `npm run types`.
  run('typescript/bin/tsc', '--project', 'build/tsconfig.build.json', '--noCheck')
  run('vite/bin/vite.js', 'build', '--config', 'build/vite.preload.config.ts', '--logLevel', 'warn')
  return process.platform === 'linux' && process.env['DISPLAY'] === undefined
    ? await startDisplay()
    : () => undefined
}

function run(script: string, ...args: string[]): void {
  const [packageName = '', ...rest] = script.split('/')
  const packageFile = createRequire(import.meta.url).resolve(`${packageName}/package.json`)
  const { status } = spawnSync(process.execPath, [path.join(path.dirname(packageFile), ...rest), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`${script} failed`)
}

/** Xvfb chooses a free number and tells it. */
async function startDisplay(): Promise<() => void> {
  const display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [number] = (await once(display.stdout, 'data')) as [Buffer]
  process.env['DISPLAY'] = `:${number.toString().trim()}`
  return () => {
    display.kill()
  }
}
