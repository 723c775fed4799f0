// The readers-writer lock around libvips: without it a damaged photo fails with the reason of another one.
import { setImmediate } from 'node:timers/promises'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { withExclusive, withShared } from '../../../electron/worker/decode/rw-lock.ts'
import { codeOf, tempFile } from './helpers.ts'

/** Records what runs; each piece of work ends when the test opens its gate. */
function createWork() {
  const running = new Set<string>()
  const gates = new Map<string, () => void>()
  const work = (name: string) => async () => {
    running.add(name)
    await new Promise<void>((resolve) => gates.set(name, resolve))
    running.delete(name)
    return name
  }
  const open = async (name: string) => {
    gates.get(name)?.()
    await setImmediate()
  }
  return { work, open, running: () => [...running].sort() }
}

test('shared work runs side by side, and exclusive work waits for all of it', async () => {
  const { work, open, running } = createWork()
  const all = [withShared(work('a')), withShared(work('b')), withExclusive(work('x'))]
  await setImmediate()
  expect(running()).toEqual(['a', 'b'])
  await open('a')
  expect(running()).toEqual(['b'])
  await open('b')
  expect(running()).toEqual(['x'])
  await open('x')
  expect(await Promise.all(all)).toEqual(['a', 'b', 'x'])
})

test('shared work waits for exclusive work that asked before it, and exclusive work keeps its order', async () => {
  const { work, open, running } = createWork()
  const all = [withExclusive(work('x')), withExclusive(work('y')), withShared(work('a'))]
  await setImmediate()
  expect(running()).toEqual(['x'])
  await open('x')
  expect(running()).toEqual(['y'])
  await open('y')
  expect(running()).toEqual(['a'])
  await open('a')
  expect(await Promise.all(all)).toEqual(['x', 'y', 'a'])
})

test('work that fails releases the lock', async () => {
  const fail = () => Promise.reject(new Error('damaged'))
  await expect(withShared(fail)).rejects.toThrow('damaged')
  await expect(withExclusive(fail)).rejects.toThrow('damaged')
  expect(await withExclusive(() => Promise.resolve('free'))).toBe('free')
})

test('each of many damaged photos decoded side by side fails for its own reason', async () => {
  const bytes = {
    'a.jpg': await noise().jpeg().toBuffer(),
    'b.png': await noise().png().toBuffer(),
    'c.webp': await noise().webp().toBuffer(),
    'd.gif': await noise().gif().toBuffer(),
    'e.tiff': await noise().tiff({ compression: 'lzw' }).toBuffer(),
  }
  const files = Object.entries(bytes).map(([name, whole]) =>
    tempFile(name, whole.subarray(0, whole.length / 2)),
  )
  const alone: string[] = []
  for (const file of files) alone.push(await codeOf(file))
  expect(new Set(alone)).toEqual(new Set(['truncated', 'corrupt', 'unsupported']))
  const rounds = Array.from({ length: 30 }, () => files).flat()
  const together = await Promise.all(rounds.map((file) => codeOf(file)))
  expect(together).toEqual(Array.from({ length: 30 }, () => alone).flat())
})

/** Noise, so that half of a file holds no whole picture. */
function noise(): Sharp {
  let state = 1
  const pixels = Buffer.alloc(300 * 200 * 3).map(() => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return state >>> 16
  })
  return sharp(pixels, { raw: { width: 300, height: 200, channels: 3 } })
}
