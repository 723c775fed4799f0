// Times the terminal's short commands from the start of the process to its end: node test/bench/start-up.ts [RUNS]
// `label docs/samples` with nothing prepared, and with the graph and the choice of the device kept; the list of commands.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir, loadavg } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const runs = Number(process.argv[2] ?? 9)
const home = mkdtempSync(path.join(tmpdir(), 'labelroom-start-up-'))

/** Processor time of all children that have ended, in seconds; 0 where the system has no /proc. */
function childSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
    // cutime and cstime, in hundredths of a second.
    return (Number(fields[13]) + Number(fields[14])) / 100
  } catch {
    return 0
  }
}

function run(args: readonly string[]): { readonly wallMs: number; readonly cpuMs: number } {
  const [startMs, startSeconds] = [performance.now(), childSeconds()]
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'electron/cli/labelroom.js'), ...args],
    {
      cwd: root,
      env: { ...process.env, LABELROOM_HOME: path.join(home, 'home') },
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(stderr)
  return { wallMs: performance.now() - startMs, cpuMs: 1000 * (childSeconds() - startSeconds) }
}

function label() {
  for (const name of ['library.db', 'labels.csv']) rmSync(path.join(home, name), { force: true })
  const library = path.join(home, 'library.db')
  return run(['label', 'docs/samples', '--library', library, '--csv', path.join(home, 'labels.csv')])
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

function report(what: string, measure: () => ReturnType<typeof run>): void {
  const found = Array.from({ length: runs }, measure)
  const walls = found.map(({ wallMs }) => Math.round(wallMs))
  const [wall, cpu] = [median(walls), Math.round(median(found.map(({ cpuMs }) => cpuMs)))]
  console.log(
    `${what}: median ${wall} ms (${Math.min(...walls)} to ${Math.max(...walls)}), processor ${cpu} ms`,
  )
}

console.log(
  `${runs} runs of each, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
)
try {
  report('labelroom --help', () => run(['--help']))
  report('labelroom label docs/samples, the first time', () => {
    rmSync(path.join(home, 'home'), { recursive: true, force: true })
    return label()
  })
  report('labelroom label docs/samples', label)
} finally {
  rmSync(home, { recursive: true, force: true })
}
