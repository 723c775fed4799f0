// Single requests to a worker: each gets its own answer.
import { expect, onTestFinished, test } from 'vitest'
import { createWorkerCalls } from '../../../electron/core/inference/worker-call.ts'

test('resolves to the answer when a heartbeat came before it', async () => {
  const calls = createWorkerCalls({
    timeoutMs: 60_000,
    spawn: () => {
      let onMessage: (message: unknown) => void = () => undefined
      return {
        post: () => {
          queueMicrotask(() => {
            onMessage({ type: 'heartbeat' })
            onMessage({ type: 'label-names', names: [['cat', 'cat']] })
          })
        },
        onMessage: (listener) => {
          onMessage = listener
        },
        onExit: () => undefined,
        kill: () => undefined,
      }
    },
  })
  onTestFinished(() => calls.close())
  const question = { type: 'label-names', path: '/models/tiny', classes: 1, language: 'en' } as const
  expect(await calls.ask(question)).toEqual({ type: 'label-names', names: [['cat', 'cat']] })
})

test('hands over a worker only while it is idle, and starts another one for the next request', async () => {
  const workers: { readonly answer: (message: unknown) => void }[] = []
  const calls = createWorkerCalls({
    timeoutMs: 60_000,
    spawn: () => {
      let onMessage: (message: unknown) => void = () => undefined
      workers.push({
        answer: (message) => {
          onMessage(message)
        },
      })
      return {
        post: () => undefined,
        onMessage: (listener) => {
          onMessage = listener
        },
        onExit: () => undefined,
        kill: () => undefined,
      }
    },
  })
  onTestFinished(() => calls.close())
  const question = { type: 'label-names', path: '/models/tiny', classes: 1, language: 'en' } as const
  expect(calls.handOver()).toBeNull()
  const first = calls.ask(question)
  await Promise.resolve()
  expect(calls.handOver()).toBeNull()
  workers[0]?.answer({ type: 'label-names', names: [] })
  await first
  expect(calls.handOver()).not.toBeNull()
  expect(calls.handOver()).toBeNull()
  void calls.ask(question).catch(() => undefined)
  await Promise.resolve()
  expect(workers).toHaveLength(2)
})
