// The time limit runs while a decoder works on a photo, neither while it waits for one nor while the process is busy.
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { decodeLimitMs } from '../../../electron/worker/decode/cpu-budget.ts'
import { withDeadline } from '../../../electron/worker/decode/deadline.ts'
import { PhotoError } from '../../../electron/worker/decode/photo-error.ts'
import { decodeInThread } from '../../../electron/worker/decode/thread-pool.ts'
import { codeOf, tempFile } from './helpers.ts'

const poolThreads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)

/** Time passes only when a test says so. Of it, each photo gets a share as processor time. */
function stopClock(share = 1): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const runningAtMost = poolThreads
  const usage = vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({
    user: performance.now() * 1000 * share * runningAtMost,
    system: 0,
  }))
  onTestFinished(() => {
    vi.useRealTimers()
    usage.mockRestore()
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

test('the deadline does not run while a photo waits for a thread', async () => {
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

test('the deadline runs from when earlier work leaves a thread, however late', async () => {
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

test('a photo that finished while the event loop was blocked does not time out', async () => {
  const input = sharp(Buffer.of(0), { raw: { width: 1, height: 1, channels: 1 } }).raw()
  await beforeTimers()
  const work = withDeadline(() => input.toBuffer(), 1)
  block()
  await expect(work).resolves.toHaveLength(3)
})

test('the deadline counts processor time, so that other programs fail no photo', async () => {
  stopClock(0.1)
  const works = Array.from({ length: poolThreads }, () => startWork(100))
  const states = works.map(() => 'running')
  works.forEach(({ result }, n) => void result.then((state) => (states[n] = state)))
  vi.advanceTimersByTime(900)
  await beforeTimers()
  expect(new Set(states)).toEqual(new Set(['running']))
  vi.advanceTimersByTime(200)
  await beforeTimers()
  expect(new Set(states)).toEqual(new Set(['timeout']))
  for (const { end } of works) end()
})

test('a photo has more time the more pixels it has, from 30 megapixels on', () => {
  const limits = { maxPixels: 1, decodeTimeoutMs: 30_000 }
  expect([1e6, 30e6, 48e6, 200e6].map((pixels) => decodeLimitMs(limits, pixels))).toEqual([
    30_000, 30_000, 48_000, 200_000,
  ])
})

/** A BMP of 24 bits without an end to its rows. */
function bmp(widthPx: number, heightPx: number): Buffer<ArrayBuffer> {
  const file = Buffer.alloc(54 + widthPx * heightPx * 3 + heightPx * 3)
  file.write('BM')
  file.writeUInt32LE(54, 10)
  file.writeUInt32LE(40, 14)
  file.writeUInt32LE(widthPx, 18)
  file.writeUInt32LE(heightPx, 22)
  file.writeUInt16LE(24, 28)
  return file
}

test('a photo that takes too long ends its thread, and those that wait are decoded', async () => {
  const limits = { maxPixels: 1e8, decodeTimeoutMs: 20_000 }
  const request = (bytes: Buffer<ArrayBuffer>) =>
    ({ bytes, format: 'bmp', maxPixels: limits.maxPixels }) as const
  const late = decodeInThread(request(bmp(4000, 4000)), { ...limits, decodeTimeoutMs: 1 })
  const others = Array.from({ length: 5 }, () => decodeInThread(request(bmp(1, 1)), limits))
  await expect(late).rejects.toMatchObject({ code: 'timeout' })
  expect(await Promise.all(others)).toHaveLength(5)
})
