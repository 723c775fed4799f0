// Before all specs: builds the page, and the code that Electron runs.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { warmInference } from '../../helpers/compile-cache.ts'
import { findElectron } from './electron-runtime.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

// eslint-disable-next-line no-restricted-exports -- Playwright asks for a default export
export default function setUp(): void {
  run('vite', 'bin/vite.js', 'build', '--config', 'build/vite.config.ts', '--logLevel', 'warn')
  warmInference()
  if (findElectron() === null) return
  // Types are checked by `npm run types`.
  run('@typescript/native', 'bin/tsc', '--project', 'build/tsconfig.build.json', '--noCheck')
  run('vite', 'bin/vite.js', 'build', '--config', 'build/vite.preload.config.ts', '--logLevel', 'warn')
}

function run(packageName: string, script: string, ...args: string[]): void {
  const packageFile = createRequire(import.meta.url).resolve(`${packageName}/package.json`)
  const { status } = spawnSync(process.execPath, [path.join(path.dirname(packageFile), script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`${packageName} failed`)
}
