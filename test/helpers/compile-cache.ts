// Lets the many processes that tests start share what Node has compiled: each would spend half of its start on it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { workerEnvironment, workerFlags } from '../../electron/host/worker-settings.ts'

/** For all processes that are started from now on. Node checks each entry against the source it was made from. */
export function shareCompiledCode(): void {
  process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../../out/compile-cache', import.meta.url))
}

/** What inference workers load sooner or later. */
const workerModules = ['inference', 'model', 'explain/explain-photo', 'merge-head'].map(
  (name) => new URL(`../../electron/worker/${name}.ts`, import.meta.url).href,
)

/**
 * Inference workers are always killed, and what was compiled is kept only at an orderly end: this is one. It has their
 * flags too, since Node keeps what was compiled under other flags apart.
 */
export function warmInference(): void {
  const load = workerModules.map((url) => `await import(${JSON.stringify(url)})`).join('\n')
  const code = ['--input-type=module', '--eval', `${load}\nprocess.exit()`]
  spawnSync(process.execPath, [...workerFlags, ...code], { stdio: 'inherit', env: workerEnvironment(1) })
}
