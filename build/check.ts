// `npm run check`: every check that needs no test to run, two at a time, the longest first.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const atOnce = 2

/** Scripts of package.json, from long to short. */
const scripts = [
  'lint:page',
  'format:check',
  'lint:rest',
  'types:svelte',
  'deps',
  'types:node',
  'unused',
  'types:dom',
  'licences',
]

interface Outcome {
  readonly script: string
  readonly isGood: boolean
}

/** Prints what the script said only when it is over, so that two never mix. */
async function run(script: string): Promise<Outcome> {
  const child = spawn(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['run', '--silent', script], {
    cwd: root,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  })
  const said: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => said.push(data))
  child.stderr.on('data', (data: Buffer) => said.push(data))
  const [code] = (await once(child, 'close')) as [number | null]
  process.stdout.write(Buffer.concat(said))
  return { script, isGood: code === 0 }
}

const left = [...scripts]
const outcomes: Outcome[] = []
async function work(): Promise<void> {
  for (let script = left.shift(); script !== undefined; script = left.shift())
    outcomes.push(await run(script))
}
await Promise.all(Array.from({ length: atOnce }, work))

const failed = outcomes.filter(({ isGood }) => !isGood).map(({ script }) => `npm run ${script}`)
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`)
  process.exitCode = 1
}
