// The queue of the picture worker: newest first, bounded, and no request is lost when a worker crashes.
import { expect, onTestFinished, test } from 'vitest'
import { unknownStamp } from '../../../electron/common/file-stamp.ts'
import {
  defaultPhotoLimits,
  type InferencePort,
  type PictureRequest,
  type ToWorker,
} from '../../../electron/contract/inference.ts'
import { PictureWorker, type PictureWorkerOptions } from '../../../electron/core/inference/picture-worker.ts'
import { verbatim, type Message } from '../../../electron/texts/message.ts'

interface Scripted {
  /** Requests in the order in which workers got them. */
  readonly asked: PictureRequest[]
  /** Answers the oldest request that is not answered yet. */
  readonly answer: () => void
  /** Lets the worker die. */
  readonly die: (why: Message) => void
  readonly spawned: () => number
  readonly killed: Promise<void>
}

/** Worker processes that do what the test says. */
function createWorker(options: Partial<PictureWorkerOptions> = {}): Scripted & { worker: PictureWorker } {
  const asked: PictureRequest[] = []
  const open: { message: PictureRequest; reply: (raw: unknown) => void }[] = []
  let spawned = 0
  let die: (why: Message) => void = () => undefined
  const { promise: killed, resolve } = Promise.withResolvers<undefined>()
  const spawn = (): InferencePort => {
    spawned++
    let onMessage: (raw: unknown) => void = () => undefined
    return {
      post(message: ToWorker) {
        if (message.type !== 'picture') return
        asked.push(message)
        open.push({ message, reply: (raw) => onMessage(raw) })
      },
      onMessage: (listener) => {
        onMessage = listener
      },
      onExit: (listener) => {
        die = listener
      },
      kill: () => {
        resolve(undefined)
      },
    }
  }
  const worker = new PictureWorker({
    spawn,
    concurrency: 2,
    maxWaiting: 5,
    stallTimeoutMs: 60_000,
    idleMs: 60_000,
    log: () => undefined,
    ...options,
  })
  onTestFinished(() => worker.close())
  const answer = () => {
    const { message, reply } = open.shift() ?? {}
    const seen = { bytes: 1, widthPx: 1, heightPx: 1, takenAtMs: null }
    reply?.({ type: 'picture', id: message?.id, result: { ok: true, ...seen } })
  }
  return { worker, asked, answer, die: (why) => die(why), spawned: () => spawned, killed }
}

const request = (name: string) => ({
  path: name,
  ...unknownStamp,
  maxSidePx: 320,
  quality: 80,
  outFile: `${name}.jpg`,
  limits: defaultPhotoLimits,
})
const paths = (asked: readonly PictureRequest[]) => asked.map(({ path }) => path).join('')

test('makes the newest request first, with bounded concurrency', async () => {
  const { worker, asked, answer } = createWorker()
  const all = Promise.all('abcdef'.split('').map((name) => worker.picture(request(name))))
  expect(paths(asked)).toBe('ab')
  for (let n = 0; n < 6; n++) answer()
  expect(paths(asked)).toBe('abfedc')
  expect(await all).toHaveLength(6)
})

test('rejects the oldest requests as dropped when too many wait', async () => {
  const { worker, asked, answer } = createWorker({ maxWaiting: 2 })
  const settled = Promise.allSettled('abcdef'.split('').map((name) => worker.picture(request(name))))
  for (let n = 0; n < 6; n++) answer()
  expect(paths(asked)).toBe('abfe')
  expect(
    (await settled).map((one) => (one.status === 'fulfilled' ? '' : (one.reason as { code: string }).code)),
  ).toEqual([...['', '', 'cancelled', 'cancelled'], ...['', '']])
})

test('tries the requests of a crashed worker one by one, and fails the one that crashes the next worker', async () => {
  const { worker, asked, answer, die, spawned } = createWorker()
  const settled = Promise.allSettled('abc'.split('').map((name) => worker.picture(request(name))))
  die(verbatim('signal SIGSEGV'))
  expect(paths(asked)).toBe('aba')
  die(verbatim('signal SIGSEGV'))
  expect(paths(asked)).toBe('abab')
  answer() // a and b of the first worker are answered by nobody: those answers come from the dead.
  answer()
  answer()
  answer()
  expect(paths(asked)).toBe('ababc')
  answer()
  const [a, b, c] = await settled
  expect(a).toMatchObject({
    status: 'rejected',
    reason: { code: 'inference-failed', message: expect.stringContaining('SIGSEGV') as string },
  })
  expect([b?.status, c?.status, spawned()]).toEqual(['fulfilled', 'fulfilled', 3])
})

test('kills a worker that hangs, and fails the request when the next one hangs too', async () => {
  const { worker, killed, spawned } = createWorker({ stallTimeoutMs: 5 })
  await expect(worker.picture(request('a'))).rejects.toMatchObject({
    message: expect.stringContaining('no answer') as string,
  })
  await killed
  expect(spawned()).toBe(2)
})

test('ends an idle worker, and starts another one for the next request', async () => {
  const { worker, answer, killed, spawned } = createWorker({ idleMs: 1 })
  const first = worker.picture(request('a'))
  answer()
  await first
  await killed
  const second = worker.picture(request('b'))
  answer()
  await second
  expect(spawned()).toBe(2)
})

test('rejects pending and later requests as cancelled when it is closed', async () => {
  const { worker } = createWorker()
  const settled = Promise.allSettled('abc'.split('').map((name) => worker.picture(request(name))))
  worker.close()
  for (const one of await settled)
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
  await expect(worker.picture(request('d'))).rejects.toMatchObject({ code: 'cancelled' })
})
