// What waits while keywords do not follow the labels costs no work.
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createMutex } from '../../../electron/common/mutex.ts'
import type { KeywordWriting } from '../../../electron/contract/keywords.ts'
import { createEventHub } from '../../../electron/core/events.ts'
import { createAutomaticWriting } from '../../../electron/core/keywords/automatic.ts'
import { createKeywordTool } from '../../../electron/core/keywords/exiftool.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test('switched off, it looks at what is due every half minute alone, and at once when it is switched on', async () => {
  const store = openStore({ file: join(tempFolder(), 'library.db') })
  const dueInMs = vi.spyOn(store.keywordQueue, 'dueInMs').mockReturnValue(0)
  const writing: KeywordWriting = { target: 'sidecar', autoAbove: null, isAutomatic: false }
  const isAsked = vi.fn(() => Promise.resolve(writing))
  vi.useFakeTimers()
  const events = createEventHub()
  const automatic = createAutomaticWriting({
    ...{ store, events, log: () => undefined, tool: createKeywordTool(), mutex: createMutex() },
    writing: isAsked,
  })
  onTestFinished(async () => {
    vi.useRealTimers()
    await automatic.close()
    store.close()
  })
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
