// Runs one piece of work on a library file in a thread of its own, and waits for it: with the event loop, or without.
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import type { Backup, LibraryCheck } from '../../../contract/backups.ts'
import { AppError, type WireError } from '../../../contract/errors.ts'
import { messageOf, msg, type Message } from '../../../texts/message.ts'
import type { CopyRequest } from './copy-library.ts'
import type { CheckRequest } from './examine.ts'
import type { RestoreRequest } from './restore-library.ts'

export type BackupTask =
  | ({ readonly name: 'copy' } & CopyRequest)
  | ({ readonly name: 'restore' } & RestoreRequest)
  | ({ readonly name: 'check' } & CheckRequest)

/** What a thread is started with; `done` becomes 1 when its answer is on the port. */
export interface ThreadData {
  readonly task: BackupTask
  readonly port: MessagePort
  readonly done: Int32Array
}

export type FromBackupThread = { readonly output: unknown } | { readonly error: WireError }

const entry = new URL(`./entry${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
/** A library of several gigabytes on a slow drive takes minutes. */
const syncTimeoutMs = 30 * 60_000

/** See `copyLibrary`. */
export const copyInThread = (request: CopyRequest): RunningTask<Backup | null> =>
  start({ name: 'copy', ...request }) as RunningTask<Backup | null>

/** See `restoreLibrary`. */
export const restoreInThread = (request: RestoreRequest): RunningTask<string | null> =>
  start({ name: 'restore', ...request }) as RunningTask<string | null>

/** See `checkLibrary`. */
export const checkInThread = (request: CheckRequest): RunningTask<LibraryCheck> =>
  start({ name: 'check', ...request }) as RunningTask<LibraryCheck>

/** The same as `copyInThread` for a caller that cannot go on before the copy is there. */
export function copyAndWait(request: CopyRequest): Backup | null {
  const { port, done } = startWorker({ name: 'copy', ...request })
  Atomics.wait(done, 0, 0, syncTimeoutMs)
  const received = receiveMessageOnPort(port)?.message as FromBackupThread | undefined
  port.close()
  return unpack(received ?? { error: lost(msg('it ended')) }) as Backup | null
}

export interface RunningTask<T> {
  readonly result: Promise<T>
  /** Ends the thread; the result fails. A partial copy is removed by the next backup. */
  stop(): void
}

function start(task: BackupTask): RunningTask<unknown> {
  const { worker, port } = startWorker(task)
  const answer = new Promise<FromBackupThread>((resolve) => {
    port.once('message', resolve)
    let why: Message = msg('it ended')
    worker.once('error', (error: unknown) => {
      why = messageOf(error)
    })
    // Its answer may be on the way still.
    worker.once('exit', () => setImmediate(() => resolve({ error: lost(why) })))
  })
  const result = answer.then(unpack).finally(() => port.close())
  return { result, stop: () => void worker.terminate() }
}

function startWorker(task: BackupTask): { worker: Worker; port: MessagePort; done: Int32Array } {
  const { port1, port2 } = new MessageChannel()
  const done = new Int32Array(new SharedArrayBuffer(4))
  const data: ThreadData = { task, port: port2, done }
  const worker = new Worker(entry, { workerData: data, transferList: [port2] })
  return { worker, port: port1, done }
}

function unpack(message: FromBackupThread): unknown {
  if ('error' in message) throw new AppError(message.error.code, message.error.message)
  return message.output
}

const lost = (why: Message): WireError => ({
  code: 'internal',
  message: msg('The thread that copies libraries was lost ({{why}}); try again.', { why }),
})
