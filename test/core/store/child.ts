// Another program with the same library: run by tests that kill it, wait for it or share with it.
import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { openStore } from '../../../electron/core/store/db.ts'

const [, , task = '', file = '', content = 'photo'] = process.argv
const identify = (store: ReturnType<typeof openStore>) =>
  store.photos.identify(createHash('sha256').update(content).digest(), content.length)

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
    store.photos.identify(createHash('sha256').update(`photo ${number}`).digest(), 1),
  )
  const onProgress = (done: number) => {
    process.stdout.write(`${done}\n`)
    if (done >= 2000) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
  await store.annotations.confirmAll(new Map([['cat', new Set(photoIds)]]), { onProgress })
} else {
  // Says each label out loud after it is saved, and never ends.
  const store = openStore({ file })
  const photoId = identify(store)
  for (let index = 0; ; index += 1) {
    store.annotations.confirm([photoId], `label ${index}`)
    process.stdout.write(`${index}\n`)
  }
}
