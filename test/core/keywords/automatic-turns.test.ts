// When keywords that wait are looked at, and what they wait for.
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createMutex } from '../../../electron/common/mutex.ts'
import type { KeywordWriting } from '../../../electron/contract/keywords.ts'
import { createEventHub } from '../../../electron/core/events.ts'
import { AutomaticWriting } from '../../../electron/core/keywords/automatic.ts'
import { createKeywordTool } from '../../../electron/core/keywords/exiftool.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** Automatic writing on a library of its own. */
function openWriting(isAutomatic: boolean) {
  const store = openStore({ file: join(tempFolder(), 'library.db') })
  const writing: KeywordWriting = { target: 'sidecar', autoAbove: null, isAutomatic }
  const isAsked = vi.fn(() => Promise.resolve(writing))
  const events = createEventHub()
  const automatic = new AutomaticWriting({
    ...{ store, events, log: () => undefined, tool: createKeywordTool(), mutex: createMutex() },
    writing: isAsked,
  })
  onTestFinished(async () => {
    vi.useRealTimers()
    await automatic.close()
    store.close()
  })
  return { store, events, automatic, isAsked }
}

test('switched off, it looks at what is due every half minute alone, and at once when it is switched on', async () => {
  const { store, events, automatic, isAsked } = openWriting(false)
  const dueInMs = vi.spyOn(store.keywordQueue, 'dueInMs').mockReturnValue(0)
  vi.useFakeTimers()
  automatic.start()
  await vi.advanceTimersByTimeAsync(29_000)
  const { length: once } = isAsked.mock.calls
  expect(once).toBeGreaterThan(0)
  await vi.advanceTimersByTimeAsync(29_000)
  expect(isAsked.mock.calls.length).toBe(2 * once)
  expect(dueInMs).not.toHaveBeenCalled()
  events.emit('settings.changed', {} as never)
  await vi.advanceTimersByTimeAsync(1000)
  expect(isAsked.mock.calls.length).toBe(3 * once)
})

test('no file is written while a step of keywords is undone, and the undo waits for none but those at work', async () => {
  const { store, automatic } = openWriting(true)
  const order: string[] = []
  const taken = Promise.withResolvers<unknown>()
  const take = vi.spyOn(store.keywordQueue, 'take').mockReturnValue([])
  take.mockImplementationOnce(() => {
    taken.resolve(null)
    return [{ id: 1, tries: 0, photoIds: [] }]
  })
  vi.spyOn(store.keywordQueue, 'settle').mockImplementation(() => void order.push('written'))
  const undone = automatic.whileIdle(async () => {
    await taken.promise
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    order.push('undone')
  })
  await Promise.all([undone, automatic.writeNow(new AbortController().signal, () => undefined)])
  expect(order).toEqual(['undone', 'written'])
})
