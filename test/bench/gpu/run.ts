// Measures every execution provider of the onnxruntime-node package on this machine, and compares its numbers with the CPU's.
// usage: node test/bench/gpu/run.ts [--json FILE] [--seconds 330] [--models ti,s,b] [--photos 512] [--devices webgpu,cuda,cpu]
// Prints, for ViT-Ti, S and B with random weights at fp32 and fp16: photos a second of the job, of pure decode and of pure
// inference, how far the logits lie from the CPU's, and the share of nodes that ran there; writes the same as JSON. Ends
// within --seconds: what does not fit is listed as left out, and so is what a driver never finishes. On a bare machine with an NVIDIA card, run
// `node test/bench/gpu/vulkan.ts` before, where packages can be fetched; what it leaves in test/bench/gpu/vulkan is found.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Device, DeviceReport, Precision } from '../../../electron/contract/domain.ts'
import { defaultPhotoLimits, type LoadRequest } from '../../../electron/contract/inference.ts'
import { runtimeEnvironment } from '../../../electron/common/runtime-environment.ts'
import { measureJob, measurePart } from '../../../electron/cli/bench/measure.ts'
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
  readonly photosPerSecond?: Readonly<Record<'job' | 'decode' | 'inference', number>>
  /** The job against the slower part, and on the CPU against both. */
  readonly ratio?: number
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

async function measure(
  model: VitSize,
  precision: Precision,
  device: Device,
  photos: string,
  paths: readonly string[],
): Promise<Row> {
  const modelPath = path.join(home, `vit-${model}`)
  const cacheDir = path.join(home, 'cache')
  const job = { folders: [photos], model: modelPath, device, precision, inputSizePx: null }
  // Builds the graph, compiles the kernels and remembers the device.
  const { device: report, weightBytes } = await measureJob(home, cacheDir, cores, job)
  // A job goes on there when the driver ends its worker.
  if (report.ran !== device) throw new Error(`its worker ended, and ${report.ran} ran the job`)
  const load: LoadRequest = {
    ...{ type: 'load', modelPath, precision, inputSizePx: null, device, cacheDir },
    ...{ ...planWorkers(cores, weightBytes, paths.length), limits: defaultPhotoLimits },
  }
  const { msPerPhoto } = await measureJob(home, cacheDir, cores, job)
  const decodeMs = await measurePart({ part: 'decode', load, paths: [...paths], peerFolder: '' })
  const inferenceMs = await measurePart({ part: 'inference', load, paths: [...paths], peerFolder: '' })
  const boundMs = device === 'cpu' ? decodeMs + inferenceMs : Math.max(decodeMs, inferenceMs)
  return {
    ...{ model, precision, device, report, ratio: boundMs / msPerPhoto },
    photosPerSecond: { job: 1000 / msPerPhoto, decode: 1000 / decodeMs, inference: 1000 / inferenceMs },
    deviation: deviation(load),
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
  const { job, decode, inference } = row.photosPerSecond
  const numbers = [job, decode, inference].map((value) => value.toFixed(1).padStart(9)).join('')
  const share = Math.round(100 * (row.report?.nodeShare ?? 0))
  console.log(
    `${name}${numbers}   ${(row.ratio ?? NaN).toFixed(2)}   ${(row.deviation ?? NaN).toExponential(1)}   ${share} %`,
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
  for (const model of values.models.split(',') as VitSize[])
    await writeRandomVit(path.join(home, `vit-${model}`), model)
  console.log(
    `${paths.length} photos of 2 megapixels and the models made in ${((performance.now() - startMs) / 1000).toFixed(1)} s\n${''.padEnd(24)}      job   decode inference ratio deviation nodes`,
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
