// Labels for half a minute, explains, learns, serves and labels in the app's window where every connection, name and
// file is seen, and fails on any that is not Labelroom's. Linux; needs strace, ip (iproute2) and unshare.
// usage: npm run check:network [-- SECONDS]
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { cliFile } from '../helpers/cli.ts'
import { openNetworkTrap, type NetworkTrap } from '../helpers/network-trap.ts'
import { writePhoto } from '../helpers/photos.ts'
import { readTrace, tracing } from '../helpers/system-calls.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { watchedHome } from '../helpers/watched-home.ts'
import { labelInWindows } from './network-windows.ts'

const script = fileURLToPath(import.meta.url)
const root = fileURLToPath(new URL('../../', import.meta.url))
const [seconds = '30', inside] = process.argv.slice(2)

if (inside === undefined) enterOwnNetwork()
else process.exitCode = (await checkAll(inside, Number(seconds))) ? 0 : 1

/** Runs this script again where there is nothing but the loopback, with its own `/etc/resolv.conf`. */
function enterOwnNetwork(): void {
  const missing = ['strace', 'ip', 'unshare', 'mount'].filter(
    (tool) => spawnSync(tool, ['--version']).error !== undefined,
  )
  const own = ['--net', '--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user'])]
  if (process.platform !== 'linux' || missing.length > 0) {
    console.log(
      `SKIPPED: this check needs Linux with strace, ip, unshare and mount; ${missing.join(', ')} missing.`,
    )
    return
  }
  if (spawnSync('unshare', [...own, 'true']).status !== 0) {
    console.log('SKIPPED: this check needs the right to make namespaces (unshare --net --mount).')
    return
  }
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'labelroom-network-')))
  const names = path.join(folder, 'resolv.conf')
  writeFileSync(names, 'nameserver 127.0.0.1\noptions timeout:1\n')
  const setUp = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"'
  const again = [process.execPath, script, seconds, folder]
  const { status } = spawnSync('unshare', [...own, 'sh', '-c', setUp, names, ...again], {
    cwd: root,
    stdio: 'inherit',
  })
  rmSync(folder, { recursive: true, force: true })
  process.exitCode = status ?? 1
}

async function checkAll(folder: string, atLeastSeconds: number): Promise<boolean> {
  const trap = await openNetworkTrap()
  try {
    const work = path.join(folder, 'work')
    mkdirSync(work)
    const model = await writeTinyModel(path.join(work, 'tiny'))
    const { file } = await prepareGraph(await readModelFolder(model), { precision: 'fp32', cacheDir: work })
    if (!(await checkTrap(folder, trap, file))) return false
    return await checkLabelroom(folder, trap, work, model, atLeastSeconds)
  } finally {
    trap.close()
  }
}

/** The runtime by itself must be caught, or the rest would prove nothing. */
async function checkTrap(folder: string, trap: NetworkTrap, graph: string): Promise<boolean> {
  mkdirSync(path.join(folder, 'alone'))
  const { env, strangeFiles } = watchedHome(path.join(folder, 'alone'))
  const code = `import { InferenceSession } from 'onnxruntime-node'
    await InferenceSession.create(${JSON.stringify(graph)})
    setTimeout(() => undefined, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  const isCaught = () => trap.caught.some((line) => line.startsWith('connected'))
  for (let second = 0; second < 60 && !isCaught() && child.exitCode === null; second++) await wait(1000)
  child.kill('SIGKILL')
  await once(child, 'close')
  const isSeen = isCaught() && strangeFiles().some((name) => name.endsWith('/deviceid'))
  console.log(
    isSeen
      ? `The runtime by itself is caught: it ${[...new Set(trap.caught)].join(', ')} and left ${strangeFiles().length} files and folders.`
      : 'FAILED: the runtime by itself was not caught, so this check is blind.',
  )
  // What it asked for just before it was ended.
  await wait(1000)
  trap.caught.length = 0
  return isSeen
}

async function checkLabelroom(
  folder: string,
  trap: NetworkTrap,
  work: string,
  model: string,
  atLeastSeconds: number,
): Promise<boolean> {
  const photos = path.join(work, 'photos')
  const cpu = ['--device', 'cpu', '--threads', '1']
  const { dataFolder, env } = watchedHome(folder)
  let failures = 0
  const check = async (
    name: string,
    allowed: readonly RegExp[],
    run: (prefix: string[]) => Promise<void>,
  ) => {
    const trace = path.join(folder, 'trace')
    const startMs = performance.now()
    await run(tracing(trace))
    const { addresses, written } = await readTrace(trace)
    const own = [
      new RegExp(`^(${dataFolder}|${work}|${folder}/tmp/labelroom-[^/]+)(/|$)`),
      /^\/dev\/null$/,
      // Compiled code of a checkout; a package keeps it in the data folder.
      new RegExp(`^${path.join(root, 'out/compile-cache')}(/|$)`),
      ...allowed,
    ]
    const strange = [
      ...trap.caught.splice(0),
      ...addresses.map((address) => `connected to ${address}`),
      ...written.filter((file) => !own.some((pattern) => pattern.test(file))).map((file) => `wrote ${file}`),
    ]
    const tookSeconds = ((performance.now() - startMs) / 1000).toFixed(0)
    console.log(
      `${name}, ${tookSeconds} s: ${strange.length === 0 ? `nothing else among ${written.length} files` : 'FAILED'}`,
    )
    for (const line of strange) console.log(`  ${line}`)
    if (strange.length > 0) failures++
  }
  const command = (name: string, ...args: string[]) =>
    check(name, [], async ([tool = '', ...prefix]) => {
      const child = spawn(tool, [...prefix, process.execPath, cliFile, ...args], {
        env: { ...process.env, ...env, LABELROOM_HOME: dataFolder },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let errors = ''
      child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
      const [code] = (await once(child, 'close')) as [number | null]
      if (code !== 0) throw new Error(`labelroom ${args.join(' ')} ended with ${String(code)}: ${errors}`)
    })
  const count = await writeUntilLong(photos, atLeastSeconds, async (to) => {
    const startMs = performance.now()
    await command(`label, ${to} photos`, 'label', photos, '--model', model, '--force', ...cpu)
    return (performance.now() - startMs) / 1000
  })
  const csv = path.join(work, 'labels.csv')
  const few = path.join(photos, 'few')
  const rows = Array.from({ length: 40 }, (_, n) => `${nameOf(n)},${n % 2 === 0 ? 'even' : 'odd'}`)
  writeFileSync(csv, ['file_name,label', ...rows].join('\n'))
  await command('explain', 'explain', path.join(few, nameOf(0)), '--out', path.join(work, 'heat.png'))
  await command('import', 'import', csv, few)
  await command('learn', 'learn')
  await command('bench', 'bench', few, '--model', model, '--rounds', '1', ...cpu)
  await labelInWindows({ folder, dataFolder, env, photos: few, model, check })
  console.log(failures === 0 ? `Nothing left the machine; ${count} photos.` : 'Something did; see above.')
  return failures === 0
}

function nameOf(number: number): string {
  return `${String(number).padStart(5, '0')}.jpg`
}

/** Adds photos until a run takes long enough: how fast they are labelled depends on the machine. */
async function writeUntilLong(
  photos: string,
  atLeastSeconds: number,
  run: (count: number) => Promise<number>,
): Promise<number> {
  let [have, count] = [0, 500]
  for (;;) {
    for (; have < count; have++)
      await writePhoto(path.join(photos, have < 40 ? 'few' : 'many', nameOf(have)), have)
    const tookSeconds = await run(count)
    if (tookSeconds >= atLeastSeconds) return count
    count = Math.ceil(count * Math.min(10, Math.max(1.5, (1.3 * atLeastSeconds) / tookSeconds)))
  }
}
