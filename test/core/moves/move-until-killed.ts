// Moves two photos of a library, and is killed at a given call of the file system; started by killed.test.ts.
import { renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import { FileId } from '../../../electron/contract/domain.ts'
import { fileCalls, type FileCalls } from '../../../electron/core/moves/file-calls.ts'
import { moveAll } from '../../../electron/core/moves/move-all.ts'
import { openStore } from '../../../electron/core/store/db.ts'

const [folder = '', library = '', call = '', when = '', drives = ''] = process.argv.slice(2)
const [side, number] = when.split(' ')
const store = openStore({ file: library })
let count = 0

/** Ends this process before or after the wanted call. */
function at(name: keyof FileCalls, now: 'before' | 'after'): void {
  if (name !== call) return
  if (now === 'before') count++
  if (now === side && count === Number(number)) process.kill(process.pid, 'SIGKILL')
}

const calls: FileCalls = {
  rename(from, to) {
    if (drives === 'two') throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' })
    at('rename', 'before')
    renameSync(from, to)
    at('rename', 'after')
  },
  async copy(from, to) {
    at('copy', 'before')
    await fileCalls.copy(from, to)
    at('copy', 'after')
  },
  remove(file) {
    at('remove', 'before')
    fileCalls.remove(file)
    at('remove', 'after')
  },
}
const db = new Database(library, { readonly: true })
const idOf = (name: string) =>
  FileId.parse(db.prepare('SELECT id FROM file WHERE path = ?').pluck().get(`${folder}/2023/${name}`))
const fileIds = ['a.jpg', 'b.jpg'].map(idOf)
await moveAll(
  store,
  { fileIds, folder: `${folder}/2024`, newFolder: null, onTaken: 'skip' },
  { calls, signal: new AbortController().signal, onProgress: () => undefined },
  () => undefined,
)
