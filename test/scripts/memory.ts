// Prints the peak memory of the job's two processes with 2,000 and with 20,000 small files.
// usage: node test/scripts/memory.ts [MODEL]; without a model a tiny random one is made.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { cliFile } from '../helpers/cli.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-memory-'))
const model = process.argv[2] ?? (await writeTinyModel(path.join(folder, 'model')))

const peaks: number[] = []
for (const count of [2000, 20_000]) {
  const photos = path.join(folder, `photos-${count}`)
  await writePhotos(photos, count)
  const peak = await measurePeak(photos, path.join(folder, `${count}.db`))
  console.log(
    `${count} files: peak ${peak.core.toFixed(0)} MB in the core, ${peak.worker.toFixed(0)} MB in the worker`,
  )
  peaks.push(peak.core + peak.worker)
}
const [small = 0, large = 0] = peaks
console.log(`difference: ${(large - small).toFixed(0)} MB`)
await rm(folder, { recursive: true, force: true })
process.exitCode = large - small <= 50 ? 0 : 1

/** Different photos in 100 folders: each has its own size and colour. */
async function writePhotos(root: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const sub = path.join(root, String(index % 100).padStart(2, '0'))
    if (index < 100) await mkdir(sub, { recursive: true })
    const create = {
      width: 32 + (index % 7),
      height: 32,
      channels: 3 as const,
      background: { r: index & 255, g: (index >> 8) & 255, b: 90 },
    }
    await writeFile(path.join(sub, `${index}.jpg`), await sharp({ create }).jpeg().toBuffer())
  }
}

/** Linux keeps the peak of each process (VmHWM); it is read often, since the worker is gone at the end. */
async function measurePeak(photos: string, library: string): Promise<{ core: number; worker: number }> {
  const child = spawn(
    process.execPath,
    [cliFile, 'label', photos, '--model', model, '--library', library, '--device', 'cpu'],
    {
      env: { ...process.env, LABELROOM_HOME: folder },
      stdio: 'ignore',
    },
  )
  const pid = child.pid ?? 0
  const peak = { core: 0, worker: 0 }
  const timer = setInterval(() => void sample(), 50)
  const sample = async () => {
    peak.core = Math.max(peak.core, await peakOf(pid))
    for (const worker of await childrenOf(pid)) peak.worker = Math.max(peak.worker, await peakOf(worker))
  }
  const [code] = (await once(child, 'exit')) as [number]
  clearInterval(timer)
  if (code !== 0) throw new Error(`labelroom ended with ${code}`)
  return peak
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  )
  return lists.join(' ').split(/\s+/).filter(Boolean).map(Number)
}
