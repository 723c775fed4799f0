// The user's steps run in the order of the calls, and never between the chunks of another program's step.
import { dirname, join } from 'node:path'
import os from 'node:os'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { createLibraryIndex } from '../../../electron/core/browse/library-index.ts'
import { createEventHub } from '../../../electron/core/events.ts'
import { createHistoryHandlers } from '../../../electron/core/history/handlers.ts'
import { createRenameFollower } from '../../../electron/core/settings/follow-renames.ts'
import { createLabelHandlers } from '../../../electron/core/labels/handlers.ts'
import { createLearning } from '../../../electron/core/learning/service.ts'
import { createSettings } from '../../../electron/core/settings/handlers.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, addVariant, labelled, tempStore } from '../store/helpers.ts'

function setUp(photos: number) {
  const file = join(tempFolder(), 'library.db')
  const store = tempStore(file)
  const first = addPhoto(store, 'photo 0')
  const ids = [first]
  for (let number = 1; number < photos; number++) ids.push(addPhoto(store, `photo ${number}`))
  const events = createEventHub()
  const learning = createLearning({ libraryFile: file, isReadonly: false, sqliteBinding: undefined }, events)
  const settings = createSettings({ store, events, file: join(dirname(file), 'settings.json') })
  const renames = createRenameFollower(settings, events)
  const calls = {
    ...createLabelHandlers(store, createLibraryIndex(store), {
      follower: renames,
      backUp: () => Promise.resolve(),
    }),
    ...createHistoryHandlers(
      store,
      learning,
      { keywords: () => Promise.resolve(), moves: () => Promise.resolve(0), renames },
      events,
    ),
  }
  const annotated = (photoId = first) =>
    (store.annotations.of([photoId]).get(photoId) ?? []).map(({ name, state }) => `${state} ${name}`)
  return { store, file, first, ids, calls, annotated, other: openOther(file) }
}

/** Another program with the same library, in the middle of a batched step that confirms one label. */
function openOther(file: string) {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  const begin = (photoId: PhotoId, name: string) => {
    // The process that runs the tests lives, and is not this one.
    const values = [Date.now(), `${process.ppid}@${os.hostname()}`]
    const step = db.prepare("INSERT INTO history_step (kind, at_ms, writer) VALUES ('import', ?, ?)")
    const stepId = step.run(...values).lastInsertRowid
    const labelId = db.prepare('INSERT INTO label (name) VALUES (?)').run(name).lastInsertRowid
    db.prepare("INSERT INTO annotation (photo_id, label_id, state, at_ms) VALUES (?, ?, 'confirmed', 1)").run(
      photoId,
      labelId,
    )
    db.prepare(
      `INSERT INTO history_change (step_id, photo_id, label_id, after_state, after_at_ms)
       VALUES (?, ?, ?, 'confirmed', 1)`,
    ).run(stepId, photoId, labelId)
  }
  return {
    begin,
    end: () => db.exec('UPDATE history_step SET writer = NULL'),
    /** No process has this id. */
    die: () =>
      db
        .prepare('UPDATE history_step SET writer = ? WHERE writer NOT NULL')
        .run(`999999999@${os.hostname()}`),
  }
}

test('undoes the acceptance of many labels when undo is called before it ends', async () => {
  const { store, ids, calls, annotated } = setUp(600)
  const { variantId, jobId } = addVariant(store)
  store.predictions.saveBatch(
    variantId,
    jobId,
    ids.map((id) => labelled(id, ['cat', 'dog'])),
  )
  await calls.confirm({ photoIds: ids.slice(0, 1), name: 'mine', isOnly: false })
  const accepting = calls.reviewTop({ photoIds: ids, state: 'confirmed' })
  expect(await calls.undo({})).toMatchObject({ undo: { name: 'mine' }, redo: { name: 'cat', photos: 600 } })
  expect(await accepting).toEqual({ photos: 600 })
  expect(annotated()).toEqual(['confirmed mine'])
  const rejecting = calls.rejectAll({ photoIds: ids })
  await calls.undo({})
  await rejecting
  expect(annotated()).toEqual(['confirmed mine'])
})

test("keeps the user's last decision where both had to wait for another program", async () => {
  const { first, ids, calls, annotated, other } = setUp(2)
  other.begin(first, 'import')
  const confirming = calls.confirm({ photoIds: ids, name: 'cat', isOnly: false })
  other.end()
  await calls.clear({ photoIds: ids, name: 'cat', state: null })
  await confirming
  expect(annotated()).toEqual(['confirmed import'])
})

test('runs no step between the chunks of another program, also where it waited for the first one', async () => {
  const { store, first, ids, calls, annotated, other } = setUp(1)
  await calls.confirm({ photoIds: ids, name: 'dog', isOnly: false })
  let times = 0
  const rejecting = store.history.withWriteLock(() => {
    if (++times === 1) other.begin(first, 'cat')
    store.annotations.reject(ids, 'cat')
  })
  expect(annotated()).toEqual(['confirmed cat', 'confirmed dog'])
  // Its labels are rolled back, and nothing that was saved here.
  other.die()
  await rejecting
  expect(annotated()).toEqual(['confirmed dog', 'rejected cat'])
  other.begin(addPhoto(store, 'another one'), 'elk')
  expect(() => store.history.undo()).toThrow(Error)
  other.end()
})

test('refuses to undo or redo another step than was last shown', async () => {
  const { store, file, ids, calls, annotated } = setUp(1)
  await calls.confirm({ photoIds: ids, name: 'cat', isOnly: false })
  const elsewhere = tempStore(file)
  const emitted: unknown[] = []
  store.history.onChange(({ undo }) => emitted.push(undo?.name))
  elsewhere.annotations.confirm(ids, 'import')
  await expect(calls.undo({})).rejects.toMatchObject({ code: 'bad-request' })
  expect([annotated(), emitted]).toEqual([['confirmed cat', 'confirmed import'], ['import']])
  expect(await calls.undo({})).toMatchObject({ undo: { name: 'cat' }, redo: { name: 'import' } })
  elsewhere.history.state()
  elsewhere.history.undo()
  await expect(calls.redo({})).rejects.toMatchObject({ code: 'bad-request' })
  expect(annotated()).toEqual([])
  expect(await calls.redo({})).toMatchObject({ undo: { name: 'cat' } })
  expect(annotated()).toEqual(['confirmed cat'])
})
