// The steps of a person, written down by triggers: whatever changes in a step can be taken back exactly, after a restart too.
//
// [Note: long steps] An import may change 100,000 photos, for which SQLite needs a second. Such a step is saved in pieces,
// each a transaction of some milliseconds, so that other calls are answered between them; it is one step all the same.
// Until it is whole it names its writer: nobody can take it back or make it again, and what is saved by then shows
// already. Other steps wait for it, those of other programs too (`exclusive`): what they found said already might be
// taken back. It is whole, and on the disk, with its last piece. A failure or a cancel takes the pieces back at once;
// after a kill the next start or step of any program does (`recover`), since nobody was told that anything was saved. A
// writer whose step was taken back, since it was thought to be gone, notices with its next piece, and fails.
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { HistoryStep, Rules, type HistoryState } from '../../contract/browse.ts'
import { AppError } from '../../contract/errors.ts'
import type { Breather } from '../breather.ts'
import type { RulesStore } from './rules.ts'
import type { Db } from './sqlite.ts'
import { isWriterGone, ownWriter } from './writer.ts'

/** Older steps are forgotten, and so are those before the last so many changed labels (some 40 MB); the newest step never is. */
const historyLimits = { steps: 1000, changes: 500_000 }

/** How often a step looks whether another program has ended its long one. */
const lookAgainMs = 50

/** Another program began a long step just before this one could write. */
class StepUnderWay extends Error {}

/** The columns of annotation besides its key; a test compares them with the tables. */
export const annotationColumns = ['state', 'model_id', 'score', 'at_ms', 'head_version'] as const

const columns = (prefix: string) => annotationColumns.map((name) => `${prefix}${name}`).join(', ')
const afterFromExcluded = annotationColumns.map((name) => `after_${name} = excluded.after_${name}`).join(', ')

/** Within a step, a row that changes twice keeps what it was first and what it became last. */
const trigger = (event: 'INSERT' | 'UPDATE' | 'DELETE') => {
  const key = event === 'DELETE' ? 'old' : 'new'
  const nulls = annotationColumns.map(() => 'NULL').join(', ')
  const before = event === 'INSERT' ? nulls : columns('old.')
  const after = event === 'DELETE' ? nulls : columns('new.')
  return `CREATE TEMP TRIGGER history_${event} AFTER ${event} ON main.annotation BEGIN
      INSERT INTO history_change (step_id, photo_id, label_id, ${columns('before_')}, ${columns('after_')})
      SELECT id, ${key}.photo_id, ${key}.label_id, ${before}, ${after} FROM open_step WHERE true
      ON CONFLICT DO UPDATE SET ${afterFromExcluded};
    END;`
}

const StepRow = HistoryStep.extend({
  id: z.int(),
  rulesBefore: z.string().nullable(),
  rulesAfter: z.string().nullable(),
})
type StepRow = z.infer<typeof StepRow>
const IdRow = z.object({ id: z.int() })
const UnfinishedRow = z.object({ id: z.int(), writer: z.string(), atMs: z.int() })
const select = `SELECT id, kind, name, photos, at_ms AS atMs, rules_before AS rulesBefore, rules_after AS rulesAfter
  FROM history_step`

export type History = ReturnType<typeof createHistory>

export function createHistory(db: Db, rules: RulesStore, limits = historyLimits) {
  db.exec('CREATE TEMP TABLE open_step (id INTEGER PRIMARY KEY)')
  for (const event of ['INSERT', 'UPDATE', 'DELETE'] as const) db.exec(trigger(event))
  const listeners: ((state: HistoryState) => void)[] = []

  const begin = db.query(
    'INSERT INTO history_step (kind, at_ms, writer) VALUES (@kind, @atMs, @writer) RETURNING id',
    IdRow,
  )
  const own = db.query('SELECT id FROM history_step WHERE id = @id AND writer = @writer', IdRow)
  const unfinished = db.query(
    'SELECT id, writer, at_ms AS atMs FROM history_step WHERE writer IS NOT NULL',
    UnfinishedRow,
  )
  const open = db.command('INSERT INTO open_step (id) VALUES (@id)')
  const close = db.command('DELETE FROM open_step')
  const dropUnchanged = db.command(
    `DELETE FROM history_change WHERE step_id = @id AND (${columns('before_')}) IS (${columns('after_')})`,
  )
  const finish = db.query(
    `UPDATE history_step SET name = @name, writer = NULL,
       photos = (SELECT count(DISTINCT photo_id) FROM history_change WHERE step_id = @id),
       changes = (SELECT count(*) FROM history_change WHERE step_id = @id)
     WHERE id = @id RETURNING photos, changes > 0 OR rules_before IS NOT rules_after AS isChange`,
    z.object({ photos: z.int(), isChange: z.int() }),
  )
  const noteRules = db.command(
    'UPDATE history_step SET rules_before = @before, rules_after = @after WHERE id = (SELECT id FROM open_step)',
  )
  const drop = db.command('DELETE FROM history_step WHERE id = @id')
  const dropUndone = db.command('DELETE FROM history_step WHERE is_undone = 1')
  const forgetOld = db.command(
    `DELETE FROM history_step WHERE id < @id AND id IN (
       SELECT id FROM (
         SELECT id, writer, row_number() OVER newest AS steps, sum(changes) OVER newest AS total
         FROM history_step WINDOW newest AS (ORDER BY id DESC)
       ) WHERE (steps > @steps OR total > @changes) AND writer IS NULL)`,
  )
  const lastDone = db.query(
    `${select} WHERE is_undone = 0 AND writer IS NULL ORDER BY id DESC LIMIT 1`,
    StepRow,
  )
  const firstUndone = db.query(`${select} WHERE is_undone = 1 ORDER BY id LIMIT 1`, StepRow)
  const setUndone = db.command('UPDATE history_step SET is_undone = @isUndone WHERE id = @id')
  const restore = (side: 'before' | 'after') => {
    const remove = db.command(
      `DELETE FROM annotation WHERE (photo_id, label_id) IN (
         SELECT photo_id, label_id FROM history_change WHERE step_id = @id AND ${side}_state IS NULL)`,
    )
    const put = db.command(
      `INSERT INTO annotation (photo_id, label_id, ${columns('')})
       SELECT photo_id, label_id, ${columns(`${side}_`)} FROM history_change
       WHERE step_id = @id AND ${side}_state IS NOT NULL
       ON CONFLICT (photo_id, label_id) DO UPDATE SET
         ${annotationColumns.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    )
    return (id: number): void => {
      remove({ id })
      put({ id })
    }
  }
  const restoreBefore = restore('before')
  const restoreAfter = restore('after')

  /** The steps that a person here was shown last as the next ones to take back and to make again. */
  let shown: { readonly undo: number | null; readonly redo: number | null } | null = null
  const state = (): HistoryState => {
    const [undo, redo] = [lastDone.get(), firstUndone.get()]
    shown = { undo: undo?.id ?? null, redo: redo?.id ?? null }
    return { undo: toStep(undo), redo: toStep(redo) }
  }
  const tell = (): HistoryState => {
    const now = state()
    for (const listener of listeners) listener(now)
    return now
  }

  /** Looked at once more where nobody else can write: it may have waited for the very program that began the long step. */
  const checkNoneUnderWay = (): void => {
    if (unfinished.get() !== null) throw new StepUnderWay()
  }

  /**
   * Does `work` as one step that can be taken back, and has it on the disk when this returns; gives how many photos
   * changed. `work` gives the name of the step. Steps that were undone before are forgotten, unless nothing changed.
   */
  const step = (kind: HistoryStep['kind'], work: () => string | null): { photos: number } => {
    const ended = db.durably(() => {
      checkNoneUnderWay()
      const id = begin.get({ kind, atMs: Date.now(), writer: null })?.id ?? 0
      open({ id })
      const name = work()
      close()
      dropUnchanged({ id })
      return end(id, name)
    })
    if (ended.isChange) tell()
    return { photos: ended.photos }
  }

  const end = (id: number, name: string | null): { photos: number; isChange: boolean } => {
    const finished = finish.get({ id, name })
    if (finished?.isChange !== 1) {
      drop({ id })
      return { photos: 0, isChange: false }
    }
    dropUndone()
    forgetOld({ id, ...limits })
    return { photos: finished.photos, isChange: true }
  }

  /** A person means the step that was shown, and not one that another program made since. */
  const checkShown = (side: 'undo' | 'redo', step: StepRow | null): void => {
    if (shown === null || shown[side] === (step?.id ?? null)) return
    tell()
    throw new AppError(
      'bad-request',
      'Another program changed labels meanwhile, so nothing was done. Look at what comes next, then press again.',
    )
  }

  const takeBack = (id: number): void => {
    db.transaction(() => {
      restoreBefore(id)
      drop({ id })
    })
  }

  /** Does the pieces as one step, resting between them; each piece changes what no other one changes. */
  const longStep = async (
    kind: HistoryStep['kind'],
    name: string | null,
    pieces: Iterable<() => void>,
    breather: Breather,
  ): Promise<{ photos: number }> => {
    const writer = ownWriter
    const begun = db.transaction(() => {
      checkNoneUnderWay()
      return begin.get({ kind, atMs: Date.now(), writer })
    })
    const id = begun?.id ?? 0
    const checkOwn = () => {
      if (own.get({ id, writer }) !== null) return
      throw new AppError('bad-request', 'Another program took back what was being saved. Try again.')
    }
    try {
      for (const piece of pieces) {
        db.transaction(() => {
          checkOwn()
          open({ id })
          piece()
          close()
        })
        if (breather.isDue()) await breather.rest()
      }
      const ended = db.durably(() => {
        checkOwn()
        return end(id, name)
      })
      if (ended.isChange) tell()
      return { photos: ended.photos }
    } catch (error) {
      takeBack(id)
      throw error
    }
  }

  const recover = (): void => {
    for (const { id, writer, atMs } of unfinished.all()) if (isWriterGone(writer, atMs)) takeBack(id)
  }
  const isWrittenElsewhere = (): boolean => {
    if (unfinished.get() === null) return false
    recover()
    return unfinished.get() !== null
  }

  const tryAlone = async <T>(work: () => T | Promise<T>): Promise<T> => {
    for (;;) {
      while (isWrittenElsewhere()) await setTimeout(lookAgainMs)
      try {
        const result = work()
        return result instanceof Promise ? await result : result
      } catch (error) {
        if (!(error instanceof StepUnderWay)) throw error
      }
    }
  }
  /** Ends with what was asked for last; null where nothing is under way or waits. */
  let last: Promise<unknown> | null = null
  const exclusive = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const before = last
    const { promise: turn, resolve: endTurn } = Promise.withResolvers<undefined>()
    last = turn
    try {
      if (before !== null) await before
      return await tryAlone(work)
    } finally {
      endTurn(undefined)
      if (last === turn) last = null
    }
  }

  return {
    step,
    longStep,
    /**
     * Does `work` when no long step is under way, here or in another program, and in the order in which it was asked for:
     * what a person said last holds. Every step of a person comes through here.
     */
    exclusive,
    /** Takes back what programs that are gone began and never ended. */
    recover,
    /** Saves the rules as a step. */
    setRules: (next: Rules): void => {
      step('rules', () => {
        const before = JSON.stringify(rules.replace(next))
        noteRules({ before, after: JSON.stringify(rules.get()) })
        return null
      })
    },
    state,
    /**
     * Takes back the last step, and gives what can be taken back and made again now. Nothing happens where there is none;
     * fails where it is another one than was told last.
     */
    undo: (): HistoryState => {
      db.durably(() => {
        checkNoneUnderWay()
        const done = lastDone.get()
        checkShown('undo', done)
        if (done === null) return
        restoreBefore(done.id)
        if (done.rulesBefore !== null) rules.replace(Rules.parse(JSON.parse(done.rulesBefore)))
        setUndone({ id: done.id, isUndone: 1 })
      })
      return tell()
    },
    /** Makes the step again that was taken back last. */
    redo: (): HistoryState => {
      db.durably(() => {
        checkNoneUnderWay()
        const next = firstUndone.get()
        checkShown('redo', next)
        if (next === null) return
        restoreAfter(next.id)
        if (next.rulesAfter !== null) rules.replace(Rules.parse(JSON.parse(next.rulesAfter)))
        setUndone({ id: next.id, isUndone: 0 })
      })
      return tell()
    },
    /** Calls after each step, undo and redo of this program. */
    onChange: (listener: (state: HistoryState) => void): void => {
      listeners.push(listener)
    },
  }
}

const toStep = (row: StepRow | null): HistoryStep | null =>
  row === null ? null : { kind: row.kind, name: row.name, photos: row.photos, atMs: row.atMs }
