// A killed program loses nothing that it had reported as saved.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addFiles, addPhoto, tempStore } from './helpers.ts'

test('keeps every acknowledged label and its step through SIGKILL', async () => {
  const file = join(tempFolder(), 'library.sqlite')
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), 'confirm', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = -1
  const lines = createInterface(writer.stdout).on('line', (line) => {
    acknowledged = Number(line)
    if (acknowledged === 200) writer.kill('SIGKILL')
  })
  await Promise.all([once(writer, 'exit'), once(lines, 'close')])
  expect(writer.signalCode).toBe('SIGKILL')
  expect(acknowledged).toBeGreaterThanOrEqual(200)

  const store = tempStore(file)
  addFiles(store, { '/p/a.jpg': addPhoto(store, 'photo') })
  const [photo] = store.listing.page({
    root: '/p',
    variantId: null,
    after: null,
    limit: 1,
  })
  const saved = new Set(photo?.labels.map(({ name }) => name))
  for (let index = 0; index <= acknowledged; index += 1) expect(saved).toContain(`label ${index}`)
  // Each of them can still be undone, and nothing else.
  for (let index = 0; index < saved.size; index += 1) store.history.undo()
  expect(store.history.state().undo).toBeNull()
  expect(store.annotations.of([addPhoto(store, 'photo')]).size).toBe(0)
})
