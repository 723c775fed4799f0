// Near-duplicates for a dataset, while the learning thread is busy with something else.
import { expect, test } from 'vitest'
import { createNearDuplicateGroups } from '../../../electron/core/exports/near-duplicates.ts'
import type { Learning } from '../../../electron/core/learning/service.ts'
import { addVariant, tempStore } from '../store/helpers.ts'

test('a stopped export does not wait until the thread comes to its call, which is cancelled', async () => {
  const store = tempStore()
  addVariant(store)
  const cancelled: string[] = []
  const busy: Learning = {
    run: (_name, _input, taskId) => {
      asked.resolve(taskId ?? '')
      return new Promise(() => undefined)
    },
    prepare: () => Promise.reject(new Error('nothing to prepare')),
    cancel: (taskId) => cancelled.push(taskId),
    close: () => Promise.resolve(),
  }
  const asked = Promise.withResolvers<string>()
  const abort = new AbortController()
  const groups = createNearDuplicateGroups(store, busy)(null, 0.95, abort.signal)
  const taskId = await asked.promise
  abort.abort(new Error('stopped'))
  await expect(groups).rejects.toThrow('stopped')
  expect(cancelled).toEqual([taskId])
})
