// The core's end of the channel to the worker, against a scripted worker: back-pressure, crashes, stalls, devices.
import { expect, test } from 'vitest'
import { unknownStamp } from '../../../electron/common/file-stamp.ts'
import { AppError } from '../../../electron/contract/errors.ts'
import type {
  InferencePort,
  InferItem,
  InferResult,
  LoadRequest,
  ToWorker,
} from '../../../electron/contract/inference.ts'
import { InferenceClient } from '../../../electron/core/inference/inference-client.ts'
import { english, verbatim, type Message } from '../../../electron/texts/message.ts'
import { saying } from '../../helpers/messages.ts'

const load: LoadRequest = {
  type: 'load',
  modelPath: '/model',
  precision: 'fp32',
  inputSizePx: null,
  device: 'auto',
  cacheDir: '/cache',
  threads: 1,
  workers: 1,
  limits: { maxPixels: 1, decodeTimeoutMs: 1 },
}
const windowSize = 4
const loaded = {
  type: 'loaded',
  windowSize,
  device: { requested: 'auto', ran: 'cpu', nodeShare: 1, workers: 1, threads: 1, batchSize: 2, trials: [] },
} as const
const success = (id: number): InferResult => ({
  ok: true,
  id,
  widthPx: 1,
  heightPx: 1,
  takenAtMs: null,
  top: [],
  embedding: null,
})

interface Script {
  /** What the n-th worker (from 1) does with a load request; the default loads. */
  readonly onLoad?: (
    worker: number,
    request: LoadRequest,
  ) => 'loaded' | 'dies' | 'hangs' | 'babbles' | AppError
  /** Photos with which a worker dies or says nothing. */
  readonly deadly?: ReadonlySet<number>
  readonly silent?: ReadonlySet<number>
}

/** A worker that answers each photo in the next turn of the event loop. */
function createSpawner(script: Script) {
  const log = { spawned: 0, mostInFlight: 0 }
  const spawn = (): InferencePort => {
    const worker = ++log.spawned
    let onMessage: (message: unknown) => void = () => undefined
    let onExit: (why: Message) => void = () => undefined
    let isDead = false
    const inFlight = new Set<number>()
    const die = (why: string) => {
      if (!isDead)
        queueMicrotask(() => {
          onExit(verbatim(why))
        })
      isDead = true
    }
    const answer = (message: ToWorker) => {
      if (isDead) return
      if (message.type === 'load') {
        const what = script.onLoad?.(worker, message) ?? 'loaded'
        if (what === 'hangs') return
        if (what === 'dies') die('signal SIGSEGV')
        else if (what === 'babbles') onMessage({ type: 'results', items: [{ ok: true }] })
        else
          onMessage(
            what === 'loaded' ? loaded : { type: 'error', code: what.code, message: what.translatable },
          )
        return
      }
      if (message.type !== 'infer') return
      const ids = message.items.map(({ id }) => id)
      if (ids.some((id) => script.deadly?.has(id))) die('signal SIGSEGV')
      else {
        const answered = ids.filter((id) => !script.silent?.has(id))
        for (const id of answered) inFlight.delete(id)
        if (answered.length > 0) onMessage({ type: 'results', items: answered.map(success) })
      }
    }
    return {
      post(message) {
        if (message.type === 'infer') for (const { id } of message.items) inFlight.add(id)
        log.mostInFlight = Math.max(log.mostInFlight, inFlight.size)
        setImmediate(() => {
          answer(message)
        })
      },
      onMessage: (listener) => {
        onMessage = listener
      },
      onExit: (listener) => {
        onExit = listener
      },
      kill: () => {
        die('killed')
      },
    }
  }
  return { spawn, log }
}

function createClient(script: Script, stallTimeoutMs = 60_000) {
  const { spawn, log } = createSpawner(script)
  const notices: string[] = []
  const client = new InferenceClient({
    spawn,
    load,
    topK: 5,
    stallTimeoutMs,
    onNotice: (message) => notices.push(english(message)),
  })
  return { client, log, notices }
}

async function* items(
  count: number,
  onPull: (id: number) => void = () => undefined,
): AsyncGenerator<InferItem> {
  for (let id = 1; id <= count; id++) {
    onPull(id)
    yield await Promise.resolve({ id, path: `/photos/${id}.jpg`, ...unknownStamp })
  }
}

async function inferAll(
  client: InferenceClient,
  source: AsyncIterable<InferItem>,
  signal = new AbortController().signal,
) {
  const results: InferResult[] = []
  for await (const group of client.infer(source, signal)) results.push(...group)
  return results.sort((a, b) => a.id - b.id)
}

test('answers every photo once, and keeps no more in flight than the window', async () => {
  const { client, log } = createClient({})
  await client.start()
  const results = await inferAll(client, items(30))
  expect(results).toEqual(Array.from({ length: 30 }, (_, index) => success(index + 1)))
  expect(log.mostInFlight).toBeGreaterThan(1)
  expect(log.mostInFlight).toBeLessThanOrEqual(windowSize)
})

test('fails only the photo that crashes the worker; all others are labelled', async () => {
  const { client, log, notices } = createClient({ deadly: new Set([7, 8, 20]) })
  await client.start()
  const results = await inferAll(client, items(30))
  const failed = results.filter(({ ok }) => !ok)
  expect(results).toHaveLength(30)
  expect(failed.map(({ id }) => id)).toEqual([7, 8, 20])
  expect(failed[0]).toMatchObject({ reason: saying(expect.stringContaining('SIGSEGV')) })
  expect(log.spawned).toBeGreaterThan(3)
  expect(notices[0]).toContain('one by one')
})

test('finds and fails the photo at which the worker stalls', async () => {
  const { client } = createClient({ silent: new Set([5]) }, 20)
  await client.start()
  const results = await inferAll(client, items(12))
  expect(results.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual([5])
  expect(results).toHaveLength(12)
})

test('stops pulling after an abort, and still answers what is in flight', async () => {
  const { client } = createClient({})
  await client.start()
  const controller = new AbortController()
  let pulled = 0
  const source = items(1000, (id) => {
    pulled = id
    if (id === 10) controller.abort()
  })
  const results = await inferAll(client, source, controller.signal)
  expect(pulled).toBeLessThan(20)
  expect(results.length).toBeGreaterThanOrEqual(10 - windowSize)
  expect(results.length).toBeLessThanOrEqual(pulled)
})

test('ends with the error of the source after answering what is in flight', async () => {
  const { client } = createClient({})
  await client.start()
  const seen: number[] = []
  const run = async () => {
    const source = items(10, (id) => {
      if (id === 6) throw new AppError('folder-missing', verbatim('gone'))
    })
    for await (const group of client.infer(source, new AbortController().signal))
      seen.push(...group.map(({ id }) => id))
  }
  await expect(run()).rejects.toThrow('gone')
  expect(seen).toEqual([1, 2, 3, 4, 5])
})

test('falls back to the CPU when a device crashes the worker at the start', async () => {
  const { client, notices } = createClient({
    onLoad: (_, { device }) => (device === 'cpu' ? 'loaded' : 'dies'),
  })
  await expect(client.start()).resolves.toMatchObject({ type: 'loaded' })
  expect(notices.join()).toContain('using the CPU')
})

test('fails with a clear error when the worker never starts or refuses the model', async () => {
  const dying = createClient({ onLoad: () => 'dies' })
  await expect(dying.client.start()).rejects.toMatchObject({ code: 'inference-failed' })
  expect(dying.log.spawned).toBe(3)
  const refusing = createClient({
    onLoad: () => new AppError('model-invalid', verbatim('the weights are cut off')),
  })
  await expect(refusing.client.start()).rejects.toMatchObject({
    code: 'model-invalid',
    message: 'the weights are cut off',
  })
  expect(refusing.log.spawned).toBe(1)
})

test('treats a worker that hangs while loading, or sends invalid messages, as crashed', async () => {
  const hanging = createClient({ onLoad: (worker) => (worker === 1 ? 'hangs' : 'loaded') }, 20)
  await expect(hanging.client.start()).resolves.toMatchObject({ type: 'loaded' })
  expect(hanging.log.spawned).toBe(2)
  const babbling = createClient({ onLoad: (worker) => (worker === 1 ? 'babbles' : 'loaded') })
  await expect(babbling.client.start()).resolves.toMatchObject({ type: 'loaded' })
})

test('ends a start that hangs when it is closed', async () => {
  const { client } = createClient({ onLoad: () => 'hangs' })
  const started = client.start()
  client.close()
  await expect(started).rejects.toMatchObject({ code: 'inference-failed' })
})
