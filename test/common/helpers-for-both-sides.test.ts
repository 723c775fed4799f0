// Emitter, mutex, throttle and port client: the small mechanisms that the core, its hosts and the page share.
import { expect, test } from 'vitest'
import { createEmitter } from '../../electron/common/emitter.ts'
import { createMutex } from '../../electron/common/mutex.ts'
import { createPortClient } from '../../electron/common/port-rpc.ts'
import { createThrottle } from '../../electron/common/throttle.ts'

test('an emitter calls the listeners of that event alone, until they unsubscribe', () => {
  const emitter = createEmitter<{ saved: number; closed: string }>()
  const heard: unknown[] = []
  const unsubscribe = emitter.subscribe('saved', (event) => heard.push(event))
  emitter.subscribe('closed', (event) => heard.push(event))
  emitter.emit('saved', 1)
  unsubscribe()
  emitter.emit('saved', 2)
  emitter.emit('closed', 'now')
  expect(heard).toEqual([1, 'now'])
})

test('a mutex runs one piece of work at a time and in order, also after a failure', async () => {
  const mutex = createMutex()
  const order: string[] = []
  const gate = Promise.withResolvers<undefined>()
  const first = mutex.run(async () => {
    order.push('first starts')
    await gate.promise
    order.push('first ends')
    throw new Error('broken')
  })
  const second = mutex.run(() => order.push('second'))
  expect(order).toEqual(['first starts'])
  gate.resolve(undefined)
  await expect(first).rejects.toThrow('broken')
  await second
  expect(order).toEqual(['first starts', 'first ends', 'second'])
})

test('a throttle lets one event through each interval, and a forced one always', () => {
  let nowMs = 0
  const throttle = createThrottle(100, () => nowMs)
  expect([throttle.tryEmit(), throttle.tryEmit(), throttle.waitMs()]).toEqual([true, false, 100])
  nowMs = 60
  expect([throttle.tryEmit(true), throttle.waitMs()]).toEqual([true, 100])
  nowMs = 150
  expect([throttle.tryEmit(), throttle.waitMs()]).toEqual([false, 10])
  nowMs = 160
  expect(throttle.tryEmit()).toBe(true)
})

test('a port client matches replies to requests and answers all of them when the other side is gone', async () => {
  const sent: { id: number; method: string }[] = []
  const events: unknown[] = []
  const client = createPortClient<{ method: string }, string>(
    (message) => sent.push(message),
    (name, payload) => events.push([name, payload]),
  )
  const [one, two] = [client.request({ method: 'one' }), client.request({ method: 'two' })]
  client.receive({ id: sent[1]?.id ?? 0, reply: 'second' })
  client.receive({ event: 'changed', payload: 7 })
  client.close('gone')
  expect(await Promise.all([one, two, client.request({ method: 'three' })])).toEqual([
    'gone',
    'second',
    'gone',
  ])
  expect([events, sent.length]).toEqual([[['changed', 7]], 2])
})
