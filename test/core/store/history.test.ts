// Every change by the user can be undone and redone exactly, in any order and after anything.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { Rules } from '../../../electron/contract/rules.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import { createAnnotations } from '../../../electron/core/store/tables/annotations.ts'
import { createHistory } from '../../../electron/core/store/history/history.ts'
import { annotationColumns } from '../../../electron/core/store/history/triggers.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { createLabelSpellings } from '../../../electron/core/store/tables/labels.ts'
import { createRules } from '../../../electron/core/store/tables/rules.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, addVariant, labelled, tempStore } from './helpers.ts'

const names = ['ant', 'bee', 'cat', 'dog'] as const

/** Photos that a model has looked at; each with other suggestions. */
function setUp(photos = 6, file = join(tempFolder(), 'library.db')) {
  const store = tempStore(file)
  const ids = Array.from({ length: photos }, (_, n) => addPhoto(store, `photo ${n}`))
  addFiles(store, Object.fromEntries(ids.map((id, n) => [`/p/${n}.jpg`, id])))
  const { variantId, jobId } = addVariant(store)
  store.predictions.saveBatch(
    variantId,
    jobId,
    ids.map((id, n) => labelled(id, [...names.slice(n % 4), ...names.slice(0, n % 4)])),
  )
  return { store, ids, file, variantId, jobId, dump: () => dump(file) }
}

/** All annotations and the rules as they are on disk. */
function dump(file: string): unknown {
  const db = new Database(file, { readonly: true })
  const rows = db.prepare('SELECT * FROM annotation ORDER BY photo_id, label_id').all()
  const rules: unknown = db.prepare('SELECT body FROM rules').get()
  db.close()
  return { rows, rules: rules ?? { body: JSON.stringify(Rules.parse({})) } }
}

test('undoes and redoes nothing in a new library', () => {
  const { store, dump } = setUp()
  const before = dump()
  expect(store.history.state()).toEqual({ undo: null, redo: null })
  expect(store.history.undo()).toEqual({ undo: null, redo: null })
  expect(store.history.redo()).toEqual({ undo: null, redo: null })
  expect(dump()).toEqual(before)
})

test('makes a batch one step, and restores rows with time, score and model', () => {
  const { store, ids, dump } = setUp()
  const start = dump()
  store.annotations.confirm(ids, 'cat')
  const end = dump()
  const step = {
    kind: 'confirm',
    name: 'cat',
    photos: 6,
    labels: 6,
    source: null,
    atMs: expect.any(Number) as number,
  }
  expect(store.history.state()).toEqual({ undo: step, redo: null })
  expect(store.history.undo()).toEqual({ undo: null, redo: step })
  expect(dump()).toEqual(start)
  expect(store.history.redo()).toEqual({ undo: step, redo: null })
  expect(dump()).toEqual(end)
})

test('forgets undone steps after a new change, but not after a call that changes nothing', () => {
  const { store, ids } = setUp()
  store.annotations.confirm(ids, 'cat')
  store.annotations.confirm(ids, 'dog')
  store.history.undo()
  store.annotations.confirm(ids.slice(0, 2), 'cat')
  store.annotations.clear(ids, 'unused')
  store.annotations.rename([{ from: 'unused', to: 'other' }])
  store.annotations.reviewSuggested(new Map(), 'confirmed')
  expect(store.history.state().redo).toMatchObject({ name: 'dog' })
  store.annotations.reject(ids.slice(0, 1), 'ant')
  expect(store.history.state()).toMatchObject({ undo: { kind: 'reject', photos: 1 }, redo: null })
  store.history.undo()
  expect(store.history.undo()).toMatchObject({ undo: null, redo: { name: 'cat' } })
})

/** Makes one random change of all that the user can make. Returns its name. */
async function act(store: Store, ids: readonly PhotoId[], random: () => number): Promise<string> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const some = ids.filter(() => random() < 0.5)
  const photoIds = some.length > 0 ? some : [pick(ids)]
  const [name, other] = [pick(names), pick(names)]
  const isOnly = random() < 0.5
  const actions: Record<string, () => unknown> = {
    confirm: () => store.annotations.confirm(photoIds, name, isOnly),
    reject: () => store.annotations.reject(photoIds, name),
    clear: () => store.annotations.clear(photoIds, name),
    clearAll: () => store.annotations.clearAll(photoIds),
    rejectAll: () => store.annotations.reviewSuggested(store.suggestions.shown(photoIds), 'rejected'),
    accept: () => store.annotations.reviewSuggested(store.suggestions.shown(photoIds), 'confirmed'),
    dismiss: () => store.annotations.reviewSuggested(store.suggestions.shown(photoIds), 'rejected'),
    rename: () => store.annotations.rename([{ from: name, to: other }]),
    import: () =>
      store.annotations.confirmAll(
        new Map([
          [name, new Set(photoIds)],
          [other, new Set(ids)],
        ]),
      ),
    rules: () =>
      store.history.setRules(
        Rules.parse({
          minScore: Math.round(random() * 10) / 100,
          mapping: [{ from: name, to: isOnly ? null : 'pet' }],
        }),
      ),
  }
  const action = pick(Object.keys(actions))
  await actions[action]?.()
  return action
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))(
  'restores every state of random work by undo and redo (seed %i)',
  async (seed) => {
    const { store, ids, dump } = setUp()
    const random = createRandom(seed)
    /** What the library was before each step that can be undone, the current state last. */
    const states = [dump()]
    let at = 0
    for (let n = 0; n < 60; n++) {
      const dice = random()
      if (dice < 0.2) {
        store.history.undo()
        at = Math.max(0, at - 1)
      } else if (dice < 0.35) {
        store.history.redo()
        at = Math.min(states.length - 1, at + 1)
      } else {
        await act(store, ids, random)
        const now = dump()
        if (JSON.stringify(now) !== JSON.stringify(states[at])) {
          states.splice(at + 1, Infinity, now)
          at += 1
        }
      }
      expect(dump()).toEqual(states[at])
      expect(store.history.state().undo === null).toBe(at === 0)
      expect(store.history.state().redo === null).toBe(at === states.length - 1)
    }
    while (at > 0) {
      store.history.undo()
      expect(dump()).toEqual(states[--at])
    }
    while (at < states.length - 1) {
      store.history.redo()
      expect(dump()).toEqual(states[++at])
    }
    expect(store.history.state().redo).toBeNull()
  },
)

test('undoes steps after a restart, and after a later scan and run', () => {
  const { store, ids, file, variantId, jobId } = setUp()
  const [first, second] = ids as [PhotoId, PhotoId]
  store.annotations.confirm([first], 'mine')
  store.close()
  const reopened = openStore({ file })
  // Two scans: the photo moves, and then it is missing; a run gives it other suggestions.
  addFiles(reopened, { '/p/moved.jpg': first })
  reopened.files.markMissing('/p', reopened.files.beginScan())
  reopened.predictions.saveBatch(variantId, jobId, [labelled(first, ['mine', 'ant'])])
  reopened.annotations.reject([second], 'bee')
  expect(reopened.history.undo()).toMatchObject({ undo: { name: 'mine' }, redo: { name: 'bee' } })
  reopened.history.undo()
  expect((dump(file) as { rows: unknown[] }).rows).toEqual([])
  reopened.history.redo()
  expect((dump(file) as { rows: unknown[] }).rows).toMatchObject([
    { photo_id: first, score: null, state: 'confirmed' },
  ])
  reopened.close()
})

test('leaves neither changes nor a step when a step fails', () => {
  const { store, ids, dump } = setUp()
  store.annotations.confirm(ids, 'cat')
  store.history.undo()
  const before = dump()
  expect(() => store.annotations.confirm([...ids, 999 as PhotoId], 'dog')).toThrow(/999/)
  expect(dump()).toEqual(before)
  expect(store.history.state()).toMatchObject({ undo: null, redo: { name: 'cat' } })
  store.annotations.confirm(ids, 'dog')
  expect(store.history.state()).toMatchObject({ undo: { name: 'dog', photos: 6 }, redo: null })
})

/** The history of a library with small limits, and the connection below it. */
function openSmallHistory() {
  const { store, ids, file } = setUp()
  store.close()
  const db = openLibrary({ file }, migrations)
  onTestFinished(() => db.close())
  const rules = createRules(db)
  const history = createHistory(db, rules, { steps: 3, changes: 13 })
  return { db, ids, history, annotations: createAnnotations(db, history, rules, createLabelSpellings(db)) }
}

test('restores the first state of a row that changes twice in a step', () => {
  const { db, ids, history, annotations } = openSmallHistory()
  annotations.confirm(ids, 'cat')
  const all = db.query('SELECT * FROM annotation', z.record(z.string(), z.unknown()))
  const before = all.all()
  history.step('reject', () => {
    db.exec("UPDATE annotation SET state = 'rejected', at_ms = 1; UPDATE annotation SET at_ms = 2")
    db.exec('DELETE FROM annotation WHERE photo_id % 2 = 0')
    return null
  })
  const after = all.all()
  expect(after).toMatchObject([{ at_ms: 2 }, { at_ms: 2 }, { at_ms: 2 }])
  history.undo()
  expect(all.all()).toEqual(before)
  history.redo()
  expect(all.all()).toEqual(after)
  history.step('reject', () => {
    db.exec("UPDATE annotation SET state = 'confirmed'; UPDATE annotation SET state = 'rejected'")
    return null
  })
  expect(history.state().undo).toMatchObject({ kind: 'reject', photos: 6 })
})

test('forgets the oldest steps, but keeps the newest even where it exceeds the limit', async () => {
  const { db, ids, history, annotations } = openSmallHistory()
  const counted = () =>
    db
      .query(
        `SELECT count(*) AS steps, sum(changes) AS changes, (SELECT count(*) FROM history_change) AS rows
         FROM history_step`,
        z.object({ steps: z.int(), changes: z.int(), rows: z.int() }),
      )
      .get()
  for (const name of ['a', 'b', 'c', 'd']) annotations.confirm(ids.slice(0, 2), name)
  expect(counted()).toEqual({ steps: 3, changes: 6, rows: 6 })
  annotations.confirm(ids, 'e')
  annotations.confirm(ids, 'f')
  expect(counted()).toEqual({ steps: 2, changes: 12, rows: 12 })
  await annotations.confirmAll(new Map(['g', 'h', 'i'].map((name) => [name, new Set(ids)])))
  expect(counted()).toEqual({ steps: 1, changes: 18, rows: 18 })
  expect(history.undo()).toMatchObject({ undo: null, redo: { kind: 'import', name: 'g, h, i' } })
})

test('records every column of annotation in the history', () => {
  const { file } = setUp()
  const db = new Database(file, { readonly: true })
  const columnsOf = (table: string) =>
    (db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]).map(
      ({ name }) => name,
    )
  const columns = columnsOf('annotation').filter((name) => !['photo_id', 'label_id'].includes(name))
  expect(columns.toSorted()).toEqual([...annotationColumns].toSorted())
  for (const name of columns)
    expect(columnsOf('history_change')).toEqual(expect.arrayContaining([`before_${name}`, `after_${name}`]))
  db.close()
})
