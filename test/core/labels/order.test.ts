// Steps of a person come in the order in which they were asked for, and never between the pieces of another program's.
import { join } from 'node:path'
import os from 'node:os'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { createHistoryHandlers, createLabelHandlers } from '../../../electron/core/labels/handlers.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addPhoto, addVariant, labelled, tempStore } from '../store/helpers.ts'

function setUp(photos: number) {
  const file = join(tempFolder(), 'library.db')
  const store = tempStore(file)
  const first = addPhoto(store, 'photo 0')
  const ids = [first]
  for (let number = 1; number < photos; number++) ids.push(addPhoto(store, `photo ${number}`))
  const calls = { ...createLabelHandlers(store), ...createHistoryHandlers(store) }
  const said = (photoId = first) =>
    (store.suggestions.judgements([photoId]).get(photoId) ?? []).map(({ name, state }) => `${state} ${name}`)
  return { store, file, first, ids, calls, said, other: openOther(file) }
}

/** Another program with the same library, in the middle of a long step that confirms one label. */
function openOther(file: string) {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  const begin = (photoId: PhotoId, name: string) => {
    // The program that runs the tests is there, and is not this one.
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
    /** No program has this number. */
    die: () =>
      db
        .prepare('UPDATE history_step SET writer = ? WHERE writer NOT NULL')
        .run(`999999999@${os.hostname()}`),
  }
}

test('an undo right after many labels were accepted takes back these, and forgets nothing else', async () => {
  const { store, ids, calls, said } = setUp(600)
  const { variantId, jobId } = addVariant(store)
  store.predictions.saveBatch(
    variantId,
    jobId,
    ids.map((id) => labelled(id, ['cat', 'dog'])),
  )
  await calls.confirm({ photoIds: ids.slice(0, 1), name: 'mine', isOnly: false })
  const accepting = calls.judgeBest({ photoIds: ids, state: 'confirmed', isOnly: false })
  expect(await calls.undo({})).toMatchObject({ undo: { name: 'mine' }, redo: { name: 'cat', photos: 600 } })
  expect(await accepting).toEqual({ photos: 600 })
  expect(said()).toEqual(['confirmed mine'])
  const rejecting = calls.rejectAll({ photoIds: ids })
  await calls.undo({})
  await rejecting
  expect(said()).toEqual(['confirmed mine'])
})

test('what a person said last holds, also when both had to wait for another program', async () => {
  const { first, ids, calls, said, other } = setUp(2)
  other.begin(first, 'import')
  const confirming = calls.confirm({ photoIds: ids, name: 'cat', isOnly: false })
  other.end()
  await calls.clear({ photoIds: ids, name: 'cat' })
  await confirming
  expect(said()).toEqual(['confirmed import'])
})

test('a step that waited for the first write of another program does not come between its pieces', async () => {
  const { store, first, ids, calls, said, other } = setUp(1)
  await calls.confirm({ photoIds: ids, name: 'dog', isOnly: false })
  let times = 0
  const rejecting = store.history.exclusive(() => {
    if (++times === 1) other.begin(first, 'cat')
    store.annotations.reject(ids, 'cat')
  })
  expect(said()).toEqual(['confirmed cat', 'confirmed dog'])
  // Its labels are taken back, and nothing that was saved here with them.
  other.die()
  await rejecting
  expect(said()).toEqual(['confirmed dog', 'rejected cat'])
  other.begin(addPhoto(store, 'another one'), 'elk')
  expect(() => store.history.undo()).toThrow(Error)
  other.end()
})

test('undo and redo are of what was shown, and not of what another program did since', async () => {
  const { store, file, ids, calls, said } = setUp(1)
  await calls.confirm({ photoIds: ids, name: 'cat', isOnly: false })
  const elsewhere = tempStore(file)
  const told: unknown[] = []
  store.history.onChange(({ undo }) => told.push(undo?.name))
  elsewhere.annotations.confirm(ids, 'import')
  await expect(calls.undo({})).rejects.toMatchObject({ code: 'bad-request' })
  expect([said(), told]).toEqual([['confirmed cat', 'confirmed import'], ['import']])
  expect(await calls.undo({})).toMatchObject({ undo: { name: 'cat' }, redo: { name: 'import' } })
  elsewhere.history.state()
  elsewhere.history.undo()
  await expect(calls.redo({})).rejects.toMatchObject({ code: 'bad-request' })
  expect(said()).toEqual([])
  expect(await calls.redo({})).toMatchObject({ undo: { name: 'cat' } })
  expect(said()).toEqual(['confirmed cat'])
})
