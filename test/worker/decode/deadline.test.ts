// The time limit runs while a decoder works on a photo, neither while it waits for one nor while the process is busy.
import sharp from 'sharp'
import { expect, it, onTestFinished, vi } from 'vitest'
import { withDeadline } from '../../../electron/worker/decode/deadline.ts'
import { PhotoError } from '../../../electron/worker/decode/photo-error.ts'
import { decodeInThread } from '../../../electron/worker/decode/thread-pool.ts'
import { codeOf, tempFile } from './helpers.ts'

const poolThreads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)

/** Time passes only when a test says so. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
}

/** The event loop looks at timers next, before it hears of finished work. */
const beforeTimers = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Blocks the event loop, as inference does, while other threads go on. */
function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
}

/** Hands over a piece of work that ends when the returned function is called. */
function startWork(timeoutMs: number): { readonly result: Promise<string>; readonly end: () => void } {
  let end = (): void => undefined
  const work = new Promise<string>((resolve) => {
    end = () => {
      resolve('done')
    }
  })
  const result = withDeadline(() => work, timeoutMs).catch((error: unknown) =>
    error instanceof PhotoError ? error.code : String(error),
  )
  return { result, end }
}

it('does not count while a photo waits for a thread', async () => {
  const pixels = Buffer.alloc(1500 * 1000 * 3, 'noise')
  const png = sharp(pixels, { raw: { width: 1500, height: 1000, channels: 3 } }).png({ compressionLevel: 0 })
  const path = tempFile('photo.png', await png.toBuffer())
  stopClock()
  const others = Array.from({ length: poolThreads }, () => startWork(1000))
  const codes: string[] = []
  void codeOf(path, { decodeTimeoutMs: 1000 }).then((code) => codes.push(code))
  while (codes.length === 0) {
    vi.advanceTimersByTime(1000)
    await beforeTimers()
  }
  expect(codes).toEqual(['decoded'])
  for (const { end } of others) end()
})

it('counts from when earlier work leaves a thread, however late that is', async () => {
  stopClock()
  const works = Array.from({ length: poolThreads + 2 }, () => startWork(100))
  const states = works.map(() => 'running')
  works.forEach(({ result }, n) => void result.then((state) => (states[n] = state)))
  const pass = async (ms: number): Promise<string[]> => {
    vi.advanceTimersByTime(ms)
    await beforeTimers()
    return states.slice(poolThreads - 1)
  }
  expect(await pass(99)).toEqual(['running', 'running', 'running'])
  expect(await pass(1)).toEqual(['timeout', 'running', 'running'])
  expect(await pass(500)).toEqual(['timeout', 'running', 'running'])
  works[0]?.end()
  expect(await pass(0)).toEqual(['timeout', 'running', 'running'])
  expect(await pass(100)).toEqual(['timeout', 'timeout', 'running'])
  for (const { end } of works) end()
  expect(await pass(0)).toEqual(['timeout', 'timeout', 'done'])
})

it('hears of a photo that was finished while the process was busy', async () => {
  const input = sharp(Buffer.of(0), { raw: { width: 1, height: 1, channels: 1 } }).raw()
  await beforeTimers()
  const work = withDeadline(() => input.toBuffer(), 1)
  block()
  await expect(work).resolves.toHaveLength(3)
})

it('a thread that was ended takes no more photos, though its reply arrives', async () => {
  const pixelsAt = 54
  const bmp = Buffer.alloc(pixelsAt + 4)
  bmp.write('BM')
  bmp.writeUInt32LE(pixelsAt, 10)
  for (const [at, value] of [
    [14, 40],
    [18, 1],
    [22, 1],
  ] as const)
    bmp.writeUInt32LE(value, at)
  bmp.writeUInt16LE(24, 28)
  const request = { path: tempFile('one-pixel.bmp', bmp), format: 'bmp', maxPixels: 1 } as const
  await decodeInThread(request, 20_000)
  await beforeTimers()
  const late = decodeInThread(request, 1)
  // More than there are threads, so that some are waiting when the reply arrives.
  const others = Array.from({ length: 10 }, () => decodeInThread(request, 20_000))
  block()
  await expect(late).rejects.toMatchObject({ code: 'timeout' })
  expect(await Promise.all(others)).toHaveLength(10)
})
