// Opens the graph on a device, and measures by running it which device is fastest and which one really ran it.
import type { Device, DeviceChoice, DeviceReport, DeviceTrial, Precision } from '../contract/domain.ts'
import { AppError } from '../contract/errors.ts'
import { ModelError } from '../../models/model-error.ts'
import { msg, verbatim, type Message } from '../texts/message.ts'
import type { DeviceMemory, RememberedDevice } from './device-memory.ts'
import { deviationOf, isDeviating } from './device-check.ts'
import { openProfiled } from './profile.ts'
import * as ort from './runtime.ts'

export interface GraphToRun {
  readonly file: string
  readonly precision: Precision
  /** How many photos every run must have; null where any number goes. */
  readonly batch: number | null
  /** The input for so many times the picture on which devices are compared. */
  readonly feeds: (photos: number) => Record<string, ort.Tensor>
  /**
   * The logits of the first photo. Throws ModelError where the outputs of so many photos are not what the graph declares.
   */
  readonly readLogits: (outputs: ort.InferenceSession.ReturnType, photos: number) => Promise<Float32Array>
}

export interface OpenSession {
  readonly session: ort.InferenceSession
  readonly report: DeviceReport
}

/** The runtime's names for our devices. */
export const providers: Readonly<Record<Device, string>> = {
  webgpu: 'webgpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
  cpu: 'cpu',
}

/** Target duration of a batch: long enough to amortise its overhead, short enough to cancel between two. */
const targetBatchMs = 300
/**
 * Dynamic int8 takes one scale for the activations of the whole batch, so that a photo's scores would depend on its
 * neighbours: photos run one by one, which costs next to nothing on the CPU.
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
 * Opens the graph on the requested device, or for `auto` on the one that a short measurement finds fastest.
 * @throws AppError `device-unavailable` when the requested device cannot run the graph, `model-invalid` when the CPU, which
 * is always there, cannot.
 */
export async function openSession(
  graph: GraphToRun,
  choice: DeviceChoice,
  { threads, workers }: { readonly threads: number; readonly workers: number },
  memory: DeviceMemory | null = null,
): Promise<OpenSession> {
  const remembered = (await memory?.recall()) ?? null
  const reopened = remembered === null ? null : await reopen(graph, remembered, threads)
  if (remembered !== null && reopened !== null) {
    const { ran, nodeShare, batchSize, trials } = remembered
    return {
      session: reopened,
      report: { requested: choice, workers, threads, ran, nodeShare, batchSize, trials },
    }
  }
  const trials: DeviceTrial[] = []
  let best: WorkingTrial | null = null
  // The CPU first: the others are compared with it.
  const devices = choice === 'auto' ? availableDevices().toReversed() : [choice]
  let onCpu: Float32Array | null = null
  for (const device of devices) {
    if (device !== 'cpu') onCpu ??= await logitsOnCpu(graph, threads)
    const trial = await tryDevice(graph, device, threads, onCpu)
    if (device === 'cpu' && trial.session !== null) onCpu = trial.logits
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
    const cpuTrial = trials.find(({ device }) => device === 'cpu')
    if (cpuTrial?.note)
      throw new ModelError(
        'model-invalid',
        msg('{{file}} cannot be run ({{why}}). Get another copy of the model, or use another one.', {
          file: graph.file,
          why: cpuTrial.note,
        }),
      )
    const why = trials.flatMap(({ device, note }, at) => [
      verbatim(`${at === 0 ? '' : '; '}${device}: `),
      ...(note === null ? [] : [note]),
    ])
    throw new AppError(
      'device-unavailable',
      msg('The model cannot run on {{device}} here ({{why}}). Try --device cpu.', { device: choice, why }),
    )
  }
  const { session, device, nodeShare, batchSize } = best
  const found = { ran: device, nodeShare, batchSize, trials }
  await memory?.remember({ ...found, onCpu: onCpu === null ? null : [...onCpu] })
  return { session, report: { requested: choice, workers, threads, ...found } }
}

/** Opens the session without comparing devices again; null where the device does not compute what it did. */
async function reopen(
  graph: GraphToRun,
  { ran, onCpu }: RememberedDevice,
  threads: number,
): Promise<ort.InferenceSession | null> {
  let session: ort.InferenceSession | null = null
  try {
    session = await ort.InferenceSession.create(graph.file, sessionOptions(ran, threads))
    if (ran === 'cpu') return session
    const photos = graph.batch ?? 1
    const logits = await graph.readLogits(await session.run(graph.feeds(photos)), photos)
    if (onCpu !== null && !isDeviating(deviationOf(logits, Float32Array.from(onCpu)), graph.precision))
      return session
  } catch {
    // What is wrong is said by the comparison that follows.
  }
  await session?.release()
  return null
}

const sessionOptions = (device: Device, threads: number): ort.InferenceSession.SessionOptions => ({
  executionProviders: [providers[device]],
  intraOpNumThreads: threads,
  graphOptimizationLevel: 'all',
  // Threads that wait for work must not take cores from the decoders. See [Note: overlap].
  extra: { session: { intra_op: { allow_spinning: '0' } } },
  logSeverityLevel: 3,
})

interface WorkingTrial {
  readonly session: ort.InferenceSession
  readonly device: Device
  readonly photosPerSecond: number
  readonly nodeShare: number
  readonly batchSize: number
  /** Of the picture on which devices are compared. */
  readonly logits: Float32Array
}
type Trial = WorkingTrial | { readonly session: null; readonly note: Message }

/** What the CPU computes for the picture; null where it cannot run the graph, and nothing can be compared. */
async function logitsOnCpu(graph: GraphToRun, threads: number): Promise<Float32Array | null> {
  const trial = await tryDevice(graph, 'cpu', threads, null)
  await trial.session?.release()
  return trial.session === null ? null : trial.logits
}

async function tryDevice(
  graph: GraphToRun,
  device: Device,
  threads: number,
  onCpu: Float32Array | null,
): Promise<Trial> {
  let session: ort.InferenceSession | null = null
  try {
    const opened = await openProfiled(graph.file, sessionOptions(device, threads))
    session = opened.session
    const speed = await measureSpeed(session, graph, graph.batch ?? maxBatchOf(device, graph.precision))
    const nodeShare = await opened.endProfile(device)
    const deviation = device === 'cpu' || onCpu === null ? 0 : deviationOf(speed.logits, onCpu)
    const isOther = isDeviating(deviation, graph.precision)
    if (nodeShare >= minNodeShare && !isOther) return { session, device, nodeShare, ...speed }
    await session.release()
    return {
      session: null,
      note: isOther
        ? msg('its numbers differ from those of the CPU')
        : msg("only {{percent}} % of the graph's nodes ran there", { percent: Math.round(nodeShare * 100) }),
    }
  } catch (error) {
    await session?.release()
    // No device would change that.
    if (error instanceof ModelError) throw error
    return { session: null, note: explain(error instanceof Error ? error.message : String(error)) }
  }
}

/** The runtime's messages start with a source location and mean little to most users. */
function explain(message: string): Message {
  if (/adapter/i.test(message)) return msg('no graphics card with a driver for it was found')
  if (/failed to load shared library|cannot open shared object/i.test(message))
    return msg('its library is not installed')
  const [line = ''] = message.split('\n')
  return verbatim(line.replace(/^\S+\.(cc|h|cpp):\d+ /, '').slice(0, 160))
}

/** The first run of a shape compiles and allocates, so each shape is run once before it is timed. */
async function measureSpeed(
  session: ort.InferenceSession,
  graph: GraphToRun,
  maxBatch: number,
): Promise<Pick<WorkingTrial, 'photosPerSecond' | 'batchSize' | 'logits'>> {
  const measure = async (batchSize: number) => {
    const feeds = graph.feeds(batchSize)
    const run = async () => {
      const startMs = performance.now()
      const outputs = await session.run(feeds)
      const timeMs = performance.now() - startMs
      return { timeMs, logits: await graph.readLogits(outputs, batchSize) }
    }
    await run()
    return run()
  }
  const single = await measure(graph.batch ?? 1)
  if (graph.batch !== null)
    return {
      photosPerSecond: (1000 * graph.batch) / single.timeMs,
      batchSize: graph.batch,
      logits: single.logits,
    }
  let [batchSize, batchMs] = [1, single.timeMs]
  // A graphics card takes hardly longer for a batch than for one photo, so a second estimate follows from the first batch.
  for (let estimate = 1; estimate <= 2; estimate++) {
    const next = Math.min(maxBatch, Math.floor((targetBatchMs * batchSize) / batchMs))
    if (next <= batchSize) break
    batchSize = next
    batchMs = (await measure(batchSize)).timeMs
  }
  return { photosPerSecond: (1000 * batchSize) / batchMs, batchSize, logits: single.logits }
}
