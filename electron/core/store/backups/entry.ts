// Entry of a thread that copies, checks or restores a library, so that SQLite does not hold up the core meanwhile.
import { workerData } from 'node:worker_threads'
import { toWireError } from '../../../contract/errors.ts'
import { copyLibrary } from './copy-library.ts'
import { checkLibrary } from './examine.ts'
import type { BackupTask, FromBackupThread, ThreadData } from './thread.ts'
import { restoreLibrary } from './restore-library.ts'

const { task, port, done } = workerData as ThreadData

function run(task: BackupTask): unknown {
  if (task.name === 'copy') return copyLibrary(task)
  if (task.name === 'restore') return restoreLibrary(task)
  return checkLibrary(task)
}

async function answer(): Promise<FromBackupThread> {
  try {
    return { output: await run(task) }
  } catch (error) {
    return { error: toWireError(error) }
  }
}

port.postMessage(await answer())
Atomics.store(done, 0, 1)
Atomics.notify(done, 0)
port.close()
