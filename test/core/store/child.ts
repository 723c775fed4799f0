// Another program with the same library: run by tests that kill it, wait for it or share with it.
import { createHash } from 'node:crypto'
import { writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { ingestFolders } from '../../../electron/core/library/ingest.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { migrations } from '../../../electron/core/store/migrations/index.ts'
import { openLibrary } from '../../../electron/core/store/sqlite/open.ts'
import { keysOf } from '../../helpers/keys.ts'

/** Says it out loud, and comes no further. */
function say(text: string): void {
  writeSync(1, `${text}\n`)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const [, , task = '', file = '', content = 'photo'] = process.argv
const identify = (store: ReturnType<typeof openStore>) =>
  store.photos.identify(keysOf(createHash('sha256').update(content).digest(), content.length), null)

if (task === 'hold') {
  const db = new Database(file)
  db.exec('BEGIN IMMEDIATE')
  process.stdout.write('held\n')
  process.stdin.resume().on('end', () => db.close())
} else if (task === 'find') {
  const store = openStore({ file })
  process.stdout.write(`${identify(store)}\n`)
  store.close()
} else if (task === 'import') {
  // Says out loud when a part of it is saved, and comes no further.
  const store = openStore({ file })
  const photoIds = Array.from({ length: 3000 }, (_, number) =>
    store.photos.identify(keysOf(createHash('sha256').update(`another photo ${number}`).digest(), 1), null),
  )
  const onProgress = (done: number) => {
    process.stdout.write(`${done}\n`)
    if (done >= 2000) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
  await store.annotations.confirmAll(new Map([['cat', new Set(photoIds)]]), { onProgress })
} else if (task === 'migrate') {
  // Is killed within the last migration.
  const last = migrations.at(-1)
  openLibrary({ file }, [
    ...migrations.slice(0, -1),
    {
      version: last?.version ?? 0,
      up: (db) => {
        last?.up(db)
        say('half')
      },
    },
  ])
} else if (task === 'halve') {
  // Is killed within the second piece.
  const store = openStore({ file })
  store.embeddings.halveSome()
  store.transaction(() => {
    store.embeddings.halveSome()
    say('half')
  })
} else if (task === 'scan') {
  // Is killed after the first batch was recorded.
  let files = 0
  const scan = ingestFolders(openStore({ file }), [content])
  while ((await scan.next()).done !== true) if (++files === 32) say('half')
} else {
  // Says each label out loud after it is saved, and never ends.
  const store = openStore({ file })
  const photoId = identify(store)
  for (let index = 0; ; index += 1) {
    store.annotations.confirm([photoId], `label ${index}`)
    process.stdout.write(`${index}\n`)
  }
}
