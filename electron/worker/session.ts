// Opens the graph on a device, and finds out by running it which device is fastest and which one truly ran.
import * as ort from 'onnxruntime-node'
import type { Device, DeviceChoice, DeviceReport, DeviceTrial, Precision } from '../contract/domain.ts'
import { AppError } from '../contract/errors.ts'
import { openProfiled } from './profile.ts'

export interface GraphToRun {
  readonly file: string
  readonly precision: Precision
  readonly inputName: string
  readonly heightPx: number
  readonly widthPx: number
}

export interface OpenSession {
  readonly session: ort.InferenceSession
  readonly report: DeviceReport
}

/** The runtime's names for our devices. */
const providers: Readonly<Record<Device, string>> = {
  webgpu: 'webgpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
  cpu: 'cpu',
}

/** A run of a batch should take about this long: long enough to amortise, short enough to cancel between two. */
const targetBatchMs = 300
/**
 * Dynamic int8 takes one scale for the activations of the whole batch, so that a photo's scores would depend on its
 * neighbours: it runs one by one, which costs next to nothing on the CPU.
 */
const maxBatchOf = (device: Device, precision: Precision): number =>
  precision === 'int8' ? 1 : device === 'cpu' ? 4 : 32

/** A device that computes less than this share of the nodes is not what ran the model. */
const minNodeShare = 0.5

/** Devices that this build of the runtime knows, the CPU last. */
export function availableDevices(): Device[] {
  const names = new Set(ort.listSupportedBackends().map((backend) => backend.name))
  return (Object.keys(providers) as Device[]).filter((device) => names.has(providers[device]))
}

/**
 * Opens the graph on the wished device, or for `auto` on the one that a short measurement finds fastest.
 * @throws AppError `device-unavailable` when the wished device cannot run the graph.
 */
export async function openSession(
  graph: GraphToRun,
  choice: DeviceChoice,
  { threads, workers }: { readonly threads: number; readonly workers: number },
): Promise<OpenSession> {
  const trials: DeviceTrial[] = []
  let best: WorkingTrial | null = null
  for (const device of choice === 'auto' ? availableDevices() : [choice]) {
    const trial = await tryDevice(graph, device, threads)
    if (trial.session === null) {
      trials.push({ device, photosPerSecond: null, note: trial.note })
      continue
    }
    // The others of its kind will run beside it on the CPU.
    const photosPerSecond = trial.photosPerSecond * (device === 'cpu' ? workers : 1)
    trials.push({ device, photosPerSecond, note: null })
    const loser: WorkingTrial | null = best !== null && best.photosPerSecond >= photosPerSecond ? trial : best
    if (loser !== trial) best = { ...trial, photosPerSecond }
    await loser?.session.release()
  }
  if (best === null) {
    const why = trials.map(({ device, note }) => `${device}: ${note ?? ''}`).join('; ')
    throw new AppError(
      'device-unavailable',
      `The model cannot run on ${choice} here (${why}). Try --device cpu.`,
    )
  }
  const { session, device, nodeShare, batchSize } = best
  return {
    session,
    report: { requested: choice, ran: device, nodeShare, workers, threads, batchSize, trials },
  }
}

interface WorkingTrial {
  readonly session: ort.InferenceSession
  readonly device: Device
  readonly photosPerSecond: number
  readonly nodeShare: number
  readonly batchSize: number
}
type Trial = WorkingTrial | { readonly session: null; readonly note: string }

async function tryDevice(graph: GraphToRun, device: Device, threads: number): Promise<Trial> {
  let session: ort.InferenceSession | null = null
  try {
    const opened = await openProfiled(graph.file, {
      executionProviders: [providers[device]],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      // Threads that wait for work must not take cores from the decoders. See [Note: overlap].
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    })
    session = opened.session
    const speed = await measureSpeed(session, graph, maxBatchOf(device, graph.precision))
    const nodeShare = await opened.endProfile(device)
    if (nodeShare >= minNodeShare) return { session, device, nodeShare, ...speed }
    await session.release()
    return { session: null, note: `only ${Math.round(nodeShare * 100)} % of the graph's nodes ran there` }
  } catch (error) {
    await session?.release()
    return { session: null, note: explain(error instanceof Error ? error.message : String(error)) }
  }
}

/** The runtime's own words start with a place in its source, and say little to most people. */
function explain(message: string): string {
  if (/adapter/i.test(message)) return 'no graphics card with a driver for it was found'
  if (/failed to load shared library|cannot open shared object/i.test(message))
    return 'its library is not installed'
  const [line = ''] = message.split('\n')
  return line.replace(/^\S+\.(cc|h|cpp):\d+ /, '').slice(0, 160)
}

/** The first run of a shape compiles and allocates, so each shape is run once before it is timed. */
async function measureSpeed(
  session: ort.InferenceSession,
  graph: GraphToRun,
  maxBatch: number,
): Promise<{ photosPerSecond: number; batchSize: number }> {
  const timeMs = async (batchSize: number) => {
    const dims = [batchSize, 3, graph.heightPx, graph.widthPx]
    const input = new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b)), dims)
    const run = async () => {
      const startMs = performance.now()
      await session.run({ [graph.inputName]: input })
      return performance.now() - startMs
    }
    await run()
    return run()
  }
  const singleMs = await timeMs(1)
  const batchSize = Math.max(1, Math.min(maxBatch, Math.floor(targetBatchMs / singleMs)))
  const batchMs = batchSize === 1 ? singleMs : await timeMs(batchSize)
  return { photosPerSecond: (1000 * batchSize) / batchMs, batchSize }
}
