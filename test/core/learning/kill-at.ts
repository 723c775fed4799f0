// Loaded before `labelroom`: kills the process at a named point, as a power cut there would.
// KILL_AT_SQL is a piece of a statement, KILL_AT_STEP a step of the progress; KILL_AT_COUNT says which time it is met.
import { createRequire } from 'node:module'
import { parentPort } from 'node:worker_threads'
import type Database from 'better-sqlite3'

const { KILL_AT_SQL: sql, KILL_AT_STEP: step, KILL_AT_COUNT: count = '1' } = process.env
let left = Number(count)

function reach(): void {
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
}

if (sql !== undefined) {
  const { prototype } = createRequire(import.meta.url)('better-sqlite3') as typeof Database
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the `this` it is given
  const { prepare } = prototype
  prototype.prepare = function (this: Database.Database, source: string) {
    const statement = prepare.call(this, source)
    if (!source.includes(sql)) return statement
    for (const name of ['run', 'get', 'all'] as const) {
      const original = statement[name].bind(statement) as (...values: unknown[]) => unknown
      const killing = (...values: unknown[]) => {
        reach()
        return original(...values)
      }
      Object.defineProperty(statement, name, { value: killing })
    }
    return statement
  } as typeof prepare
}

if (step !== undefined && parentPort !== null) {
  // Progress is sent now and then; with this clock, every time.
  let nowMs = 0
  performance.now = () => (nowMs += 1000)
  const post = parentPort.postMessage.bind(parentPort)
  parentPort.postMessage = (message: { readonly type: string; readonly step?: string }) => {
    post(message)
    if (message.type === 'progress' && message.step === step) reach()
  }
}
