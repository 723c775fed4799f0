// The app in a real Electron: its window's page, and a client of the same core over a port of its own.
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import type { TestRuntime } from '../../electron-runtime/runtime-cache.ts'
import type { WireReply } from '../../../electron/contract/transport.ts'
import { createClient, type CoreClient } from '../../../electron/core/client.ts'
import { homeEnvironment } from '../../helpers/home-environment.ts'
import type { LaunchOptions, RunningApp } from './app.ts'

/** Twice what the app itself waits for its core; later it hangs, is killed, and the test fails with the reason. */
const closeTimeoutMs = 40_000

const root = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * As root, Chromium has no sandbox of the system; what pages may do is the same. Without a graphics card, drawing for one
 * is the slower way.
 */
export const electronArguments: readonly string[] = [
  '--disable-gpu',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  root,
]

export function electronEnvironment(
  { sqliteBinding }: TestRuntime,
  home: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    ...homeEnvironment(home),
    ...(sqliteBinding === null ? {} : { LABELROOM_SQLITE_BINDING: sqliteBinding }),
    ...more,
  }
}

export async function launchInElectron(
  runtime: TestRuntime,
  { home, libraryFile, env }: LaunchOptions,
): Promise<RunningApp> {
  const electron = await _electron.launch({
    executablePath: runtime.executable,
    args: [...electronArguments, `--library=${libraryFile}`],
    env: electronEnvironment(runtime, home, env),
  })
  const exited = once(electron.process(), 'exit')
  const page = await electron.firstWindow()
  await page.waitForLoadState()
  await chooseFolder(electron, page, path.dirname(home))
  return {
    electron,
    page,
    client: connectClient(page),
    async stop(how) {
      if (how === 'kill') electron.process().kill('SIGKILL')
      else await closeOrKill(electron, exited)
      await exited
    },
    answerDialog: (answered) =>
      electron.evaluate(({ dialog }, answer) => {
        const filePaths = answer === null ? [] : [answer]
        dialog.showOpenDialog = () => Promise.resolve({ canceled: answer === null, filePaths })
        dialog.showSaveDialog = () => Promise.resolve({ canceled: answer === null, filePath: answer ?? '' })
      }, answered),
  }
}

async function closeOrKill(electron: ElectronApplication, exited: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  const tooLate = setTimeout(closeTimeoutMs, true, { signal: over.signal }).catch(() => false)
  // Its answer may be lost with the process.
  void electron.close().catch(() => undefined)
  const hangs = await Promise.race([tooLate, exited.then(() => false)])
  over.abort()
  if (!hangs) return
  electron.process().kill('SIGKILL')
  throw new Error(`the app did not quit within ${closeTimeoutMs} ms`)
}

/** The user chooses the test's folder, so that the page may name what lies below it. */
async function chooseFolder(electron: ElectronApplication, page: Page, folder: string): Promise<void> {
  await electron.evaluate(({ dialog }, chosen) => {
    const showOpenDialog = dialog.showOpenDialog.bind(dialog)
    dialog.showOpenDialog = () => {
      dialog.showOpenDialog = showOpenDialog
      return Promise.resolve({ canceled: false, filePaths: [chosen] })
    }
  }, folder)
  await page.evaluate(() =>
    (window as unknown as TestWindow).bridge.shell({ method: 'shell.pickFolder', input: { title: '' } }),
  )
}

interface TestWindow {
  bridge: { connect(): Promise<void>; shell(request: object): Promise<unknown> }
  testPort?: Promise<MessagePort>
}

/** Calls over a port of its own; the page's code keeps the one that it has. */
export function connectClient(page: Page): CoreClient {
  return createClient({
    request: (request) =>
      page.evaluate(async (call) => {
        const own = window as unknown as TestWindow
        own.testPort ??= new Promise((resolve) => {
          const take = (event: MessageEvent<unknown>) => {
            const [port] = event.ports
            if (event.data !== 'labelroom:core-port' || port === undefined) return
            event.stopImmediatePropagation()
            window.removeEventListener('message', take, { capture: true })
            port.start()
            resolve(port)
          }
          window.addEventListener('message', take)
          void own.bridge.connect()
        })
        const port = await own.testPort
        const id = Math.floor(Math.random() * 2 ** 31)
        return new Promise<WireReply>((resolve) => {
          const receive = ({ data }: MessageEvent<{ id?: number; reply?: WireReply }>) => {
            if (data.id !== id || data.reply === undefined) return
            port.removeEventListener('message', receive)
            resolve(data.reply)
          }
          port.addEventListener('message', receive)
          port.postMessage({ id, ...call })
        })
      }, request),
    subscribe: () => () => undefined,
  })
}
