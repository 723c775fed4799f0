// kill -9 while a head is trained: every label is still there, and a head is there whole or not at all.
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readShownSuggestions } from '../../../electron/core/browse/shown-suggestions.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { startCli } from '../../helpers/cli.ts'
import { classOf, fillLibrary } from '../../helpers/embedded-library.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const options = { photos: 1200, dim: 96, classes: 20, labelled: 1000, spread: 2 }

/** Where the process is killed: before a statement with this in it runs, or at a step of the progress, the `count`-th time. */
interface Point {
  readonly args: readonly string[]
  readonly sql?: string
  readonly step?: string
  readonly count?: number
}

const learn = ['learn', '--promote']
const promote = ['heads', 'promote']
const points: readonly Point[] = [
  { args: learn, sql: 'AS subject FROM embedding' },
  { args: learn, step: 'choosing the head', count: 3 },
  { args: learn, sql: 'INSERT INTO head (' },
  { args: learn, sql: 'INSERT INTO head_example', count: 400 },
  { args: ['heads', 'rollback'], sql: 'INSERT INTO history_head' },
  { args: promote, sql: 'INSERT INTO staged_prediction' },
  { args: promote, sql: 'INSERT INTO head_prediction' },
  { args: promote, sql: 'DELETE FROM staged_prediction', count: 2 },
]

/** Runs the command to the point, or to its end where there is none; returns the signal that ended it. */
async function run(home: string, { args, sql, step, count = 1 }: Point): Promise<NodeJS.Signals | null> {
  const child = startCli(args, home, {
    NODE_OPTIONS: `--import=${new URL('kill-at.ts', import.meta.url).href}`,
    ...(sql === undefined ? {} : { KILL_AT_SQL: sql }),
    ...(step === undefined ? {} : { KILL_AT_STEP: step }),
    KILL_AT_COUNT: String(count),
  })
  child.stdout?.resume()
  child.stderr?.resume()
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return signal
}

test('loses no label and leaves no partial head when learning is killed', async () => {
  const home = tempFolder()
  const file = path.join(home, 'library.db')
  const photoIds = fillLibrary(file, options)
  expect(await run(home, { args: learn })).toBeNull()
  let known = 1
  for (const point of points) {
    expect({ point, signal: await run(home, point) }).toEqual({ point, signal: 'SIGKILL' })
    const store = openStore({ file })
    const labels = store.annotations.list()
    expect(labels).toHaveLength(options.labelled)
    expect(
      labels.every(({ photoId, name }, at) => photoId === photoIds[at] && name === classOf(at, 20)),
    ).toBe(true)
    const variantId = store.models.lastUsed(null)
    if (variantId === null) throw new Error('no variant')
    const heads = store.heads.list(variantId)
    expect(heads.length).toBeGreaterThanOrEqual(known)
    known = heads.length
    for (const { id, trainedOn, classes } of heads) {
      expect(store.heads.parameters(id)?.values).toHaveLength((options.dim + 1) * classes.length)
      expect(trainedOn).toBeGreaterThan(700)
    }
    // What is in use is what undo takes back.
    const { undo } = store.history.state()
    expect(undo?.kind === 'promote' ? undo.name : null).toBe(
      store.heads.promoted(variantId)?.version.toString() ?? null,
    )
    // Suggestions of the whole library are those of one head.
    const shown = readShownSuggestions(store)
    expect(photoIds.filter((photoId) => shown.first(photoId) === 'something')).toEqual([])
    store.close()
  }
}, 120_000)
