// Prints the peak memory of the job's two processes with 2,000 and with 20,000 small files.
// usage: npm run check:memory [-- MODEL]; without a model a tiny random one is made.
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
  const [core = 0, ...workers] = await measurePeaks(photos, path.join(folder, `${count}.db`))
  const sum = workers.reduce((total, peak) => total + peak, core)
  console.log(
    `${count} files: peak ${sum.toFixed(0)} MB (core ${core.toFixed(0)}, workers ${workers.map((peak) => peak.toFixed(0)).join(' + ')})`,
  )
  peaks.push(sum)
}
const [small = 0, large = 0] = peaks
console.log(`difference: ${(large - small).toFixed(0)} MB`)
await rm(folder, { recursive: true, force: true })
process.exitCode = large - small <= 50 ? 0 : 1

/** Different photos in 100 folders: each has other quantization, from the coefficient 1 on. */
async function writePhotos(root: string, count: number): Promise<void> {
  const create = { width: 64, height: 48, channels: 3 as const, background: { r: 200, g: 120, b: 90 } }
  const jpeg = await sharp({ create }).jpeg().toBuffer()
  for (let index = 0; index < count; index++) {
    const sub = path.join(root, String(index % 100).padStart(2, '0'))
    if (index < 100) await mkdir(sub, { recursive: true })
    const photo = Buffer.from(jpeg)
    // Behind marker, length, number of the table and its first value.
    photo.writeUInt16BE(
      0x0101 + (index % 200) + 256 * Math.floor(index / 200),
      jpeg.indexOf(Buffer.from([0xff, 0xdb])) + 6,
    )
    await writeFile(path.join(sub, `${index}.jpg`), photo)
  }
}

/** Peaks of the core and of each worker. Linux keeps them (VmHWM); they are read often, since workers end first. */
async function measurePeaks(photos: string, library: string): Promise<number[]> {
  const args = ['label', photos, '--model', model, '--library', library, '--device', 'cpu']
  const child = spawn(process.execPath, [cliFile, ...args], {
    env: { ...process.env, LABELROOM_HOME: folder },
    stdio: 'ignore',
  })
  const pid = child.pid ?? 0
  const peaks = new Map([[pid, 0]])
  const sample = async () => {
    for (const one of [pid, ...(await childrenOf(pid))])
      peaks.set(one, Math.max(peaks.get(one) ?? 0, await peakOf(one)))
  }
  const timer = setInterval(() => void sample(), 50)
  const [code] = (await once(child, 'exit')) as [number]
  clearInterval(timer)
  if (code !== 0) throw new Error(`labelroom ended with ${code}`)
  return [...peaks.values()]
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
