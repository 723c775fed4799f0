// Which core runs when one crashes while another library is opened, or the app is closed. The processes are stand-ins:
// a real one cannot be made to crash at a given moment. Real ones crash in test/browser/electron/app.spec.ts.
import { EventEmitter } from 'node:events'
import type { MessagePortMain, WebContents } from 'electron'
import { expect, test } from 'vitest'
import { AppError } from '../../electron/contract/errors.ts'
import type { CoreProcess } from '../../electron/main/core-process.ts'
import { createSupervisor } from '../../electron/main/core-supervisor.ts'
import { english, msg, verbatim, type Message } from '../../electron/texts/message.ts'

const newPort = () => {
  const port = Object.assign(new EventEmitter(), { start: () => undefined, postMessage: () => undefined })
  return port as unknown as MessagePortMain
}

class Process implements CoreProcess {
  readonly libraryFile: string
  readonly pid: number
  state: 'runs' | 'crashed' | 'closed' = 'runs'
  clients = 0
  #tell: (why: Message) => void = () => undefined

  constructor(libraryFile: string, pid: number) {
    this.libraryFile = libraryFile
    this.pid = pid
  }

  connectClient(): void {
    this.clients++
  }

  choose(): Promise<void> {
    return Promise.resolve()
  }

  onCrash(listener: (why: Message) => void): void {
    this.#tell = listener
  }

  close(): Promise<void> {
    this.state = 'closed'
    return Promise.resolve()
  }

  crash(): void {
    this.state = 'crashed'
    this.#tell(msg('the core ended with code {{code}}', { code: 9 }))
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
    onGivenUp: (why) => givenUp.push(english(why)),
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

test('starts a crashed core again and sends the page another port', async () => {
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
  'leaves only the new library running after a crash while it is opened (a start %s it)',
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

test('starts the previous library again after a crash while another one fails to open', async () => {
  const { supervisor, processes, finishNext, runs, open } = supervised()
  await open('/a.db')
  const { sent, contents } = page()
  supervisor.connectPage(contents)
  const opened = supervisor.open('/b.db')
  processes[0]?.crash()
  await finishNext('/b.db', new AppError('library-corrupt', verbatim('b.db is damaged.')))
  await expect(opened).rejects.toThrow('b.db is damaged.')
  await finishNext('/a.db')
  await expect.poll(() => sent).toEqual([false, true])
  expect(supervisor.libraryFile()).toBe('/a.db')
  expect(runs()).toEqual(['/a.db'])
})

test('keeps the library that was opened while a crashed one restarted', async () => {
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

test('keeps only the last of two libraries that are opened at once', async () => {
  const { supervisor, finishNext, runs, open } = supervised()
  await open('/a.db')
  const opened = [supervisor.open('/b.db'), supervisor.open('/c.db')]
  await finishNext('/b.db')
  await finishNext('/c.db')
  await Promise.all(opened)
  expect(supervisor.libraryFile()).toBe('/c.db')
  expect(runs()).toEqual(['/c.db'])
})

test('leaves no core running when it is closed during a start', async () => {
  const { supervisor, finishNext, runs, open } = supervised()
  await open('/a.db')
  const opened = supervisor.open('/b.db')
  await supervisor.close()
  await finishNext('/b.db')
  await opened
  expect(runs()).toEqual([])
})

test('gives up at the fourth crash within the window', async () => {
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
