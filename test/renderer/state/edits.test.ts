// Changes in the order of the keys, and keys that wait for an undo under way.
import { expect, test, vi } from 'vitest'
import { Edits } from '../../../renderer/src/state/edits.ts'

test('a change waits for the one before, even if that fails', async () => {
  const edits = new Edits()
  const first = Promise.withResolvers<null>()
  const done: string[] = []
  const failed = edits.run(async () => {
    await first.promise
    done.push('first')
    throw new Error('full disk')
  })
  const second = edits.run(async () => Promise.resolve(done.push('second')))
  first.resolve(null)
  await expect(failed).rejects.toThrow('full disk')
  await second
  expect(done).toEqual(['first', 'second'])
})

test('keys wait until an undo under way is done and shown, then act in their order', async () => {
  const edits = new Edits()
  const done: string[] = []
  const key = (name: string) =>
    edits.whenIdle(() => void edits.run(async () => Promise.resolve(done.push(name))))
  const undone = Promise.withResolvers<null>()
  const shown = Promise.withResolvers<null>()
  const stop = edits.onHistoryNavigated(async () => {
    await shown.promise
    done.push('shown')
  })
  let isAtOnce = false
  edits.whenIdle(() => (isAtOnce = true))
  expect(isAtOnce).toBe(true)

  const undo = edits.navigateHistory(() => undone.promise.then(() => done.push('undone')))
  key('x')
  undone.resolve(null)
  key('enter')
  shown.resolve(null)
  await undo
  // What comes while the keys before still wait is not let past them.
  key('digit')
  await vi.waitFor(() => expect(done).toEqual(['undone', 'shown', 'x', 'enter', 'digit']))

  stop()
  await edits.navigateHistory(() => Promise.resolve())
  expect(done).toHaveLength(5)
})

test('blocking work begins at once, and keys after it wait', async () => {
  const edits = new Edits()
  const chosen = Promise.withResolvers<null>()
  const done: string[] = []
  const blocking = edits.block(async () => {
    done.push('asked')
    await chosen.promise
    done.push('chosen')
  })
  edits.whenIdle(() => done.push('key'))
  expect(done).toEqual(['asked'])
  chosen.resolve(null)
  await blocking
  await vi.waitFor(() => expect(done).toEqual(['asked', 'chosen', 'key']))
})

test('each waiting key acts once the change of the key before is saved, and an undo comes after them', async () => {
  const edits = new Edits()
  const saved: string[] = []
  const seen: string[][] = []
  const key = (name: string, isChanging: boolean) =>
    edits.whenIdle(() => {
      seen.push([...saved])
      void edits.run(async () => Promise.resolve(saved.push(name)))
    }, isChanging)
  key('first', false)
  key('second', true)
  key('third', false)
  await edits.navigateHistory(async () => Promise.resolve(saved.pop()))
  expect(seen).toEqual([[], ['first'], ['first', 'second']])
  expect(saved).toEqual(['first', 'second'])
})
