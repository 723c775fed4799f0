// Composes the app: core, protocol, window, menu and shell. Everything of Electron that has a life is held here.
import path from 'node:path'
import { app, Menu, nativeTheme, shell, type BrowserWindow } from 'electron'
import { toWireError } from '../contract/errors.ts'
import { coreEvents } from '../contract/events.ts'
import type { ShellEventName, ShellEvents } from '../contract/shell.ts'
import type { Log } from '../core/log.ts'
import { logFile } from '../host/log-file.ts'
import { pageFolder } from '../host/product.ts'
import { readRecentLibraries, rememberLibrary } from '../host/recent-libraries.ts'
import { createSupervisor, type CoreSupervisor } from './core-supervisor.ts'
import * as dialogs from './dialogs.ts'
import { listenToPage } from './ipc.ts'
import { menuTemplate } from './menu.ts'
import { serveProtocol } from './protocol.ts'
import { secureSession } from './security.ts'
import { createElectronShell } from './shell.ts'
import { textsOf, toLanguage, type Language } from './texts.ts'
import { openWindow } from './window.ts'

export interface Labelroom {
  focus(): void
  /** The page adds them to the library. */
  openFolders(folders: readonly string[]): void
  /** Closes the core; what is in work is stored. */
  close(): Promise<void>
}

export interface LabelroomOptions {
  readonly dataFolder: string
  /** Null: the person's own. */
  readonly libraryFile: string | null
  readonly log: Log
}

/** Null when the library cannot be opened and the person gives up. */
export async function createLabelroom({
  dataFolder,
  libraryFile,
  log,
}: LabelroomOptions): Promise<Labelroom | null> {
  let language: Language = toLanguage(app.getLocale())
  let history = { canUndo: false, canRedo: false }
  let window: BrowserWindow | null = null
  let foldersToOpen: readonly string[] = []
  const texts = () => textsOf(language)

  const supervisor = createSupervisor({
    dataFolder,
    log,
    onEvent(name, payload) {
      if (name !== 'settings.changed') return
      nativeTheme.themeSource = coreEvents['settings.changed'].parse(payload).theme
    },
    onGivenUp(why) {
      void dialogs.tellCoreGivenUp(window, why, logFile(dataFolder), texts()).then(() => {
        app.quit()
      })
    },
  })
  if (!(await openFirstLibrary(supervisor, libraryFile ?? `${dataFolder}/library.db`, texts(), log)))
    return null

  const tellPage = <N extends ShellEventName>(name: N, payload: ShellEvents[N]) => {
    window?.webContents.send('shell-event', { name, payload })
  }
  const showMenu = async () => {
    const recent = (await readRecentLibraries(dataFolder)).map(({ file }) => file)
    const state = {
      language,
      ...history,
      recentLibraries: recent.filter((file) => file !== supervisor.libraryFile()),
    }
    const template = menuTemplate(state, {
      command: (command) => {
        tellPage('shell.command', { command })
      },
      openLibrary: () => void openChosen(dialogs.chooseLibrary),
      newLibrary: () => void openChosen(dialogs.chooseNewLibrary),
      openRecent: (file) => void openChosen(() => Promise.resolve(file)),
      showLog: () => {
        shell.showItemInFolder(logFile(dataFolder))
      },
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }
  const noteLibrary = async () => {
    await rememberLibrary(dataFolder, supervisor.libraryFile())
    app.addRecentDocument(supervisor.libraryFile())
    await showMenu()
  }
  const openLibrary = async (file: string) => {
    await supervisor.open(file)
    await noteLibrary()
    window?.webContents.reload()
  }
  const openChosen = async (
    choose: (parent: BrowserWindow, words: ReturnType<typeof textsOf>) => Promise<string | null>,
  ) => {
    if (window === null) return
    const file = await choose(window, texts())
    if (file === null) return
    await openLibrary(file).catch((error: unknown) =>
      dialogs.tellLibraryFailed(window, toWireError(error).message, texts()),
    )
  }

  secureSession()
  serveProtocol({
    pageFolder,
    cacheDir: path.join(dataFolder, 'cache'),
    request: (request) => supervisor.request(request),
  })
  const requireWindow = () => {
    if (window === null) throw new Error('The window is closed.')
    return window
  }
  listenToPage({
    handlers: createElectronShell({
      dataFolder,
      openLibrary,
      window: requireWindow,
      libraryFile: supervisor.libraryFile,
      setMenu(state) {
        language = state.language
        history = { canUndo: state.canUndo, canRedo: state.canRedo }
        void showMenu()
      },
    }),
    connectPage(page) {
      supervisor.connectPage(page)
      // The page listens to the shell before it connects.
      if (foldersToOpen.length > 0) tellPage('shell.open', { paths: [...foldersToOpen] })
      foldersToOpen = []
    },
  })
  await noteLibrary()
  await followTheme(supervisor)
  window = openWindow({
    stateFile: path.join(dataFolder, 'window.json'),
    onPageGone(reason) {
      log('error', `the page is gone: ${reason}`)
      void dialogs.askAfterPageGone(requireWindow(), reason, texts()).then((answer) => {
        if (answer === 'quit') app.quit()
        else requireWindow().webContents.reload()
      })
    },
    onUnresponsive() {
      log('warn', 'the page does not answer')
      void dialogs.askAboutHangingPage(requireWindow(), texts()).then((answer) => {
        if (answer === 'reload') requireWindow().webContents.forcefullyCrashRenderer()
      })
    },
  })
  window.on('closed', () => {
    window = null
  })
  return {
    focus() {
      if (window?.isMinimized() === true) window.restore()
      window?.focus()
    },
    openFolders(folders) {
      if (folders.length === 0) return
      if (window?.webContents.isLoadingMainFrame() === false) tellPage('shell.open', { paths: [...folders] })
      else foldersToOpen = [...foldersToOpen, ...folders]
    },
    close: () => supervisor.close(),
  }
}

/** Asks until a library is open, or the person gives up: then false. */
async function openFirstLibrary(
  supervisor: CoreSupervisor,
  first: string,
  texts: ReturnType<typeof textsOf>,
  log: Log,
): Promise<boolean> {
  let file = first
  for (;;) {
    try {
      await supervisor.open(file)
      return true
    } catch (error) {
      const { message } = toWireError(error)
      log('error', message)
      const answer = await dialogs.askAboutLibrary(message, texts)
      if (answer === 'quit') return false
      if (answer === 'choose') file = (await dialogs.chooseLibrary(null, texts)) ?? file
    }
  }
}

/** The frame of the window and its dialogs are dark or light as the app is. */
async function followTheme(supervisor: CoreSupervisor): Promise<void> {
  const reply = await supervisor.request({ method: 'settings.get', input: {} })
  if (reply.ok) nativeTheme.themeSource = coreEvents['settings.changed'].parse(reply.output).theme
}
