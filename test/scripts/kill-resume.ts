// Kills a labelling job with SIGKILL at random moments until it is done, and compares its CSV with an unbroken run's.
// usage: node test/scripts/kill-resume.ts PHOTOS MODEL [KILLS]
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { runCli, startCli } from '../helpers/cli.ts'

const [photos, model, killsText = '20'] = process.argv.slice(2)
if (photos === undefined || model === undefined) throw new Error('usage: kill-resume.ts PHOTOS MODEL [KILLS]')

const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-kill-'))
const label = (library: string) => [
  'label',
  photos,
  '--model',
  model,
  '--csv',
  '-',
  '--library',
  path.join(folder, library),
]

const startedMs = performance.now()
const unbroken = await runCli(label('unbroken.db'), folder)
const unbrokenMs = performance.now() - startedMs
console.log(unbroken.stderr.trim())

let done = new Map<number, number>()
for (let kill = 1; kill <= Number(killsText); kill++) {
  const child = startCli(label('killed.db'), folder)
  // Moments while it starts and while it labels; each run does a part, so that the last kills still find work to do.
  const delayMs = Math.random() * 0.5 * unbrokenMs
  await Promise.race([setTimeout(delayMs), once(child, 'exit')])
  child.kill('SIGKILL')
  done = checkDone(done, path.join(folder, 'killed.db'))
  console.log(`kill ${kill} after ${Math.round(delayMs)} ms: ${done.size} photos done`)
}
const resumed = await runCli(label('killed.db'), folder)
console.log(resumed.stderr.trim())
checkDone(done, path.join(folder, 'killed.db'))
const isSame = resumed.stdout === unbroken.stdout
console.log(isSame ? 'The CSV is the same, byte for byte.' : 'The CSV DIFFERS.')
await rm(folder, { recursive: true, force: true })
process.exitCode = isSame && resumed.code === unbroken.code ? 0 : 1

/** When each photo was done; throws when one that was done is not, or was done again. */
function checkDone(before: ReadonlyMap<number, number>, file: string): Map<number, number> {
  let now: Map<number, number>
  try {
    const db = new Database(file, { readonly: true })
    const rows = db.prepare('SELECT photo_id AS id, at_ms AS atMs FROM inference').all() as {
      id: number
      atMs: number
    }[]
    db.close()
    now = new Map(rows.map(({ id, atMs }) => [id, atMs]))
  } catch {
    // Killed before there was a library.
    now = new Map()
  }
  for (const [id, atMs] of before)
    if (now.get(id) !== atMs) throw new Error(`photo ${id} was done at ${atMs}, now ${now.get(id) ?? 'not'}`)
  return now
}
