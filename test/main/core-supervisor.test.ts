// Which core runs when one crashes while another library is opened, or the app is closed. The processes are stand-ins:
// a real one cannot be made to crash at a given moment. Real ones crash in test/browser/electron/app.spec.ts.
import { EventEmitter } from 'node:events'
import type { MessagePortMain, WebContents } from 'electron'
import { expect, test } from 'vitest'
import { AppError } from '../../electron/contract/errors.ts'
import type { CoreProcess } from '../../electron/main/core-process.ts'
import { createSupervisor } from '../../electron/main/core-supervisor.ts'

const newPort = () => {
  const port = Object.assign(new EventEmitter(), { start: () => undefined, postMessage: () => undefined })
  return port as unknown as MessagePortMain
}

class Process implements CoreProcess {
  readonly libraryFile: string
  readonly pid: number
  state: 'runs' | 'crashed' | 'closed' = 'runs'
  clients = 0
  #tell: (why: string) => void = () => undefined

  constructor(libraryFile: string, pid: number) {
    this.libraryFile = libraryFile
    this.pid = pid
  }

  connectClient(): void {
    this.clients++
  }

  onCrash(listener: (why: string) => void): void {
    this.#tell = listener
  }

  close(): Promise<void> {
    this.state = 'closed'
    return Promise.resolve()
  }

  crash(): void {
    this.state = 'crashed'
    this.#tell('the core ended with code 9')
  }
}

/** Processes start when they are let. */
function supervised() {
  const processes: Process[] = []
  const starting: { libraryFile: string; finish: (error?: AppError) => void }[] = []
  const givenUp: string[] = []
  const supervisor = createSupervisor({
    newPorts: () => ({ port1: newPort(), port2: newPort() }),
    log: () => undefined,
    onEvent: () => undefined,
    onGivenUp: (why) => givenUp.push(why),
    startProcess: (libraryFile) =>
      new Promise((resolve, reject) => {
        const finish = (error?: AppError) => {
          if (error !== undefined) {
            reject(error)
            return
          }
          const process = new Process(libraryFile, processes.length + 1)
          processes.push(process)
          resolve(process)
        }
        starting.push({ libraryFile, finish })
      }),
  })
  /** Lets the start that was asked for next be done. */
  const finishNext = async (libraryFile: string, error?: AppError) => {
    await expect.poll(() => starting.map((one) => one.libraryFile)).toContain(libraryFile)
    const [next] = starting.splice(
      starting.findIndex((one) => one.libraryFile === libraryFile),
      1,
    )
    next?.finish(error)
  }
  const runs = () => processes.filter(({ state }) => state === 'runs').map(({ libraryFile }) => libraryFile)
  const open = async (libraryFile: string) => {
    const opened = supervisor.open(libraryFile)
    await finishNext(libraryFile)
    await opened
  }
  return { supervisor, processes, starting, givenUp, finishNext, runs, open }
}

function page() {
  const sent: boolean[] = []
  const contents = { once: () => contents, isDestroyed: () => false, postMessage }
  function postMessage(_channel: string, isRestart: boolean) {
    sent.push(isRestart)
  }
  return { sent, contents: contents as unknown as WebContents }
}

test('a core that crashes is started again, and the page gets another port', async () => {
  const { supervisor, processes, finishNext, runs, open } = supervised()
  await open('/a.db')
  const { sent, contents } = page()
  supervisor.connectPage(contents)
  processes[0]?.crash()
  expect(await supervisor.request({ method: 'library.summary', input: {} })).toMatchObject({ ok: false })
  await finishNext('/a.db')
  await expect.poll(() => sent).toEqual([false, true])
  expect(runs()).toEqual(['/a.db'])
})

test.each(['before', 'after'])(
  'a crash while another library is opened: that library is open, and nothing else runs (a start %s it)',
  async (order) => {
    const { supervisor, processes, starting, givenUp, finishNext, runs, open } = supervised()
    await open('/a.db')
    const opened = supervisor.open('/b.db')
    await expect.poll(() => starting.map(({ libraryFile }) => libraryFile)).toEqual(['/b.db'])
    processes[0]?.crash()
    // Whoever starts the crashed one at once may be sooner or later than the one that was asked for.
    const startAgain = () => starting.find(({ libraryFile }) => libraryFile === '/a.db')?.finish()
    if (order === 'before') startAgain()
    await finishNext('/b.db')
    await opened
    startAgain()
    await supervisor.open('/b.db')
    expect(supervisor.libraryFile()).toBe('/b.db')
    expect(runs()).toEqual(['/b.db'])
    expect(givenUp).toEqual([])
  },
)

test('a crash while a library is opened that cannot be: the one before is started again', async () => {
  const { supervisor, processes, finishNext, runs, open } = supervised()
  await open('/a.db')
  const { sent, contents } = page()
  supervisor.connectPage(contents)
  const opened = supervisor.open('/b.db')
  processes[0]?.crash()
  await finishNext('/b.db', new AppError('library-corrupt', 'b.db is damaged.'))
  await expect(opened).rejects.toThrow('b.db is damaged.')
  await finishNext('/a.db')
  await expect.poll(() => sent).toEqual([false, true])
  expect(supervisor.libraryFile()).toBe('/a.db')
  expect(runs()).toEqual(['/a.db'])
})

test('another library is opened while a crashed one starts again: it is the one that stays', async () => {
  const { supervisor, processes, finishNext, runs, open } = supervised()
  await open('/a.db')
  processes[0]?.crash()
  const opened = supervisor.open('/b.db')
  await finishNext('/a.db')
  await finishNext('/b.db')
  await opened
  expect(supervisor.libraryFile()).toBe('/b.db')
  expect(runs()).toEqual(['/b.db'])
})

test('of two libraries that are opened at once the last one stays, alone', async () => {
  const { supervisor, finishNext, runs, open } = supervised()
  await open('/a.db')
  const opened = [supervisor.open('/b.db'), supervisor.open('/c.db')]
  await finishNext('/b.db')
  await finishNext('/c.db')
  await Promise.all(opened)
  expect(supervisor.libraryFile()).toBe('/c.db')
  expect(runs()).toEqual(['/c.db'])
})

test('closed while a core starts, none is left', async () => {
  const { supervisor, finishNext, runs, open } = supervised()
  await open('/a.db')
  const opened = supervisor.open('/b.db')
  await supervisor.close()
  await finishNext('/b.db')
  await opened
  expect(runs()).toEqual([])
})

test('at the fourth crash in a short time it gives up', async () => {
  const { supervisor, processes, givenUp, finishNext, open } = supervised()
  await open('/a.db')
  for (let crash = 0; crash < 3; crash++) {
    processes.at(-1)?.crash()
    await finishNext('/a.db')
    await expect.poll(() => supervisor.pid()).toBe(processes.length)
  }
  expect(givenUp).toEqual([])
  processes.at(-1)?.crash()
  await expect.poll(() => givenUp).toEqual(['the core ended with code 9'])
})
