// SIGKILL at random moments: while a folder is labelled, while labels are confirmed, while a library is migrated.
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { migrations } from '../../electron/core/store/migrations/index.ts'
import { openStore } from '../../electron/core/store/db.ts'
import { openLibrary } from '../../electron/core/store/sqlite/open.ts'
import { connectClient } from '../browser/support/http-client.ts'
import { startServer } from '../browser/support/serve.ts'
import { runCli, startCli } from '../helpers/cli.ts'
import { writePhotos } from '../helpers/photos.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { createDice, distinct, type Attack } from './attack.ts'

const childFile = fileURLToPath(new URL('../core/store/child.ts', import.meta.url))

/** Runs `read` on a library and leaves it, and the log of a program that was killed, as they are. */
function look<T>(file: string, read: (db: Database.Database) => T): T {
  const db = new Database(file, { readonly: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}

const isSound = (file: string): boolean =>
  look(
    file,
    (db) =>
      db.pragma('integrity_check', { simple: true }) === 'ok' &&
      (db.pragma('foreign_key_check') as unknown[]).length === 0,
  )

/** Enough to be at work for some seconds, in which the kills come. */
const photoCount = 250
/** On one library, each in another part of the work. */
const killsALibrary = 4

/** Labels a folder until it is done, killed again and again; its CSV is then that of an unbroken run. */
export const killLabelling: Attack = async ({ folder, count, seed }) => {
  const { random } = createDice(seed)
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, photoCount)
  const model = await writeTinyModel(path.join(folder, 'tiny'))
  const label = (library: string) => [
    ...['label', photos, '--model', model, '--device', 'cpu', '--threads', '1'],
    ...['--csv', '-', '--library', path.join(folder, library)],
  ]
  const startedMs = performance.now()
  const unbroken = await runCli(label('unbroken.db'), folder)
  const unbrokenMs = performance.now() - startedMs
  const bad: string[] = []
  const moments = { before: 0, within: 0, after: 0 }
  for (let first = 0; first < count; first += killsALibrary) {
    const library = `killed ${first}.db`
    const file = path.join(folder, library)
    let done = new Map<number, number>()
    for (let kill = 0; kill < Math.min(killsALibrary, count - first); kill++) {
      const child = startCli(label(library), folder)
      const exited = once(child, 'exit')
      // One in five while it starts; else as soon as so many photos are done, the last ones while the table is written.
      if (random() < 0.2) await Promise.race([wait(0.3 * random() * unbrokenMs), exited])
      else await reachDone(file, ((kill + random()) / (killsALibrary - 0.5)) * photoCount, exited)
      child.kill('SIGKILL')
      await exited
      const now = readDone(file)
      for (const [id, atMs] of done) if (now.get(id) !== atMs) bad.push(`photo ${id} was lost or done twice`)
      moments[now.size === 0 ? 'before' : now.size < photoCount ? 'within' : 'after']++
      done = now
    }
    const resumed = await runCli(label(library), folder)
    if (resumed.code !== 0)
      bad.push(`the resumed run ended with ${resumed.code}: ${resumed.stderr.slice(-200)}`)
    if (resumed.stdout !== unbroken.stdout) bad.push('the CSV differs from that of an unbroken run')
    if (!isSound(file)) bad.push('the library is damaged')
  }
  return {
    tried: `${count} kills of label: ${moments.before} before the first photo was saved, ${moments.within} within the work, ${moments.after} after the last photo`,
    held: `the CSV is that of an unbroken run, byte for byte; of ${photoCount} photos none was done twice`,
    bad: distinct(bad),
  }
}

/** Resolves when so many photos are done, or the program has ended. */
async function reachDone(file: string, wanted: number, exited: Promise<unknown>): Promise<void> {
  const ended = new AbortController()
  void exited.then(() => {
    ended.abort()
  })
  while (!ended.signal.aborted && readDone(file).size < Math.min(wanted, photoCount)) await wait(20)
}

/** When each photo was done; empty where it was killed before there was a library. */
function readDone(file: string): Map<number, number> {
  try {
    return look(file, (db) => {
      const rows = db.prepare('SELECT photo_id AS id, at_ms AS atMs FROM inference').all()
      return new Map((rows as { id: number; atMs: number }[]).map(({ id, atMs }) => [id, atMs]))
    })
  } catch {
    return new Map()
  }
}

/** Confirms, rejects, clears and undoes through `serve` and kills it meanwhile: what was acknowledged is there. */
export const killConfirming: Attack = async ({ folder, count, seed }) => {
  const dice = createDice(seed)
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, 40)
  const home = path.join(folder, 'home')
  await mkdir(home)
  const libraryFile = path.join(home, 'library.db')
  const bad: string[] = []
  let acknowledged = 0
  /** What the user said, by photo; without the photo of the call that was in flight. */
  const expected = new Map<number, string[]>()
  for (let kill = 0; kill < count; kill++) {
    const server = await startServer({ home, libraryFile, env: { LABELROOM_ATTACK: '1' } })
    const client = connectClient(server.url)
    if (kill === 0) await client.library.scan({ folders: [photos] })
    const { viewId, total } = await client.browse.open({ filter: {}, sort: {} })
    const { photoIds } = await client.browse.ids({ viewId, from: 0, to: total })
    const read = async () => {
      const cards = await client.browse.window({ viewId, offset: 0, limit: total })
      return new Map(
        cards.map(({ photoId, labels }) => [
          photoId,
          labels
            .filter(({ state }) => state === 'confirmed')
            .map(({ name }) => name)
            .sort(),
        ]),
      )
    }
    const found = await read()
    for (const [photoId, names] of expected)
      if (JSON.stringify(found.get(photoId as never) ?? []) !== JSON.stringify(names))
        bad.push(
          `photo ${photoId} has ${found.get(photoId as never)?.join() ?? 'nothing'}, not ${names.join()}`,
        )
    for (const [photoId, names] of found) if (photoId !== null) expected.set(photoId, names)
    const killAtMs = performance.now() + dice.random() * 1500
    const timer = setTimeout(() => void server.stop('kill'), Math.max(0, killAtMs - performance.now()))
    for (;;) {
      const photoId = dice.pick(photoIds.flatMap((id) => id ?? []))
      const name = `label ${dice.below(5)}`
      const before = expected.get(photoId) ?? []
      expected.delete(photoId)
      try {
        const isClear = dice.random() < 0.3
        if (isClear) await client.labels.clear({ photoIds: [photoId], name })
        else await client.labels.confirm({ photoIds: [photoId], name })
        const others = before.filter((other) => other !== name)
        expected.set(photoId, isClear ? others : [...others, name].sort())
        acknowledged++
      } catch {
        break
      }
    }
    clearTimeout(timer)
    await server.stop('kill').catch(() => undefined)
  }
  if (!isSound(libraryFile)) bad.push('the library is damaged')
  return {
    tried: `${count} kills of serve, ${acknowledged} acknowledged calls`,
    held: 'all of them are there',
    bad,
  }
}

const labelCount = 3000

/** A library of the version before this one. */
function writeOldLibrary(file: string): void {
  const db = openLibrary({ file }, migrations.slice(0, -1))
  db.transaction(() => {
    db.exec("INSERT INTO label (name) VALUES ('mine')")
    const photo = db.command('INSERT INTO photo (content_hash, size_bytes) VALUES (randomblob(32), @size)')
    for (let size = 1; size <= labelCount; size++) photo({ size })
    db.exec(
      "INSERT INTO annotation (photo_id, label_id, state, at_ms) SELECT id, 1, 'confirmed', 0 FROM photo",
    )
  })
  db.close()
}

/** Kills a program that opens an old library; the next one finishes what it began, and no label is lost. */
export const killMigrating: Attack = async ({ folder, count, seed }) => {
  const { random } = createDice(seed)
  const bad: string[] = []
  let [openMs, before, after] = [0, 0, 0]
  const latest = migrations.at(-1)?.version
  const open = (file: string) => spawn(process.execPath, [childFile, 'find', file, 'x'], { stdio: 'ignore' })
  for (let kill = -1; kill < count; kill++) {
    const file = path.join(folder, `old ${kill}.db`)
    writeOldLibrary(file)
    const startedMs = performance.now()
    const child = open(file)
    if (kill === -1) {
      await once(child, 'exit')
      openMs = performance.now() - startedMs
      continue
    }
    // Node itself starts meanwhile; the migration and its backup are in the second half.
    await Promise.race([wait((0.4 + 0.7 * random()) * openMs), once(child, 'exit')])
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    const version = look(file, (db) => db.pragma('user_version', { simple: true }))
    if (version === latest) after++
    else before++
    openStore({ file }).close()
    const labels = look(file, (db) => db.prepare('SELECT count(*) FROM annotation').pluck().get())
    if (labels !== labelCount) bad.push(`${String(labels)} of ${labelCount} labels are left`)
    if (look(file, (db) => db.pragma('user_version', { simple: true })) !== latest || !isSound(file))
      bad.push('the library is damaged, or was not migrated by the next start')
  }
  return {
    tried: `${count} kills of a migration`,
    held: `${before} left the old version and ${after} the new one; the next start has all ${labelCount} labels`,
    bad,
  }
}
