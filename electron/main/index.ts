// Electron's main process: one instance, one window, one core; the order in which they start and end.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { app, dialog } from 'electron'
import { runtimeEnvironment } from '../common/runtime-environment.ts'
import { describeError } from '../core/log.ts'
import { isDebuggable } from '../host/app-info.ts'
import { dataFolder, logFile } from '../host/data-folder.ts'
import { openLog } from '../host/log-file.ts'
import { messageOf } from '../texts/message.ts'
import { packOpened, readArguments, toOpened, unpackOpened, type Opened } from './arguments.ts'
import { Labelroom } from './application.ts'
import { findRefusedSwitch, RefusedSwitch } from './refused-switches.ts'
import { declareProtocol } from './protocol.ts'
import { secureApp } from './security.ts'
import { startLanguage, textsOf } from './texts.ts'

// Every process that is started from here inherits it, too.
Object.assign(process.env, runtimeEnvironment)

const refused =
  app.isPackaged && !isDebuggable ? findRefusedSwitch((name) => app.commandLine.hasSwitch(name)) : null
if (refused !== null) {
  tellStartFailed(new RefusedSwitch(refused), null)
  // Chromium, and what it would listen on, starts only when this module is loaded.
  process.exit(1)
}

// In a checkout, root on Linux has no sandbox of the system and must say so; pages stay sandboxed from Node in any case.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
declareProtocol()

const folder = await dataFolder().catch((error: unknown) => {
  tellStartFailed(error, null)
  app.exit(1)
  throw error
})
const log = openLog(logFile(folder))
// Chromium's own files stay together, and each data folder has one instance.
const profile = path.join(folder, 'electron')
mkdirSync(profile, { recursive: true })
app.setPath('userData', profile)

const words = process.argv.slice(1)
// In a checkout the first word names the app itself.
const appWord = process.defaultApp ? words.findIndex((word) => !word.startsWith('-')) : -1
const asked = readArguments(words.toSpliced(appWord, appWord < 0 ? 0 : 1), process.cwd())

let labelroom: Labelroom | null = null
/** What the system asked to open before there was a window. */
let waiting: Opened[] = [{ ...asked.opened, library: null }]
const open = (opened: Opened) => {
  if (labelroom === null) waiting.push(opened)
  else void labelroom.open(opened)
}

if (!app.requestSingleInstanceLock({ opened: packOpened(asked.opened) })) app.quit()
else {
  secureApp(app, log)
  process.on('uncaughtException', (error) => {
    log('error', error.stack ?? error.message)
  })
  app.on('second-instance', (_event, _words, _folder, data) => {
    labelroom?.focus()
    open(unpackOpened((data as { opened: string }).opened))
  })
  app.on('open-file', (event, file) => {
    event.preventDefault()
    open(toOpened([file]))
  })
  app.on('window-all-closed', () => {
    app.quit()
  })
  let isClosed = false
  app.on('will-quit', (event) => {
    if (isClosed || labelroom === null) return
    event.preventDefault()
    isClosed = true
    void labelroom.close().finally(() => {
      app.quit()
    })
  })
  void start()
}

/** Not awaited above: Electron is ready only when this module is loaded. */
async function start(): Promise<void> {
  await app.whenReady()
  try {
    const libraryFile = asked.libraryFile ?? asked.opened.library
    labelroom = await Labelroom.start({ dataFolder: folder, libraryFile, log })
    for (const opened of waiting) void labelroom?.open(opened)
    waiting = []
  } catch (error) {
    log('error', `start: ${describeError(error)}`)
    tellStartFailed(error, folder)
  }
  if (labelroom === null) app.quit()
}

function tellStartFailed(error: unknown, dataFolder: string | null): void {
  const { t, sentence } = textsOf(startLanguage(dataFolder, app.getLocale()))
  dialog.showErrorBox(t('startFailed'), sentence(messageOf(error)))
}
