// Measures every execution provider of the onnxruntime-node package on this machine, and compares its numbers with the CPU's.
// usage: node test/bench/gpu/run.ts [--json FILE] [--seconds 330] [--models ti,s,b] [--photos 512] [--devices webgpu,cuda,cpu]
// Prints, for ViT-Ti, S and B with random weights at fp32 and fp16: photos a second of the job, of the job from its first stored
// photos on (steady), of pure decode and of pure inference, the ratio of job and steady job to the slower part, how long the job
// took to its first photos, how far the logits lie from the CPU's, and the share of nodes that ran there; writes the same as JSON.
// Ends within --seconds: what does not fit is listed as left out, and so is what a driver never finishes. On a bare machine with
// an NVIDIA card, run `node test/bench/gpu/vulkan.ts` before, where packages can be fetched; run.ts finds what it leaves.
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Device, DeviceReport, Precision } from '../../../electron/contract/domain.ts'
import { defaultPhotoLimits, type LoadRequest } from '../../../electron/contract/inference.ts'
import { runtimeEnvironment } from '../../../electron/common/runtime-environment.ts'
import { measureJob, measurePart, type JobPhases } from '../../../electron/cli/bench/measure.ts'
import { planWorkers } from '../../../electron/core/inference/inference-pool.ts'
import { english, messageOf } from '../../../electron/texts/message.ts'
import { makeBenchPhotos } from '../../helpers/bench-photos.ts'
import { writeRandomVit, type VitSize } from '../../helpers/random-vit.ts'
import { useCarriedVulkan } from './vulkan.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string', default: 'gpu.json' },
    seconds: { type: 'string', default: '330' },
    models: { type: 'string', default: 'ti,s,b' },
    photos: { type: 'string', default: '512' },
    devices: { type: 'string' },
  },
})
const endsAtMs = performance.now() + 1000 * Number(values.seconds)
/** A row that has less time is not begun. */
const minRowMs = 10_000
const cores = availableParallelism()
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-gpu-'))

interface Row {
  readonly model: VitSize
  readonly precision: Precision
  readonly device: Device
  readonly photosPerSecond?: Readonly<Record<'job' | 'steady' | 'decode' | 'inference', number>>
  /** The job, and the job from its first photos on, against the slower part, and on the CPU against both. */
  readonly ratio?: Readonly<Record<'job' | 'steady', number>>
  readonly phases?: JobPhases
  /** How long this row took to measure. */
  readonly tookMs?: number
  /** Largest difference of the logits from the CPU's, as a share of the CPU's range. */
  readonly deviation?: number
  readonly report?: DeviceReport
  /** Why there are no numbers. */
  readonly why?: string
}
const rows: Row[] = []

const command = (name: string, ...args: string[]): string => {
  try {
    return execFileSync(name, args, {
      encoding: 'utf8',
      env: { ...process.env, ...runtimeEnvironment },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: Math.max(1000, Math.round(endsAtMs - performance.now())),
      killSignal: 'SIGKILL',
    }).trim()
  } catch {
    return ''
  }
}

/** Photos of the run that is not timed: as many as make planWorkers start the workers of a large job. */
const warmUpPhotos = 192
/** Milliseconds a photo; the same for all rows, since all models see 224 px. */
let decodeMs: number | null = null

async function measure(
  model: VitSize,
  precision: Precision,
  device: Device,
  photos: string,
  paths: readonly string[],
): Promise<Row> {
  const startMs = performance.now()
  const modelPath = path.join(home, `vit-${model}`)
  const cacheDir = path.join(home, 'cache')
  const job = { folders: [photos], model: modelPath, device, precision, inputSizePx: null }
  // Builds the graph, compiles the kernels and remembers the device.
  const warmUp = { ...job, folders: [path.join(home, 'warm-up')] }
  const { weightBytes } = await measureJob(home, cacheDir, cores, warmUp)
  const load: LoadRequest = {
    ...{ type: 'load', modelPath, precision, inputSizePx: null, device, cacheDir },
    ...{ ...planWorkers(cores, weightBytes, paths.length), limits: defaultPhotoLimits },
  }
  const { msPerPhoto, phases, device: report } = await measureJob(home, cacheDir, cores, job)
  // A job goes on there when the driver ends its worker.
  if (report.ran !== device) throw new Error(`its worker ended, and ${report.ran} ran the job`)
  decodeMs ??= await measurePart({ part: 'decode', load, paths: [...paths], peerFolder: '' })
  const inferenceMs = await measurePart({ part: 'inference', load, paths: [...paths], peerFolder: '' })
  const boundMs = device === 'cpu' ? decodeMs + inferenceMs : Math.max(decodeMs, inferenceMs)
  const steadyMs = phases.steadyMsPerPhoto ?? NaN
  const perSecond = (ms: number) => 1000 / ms
  return {
    ...{ model, precision, device, report, phases },
    ratio: { job: boundMs / msPerPhoto, steady: boundMs / steadyMs },
    photosPerSecond: {
      ...{ job: perSecond(msPerPhoto), steady: perSecond(steadyMs) },
      ...{ decode: perSecond(decodeMs), inference: perSecond(inferenceMs) },
    },
    deviation: deviation(load),
    tookMs: performance.now() - startMs,
  }
}

/** In a process of its own, since a driver may end it. Not a number where it does. */
function deviation(load: LoadRequest): number {
  const out = command(process.execPath, path.join(import.meta.dirname, 'deviation.ts'), JSON.stringify(load))
  return Number.parseFloat(out.split('\n').at(-1) ?? '')
}

/** Rejects when the time is up: a driver may never return. */
async function tooLate(afterMs: number): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, afterMs).unref())
  throw new Error('left out: not done in time')
}

function show(row: Row): void {
  const name = `ViT-${row.model} ${row.precision} ${row.device}`.padEnd(24)
  if (row.photosPerSecond === undefined) {
    console.log(`${name} ${row.why ?? ''}`)
    return
  }
  const { job, steady, decode, inference } = row.photosPerSecond
  const numbers = [job, steady, decode, inference].map((value) => value.toFixed(1).padStart(9)).join('')
  const ratios = [row.ratio?.job, row.ratio?.steady]
    .map((value = NaN) => value.toFixed(2).padStart(7))
    .join('')
  const first = ((row.phases?.firstMs ?? NaN) / 1000).toFixed(2).padStart(7)
  const share = Math.round(100 * (row.report?.nodeShare ?? 0))
  console.log(
    `${name}${numbers}${ratios}${first} s   ${(row.deviation ?? NaN).toExponential(1)}   ${share} %   ${((row.tookMs ?? 0) / 1000).toFixed(0)} s`,
  )
}

try {
  const vulkan = useCarriedVulkan()
  const card = command('nvidia-smi', '--query-gpu=name,driver_version,memory.total', '--format=csv,noheader')
  const machine = { cores, cpu: cpus()[0]?.model, card, vulkan, load: loadavg(), node: process.versions.node }
  console.log(
    `${cores} cores, ${machine.cpu ?? ''}; card: ${card || 'none of NVIDIA'}; Vulkan loader: ${vulkan}`,
  )
  const runtime = JSON.parse(
    command(process.execPath, path.join(import.meta.dirname, 'devices.ts')),
  ) as Device[]
  const devices = values.devices === undefined ? runtime : (values.devices.split(',') as Device[])
  console.log(`providers of this build: ${runtime.join(', ')}`)
  const photos = path.join(home, 'photos')
  const startMs = performance.now()
  const paths = await makeBenchPhotos(photos, Number(values.photos), 2)
  await mkdir(path.join(home, 'warm-up'))
  for (const file of paths.slice(0, warmUpPhotos))
    await link(file, path.join(home, 'warm-up', path.basename(file)))
  for (const model of values.models.split(',') as VitSize[])
    await writeRandomVit(path.join(home, `vit-${model}`), model)
  console.log(
    `${paths.length} photos of 2 megapixels and the models made in ${((performance.now() - startMs) / 1000).toFixed(1)} s\n${''.padEnd(24)}      job   steady   decode inference  ratio steady    first deviation nodes   took`,
  )
  for (const device of devices)
    for (const precision of ['fp32', 'fp16'] as const)
      for (const model of values.models.split(',') as VitSize[]) {
        const leftMs = endsAtMs - performance.now()
        const row =
          leftMs < minRowMs
            ? { model, precision, device, why: 'left out: no time' }
            : await Promise.race([
                measure(model, precision, device, photos, paths),
                tooLate(leftMs - minRowMs / 2),
              ]).catch((error: unknown) => ({
                ...{ model, precision, device },
                why: english(messageOf(error)),
              }))
        rows.push(row)
        show(row)
        // After each, so that a machine that is taken away leaves what there is.
        await writeFile(values.json, JSON.stringify({ machine, photos: paths.length, rows }, null, 2))
      }
} finally {
  await rm(home, { recursive: true, force: true })
}
// What did not finish would keep this process.
process.exit()
