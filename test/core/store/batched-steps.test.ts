// Steps that are saved in chunks: each is one step, complete or rolled back, also after a kill; see [Note: batched steps].
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, tempStore } from './helpers.ts'

const photos = 3500

function setUp() {
  const file = join(tempFolder(), 'library.db')
  const store = tempStore(file)
  const ids = store.transaction(() =>
    Array.from({ length: photos }, (_, number) => addPhoto(store, `photo ${number}`)),
  )
  store.annotations.confirm(ids.slice(0, 10), 'dog')
  store.annotations.reject(ids.slice(0, 5), 'cat')
  return { store, ids, file, dump: () => dump(file) }
}

/** All annotations and steps as they are on disk. */
function dump(file: string): { rows: unknown[]; steps: unknown[]; changes: unknown } {
  const db = new Database(file, { readonly: true })
  const rows = db.prepare('SELECT * FROM annotation ORDER BY photo_id, label_id').all()
  const steps = db.prepare('SELECT id, kind, photos, is_undone, writer FROM history_step ORDER BY id').all()
  const changes = db.prepare('SELECT count(*) FROM history_change').pluck().get()
  db.close()
  return { rows, steps, changes }
}

const labelsOf = (ids: readonly PhotoId[]) =>
  new Map([
    ['cat', new Set(ids)],
    ['elk', new Set(ids.slice(0, 20))],
  ])

test('saves an import in chunks, yields between them, and undoes and redoes it as one step', async () => {
  const { store, ids, dump } = setUp()
  const before = dump()
  const seen: number[] = []
  let turns = 0
  let isOver = false
  const count = async () => {
    for (; !isOver; turns++) await setImmediate()
  }
  const counting = count()
  const step = store.annotations.confirmAll(labelsOf(ids), {
    onProgress: (done, total) => {
      expect(total).toBe(photos + 20)
      expect(store.history.state().undo).toMatchObject({ kind: 'reject' })
      seen.push(done)
    },
  })
  expect(await step).toEqual({ photos })
  isOver = true
  await counting
  expect(seen).toEqual([1000, 2000, 3000, photos + 20])
  expect(turns).toBeGreaterThan(0)
  const after = dump()
  expect(after.rows).toHaveLength(photos + 20 + 10)
  expect(store.history.undo()).toMatchObject({ undo: { kind: 'reject' }, redo: { kind: 'import', photos } })
  expect(dump().rows).toEqual(before.rows)
  store.history.redo()
  expect(dump()).toEqual(after)
  // All of these labels are confirmed already.
  expect(await store.annotations.confirmAll(labelsOf(ids))).toEqual({ photos: 0 })
  expect(dump()).toEqual(after)
})

test('never begins a batched step that is cancelled while it waits for another one', async () => {
  const { store, ids } = setUp()
  const abort = new AbortController()
  const first = store.annotations.confirmAll(labelsOf(ids))
  const second = store.annotations.confirmAll(new Map([['fox', new Set(ids.slice(0, 3))]]), {
    signal: abort.signal,
  })
  abort.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  expect(await first).toEqual({ photos })
  expect(store.history.state().undo).toMatchObject({ photos })
})

test('leaves nothing of a batched step that is cancelled or fails, and keeps undone steps redoable', async () => {
  const { store, ids, dump } = setUp()
  store.history.undo()
  const before = dump()
  const abort = new AbortController()
  const stopped = store.annotations.confirmAll(labelsOf(ids), {
    signal: abort.signal,
    onProgress: (done) => {
      // Longer than a time slice, after which the signal is checked.
      for (const startMs = performance.now(); performance.now() - startMs < 15;);
      if (done === 2000) abort.abort(new Error('enough'))
    },
  })
  await expect(stopped).rejects.toThrow('enough')
  expect(dump()).toEqual(before)
  const unknown = new Map([...labelsOf(ids), ['fox', new Set([999_999 as PhotoId])]])
  await expect(store.annotations.confirmAll(unknown)).rejects.toThrow(/999999/)
  expect(dump()).toEqual(before)
  expect(store.history.state().redo).toMatchObject({ kind: 'reject' })
})

test('makes other steps wait for a batched step', async () => {
  const { store, ids } = setUp()
  const { withWriteLock } = store.history
  const importing = store.annotations.confirmAll(labelsOf(ids))
  const confirming = withWriteLock(() => {
    expect(store.history.state().undo).toMatchObject({ kind: 'import', photos })
    store.annotations.confirm(ids.slice(0, 3), 'mine')
  })
  const next = store.annotations.confirmAll(new Map([['fox', new Set(ids)]]))
  const undoing = withWriteLock(() => store.history.undo())
  expect(await undoing).toMatchObject({ undo: { name: 'mine' }, redo: { name: 'fox', photos } })
  await Promise.all([importing, confirming, next])
})

test('rolls back at the next start what a step killed by SIGKILL had saved', async () => {
  const { store, ids, file, dump } = setUp()
  store.annotations.confirm(ids.slice(0, 100), 'elk')
  store.annotations.clear(ids.slice(0, 100), 'elk')
  store.close()
  const before = dump()
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), 'import', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(writer, 'exit')
  for await (const line of createInterface(writer.stdout)) if (line === '2000') break
  // While the writer lives, another program leaves its step alone, and cannot undo it.
  const other = tempStore(file)
  other.history.recover()
  expect(dump().rows).toHaveLength(before.rows.length + 2000)
  expect(other.history.state().undo).toMatchObject({ kind: 'clear' })
  // An annotation made meanwhile waits, and is kept although the same one is rolled back.
  const [first = 0 as PhotoId] = ids
  let isAnnotated = false
  const annotating = other.history.withWriteLock(() => {
    other.annotations.confirm([first], 'cat')
    isAnnotated = true
  })
  await setImmediate()
  expect(isAnnotated).toBe(false)
  writer.kill('SIGKILL')
  await exited
  await annotating
  expect(dump().rows).toHaveLength(before.rows.length)
  expect(other.annotations.of([first]).get(first)).toMatchObject([
    { name: 'cat', state: 'confirmed' },
    { name: 'dog', state: 'confirmed' },
  ])
  other.history.undo()
  expect(dump().rows).toEqual(before.rows)
})

test('fails a writer whose step another program rolled back, and leaves nothing', async () => {
  const { store, ids, file, dump } = setUp()
  const before = dump()
  const importing = store.annotations.confirmAll(labelsOf(ids), {
    onProgress: (done) => {
      if (done !== 1000) return
      const db = new Database(file)
      db.exec("UPDATE history_step SET writer = '0@elsewhere', at_ms = 0 WHERE writer IS NOT NULL")
      db.close()
      store.history.recover()
    },
  })
  await expect(importing).rejects.toThrow('Another program took back what was being saved')
  expect(dump()).toEqual(before)
})
