// A worker that waits for its first user.
import { expect, test } from 'vitest'
import type { InferencePort, ToWorker } from '../../electron/contract/inference.ts'
import { startSpareWorker } from '../../electron/host/spare-worker.ts'
import { verbatim, type Message } from '../../electron/texts/message.ts'

function createWorkers() {
  interface Worker {
    readonly threads: number
    readonly said: ToWorker[]
    isKilled: boolean
    exit: (why: Message) => void
  }
  const workers: Worker[] = []
  const spawn = (threads: number): InferencePort => {
    const worker: Worker = { threads, said: [], isKilled: false, exit: () => undefined }
    workers.push(worker)
    return {
      post: (message) => void worker.said.push(message),
      onMessage: () => undefined,
      onExit: (listener) => void (worker.exit = listener),
      kill: () => void (worker.isKilled = true),
    }
  }
  return { workers, spawn }
}

test('starts one worker ahead, tells it to load its code, and lends it once', () => {
  const { workers, spawn } = createWorkers()
  const spare = startSpareWorker(spawn, 8)
  expect(workers).toMatchObject([{ threads: 8, said: [{ type: 'prepare' }] }])
  spare.spawn(2).post({ type: 'exif', id: 1, path: '/a.jpg' } as never)
  expect(workers).toHaveLength(1)
  expect(workers[0]?.said).toHaveLength(2)
  spare.spawn(2)
  expect(workers).toHaveLength(2)
  spare.close()
  expect(workers.map(({ isKilled }) => isKilled)).toEqual([false, false])
})

test('ends a worker that nobody asked for', () => {
  const { workers, spawn } = createWorkers()
  startSpareWorker(spawn, 1).close()
  expect(workers.map(({ isKilled }) => isKilled)).toEqual([true])
})

test('starts another worker where the one that waited has died', () => {
  const { workers, spawn } = createWorkers()
  const spare = startSpareWorker(spawn, 1)
  workers[0]?.exit(verbatim('signal SIGKILL'))
  spare.spawn(3)
  expect(workers.map(({ threads }) => threads)).toEqual([1, 3])
})
