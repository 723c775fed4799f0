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
import { newPorts, startCoreProcess } from './core-process.ts'
import { createSupervisor, type CoreSupervisor } from './core-supervisor.ts'
import * as dialogs from './dialogs.ts'
import { openFirstLibrary } from './first-library.ts'
import { listenToPage } from './ipc.ts'
import { menuTemplate } from './menu.ts'
import { serveProtocol } from './protocol.ts'
import { secureSession } from './security.ts'
import { createElectronShell } from './shell.ts'
import { startLanguage, textsOf, type Language, type Texts } from './texts.ts'
import { openWindow } from './window.ts'

export interface LabelroomOptions {
  readonly dataFolder: string
  /** Null: the person's own. */
  readonly libraryFile: string | null
  readonly log: Log
}

export class Labelroom {
  readonly #options: LabelroomOptions
  readonly #supervisor: CoreSupervisor
  #window: BrowserWindow | null = null
  #language: Language
  #history = { canUndo: false, canRedo: false }
  /** Until the page is there to be told. */
  #foldersToOpen: readonly string[] = []
  #isPageReady = false

  private constructor(options: LabelroomOptions) {
    const { dataFolder, log } = options
    this.#options = options
    this.#language = startLanguage(dataFolder, app.getLocale())
    this.#supervisor = createSupervisor({
      startProcess: (libraryFile) => startCoreProcess({ dataFolder, libraryFile, log }),
      newPorts,
      log,
      onEvent: (name, payload) => {
        if (name === 'settings.changed') followTheme(payload)
      },
      onGivenUp: (why) => {
        void dialogs.tellCoreGivenUp(this.#window, why, logFile(dataFolder), this.#texts).then(() => {
          app.quit()
        })
      },
    })
  }

  /** Null when the library cannot be opened and the person gives up. */
  static async start(options: LabelroomOptions): Promise<Labelroom | null> {
    const { dataFolder, libraryFile, log } = options
    const labelroom = new Labelroom(options)
    const supervisor = labelroom.#supervisor
    const file = libraryFile ?? `${dataFolder}/library.db`
    if (!(await openFirstLibrary(supervisor, file, labelroom.#texts, log))) return null
    const settings = await supervisor.request({ method: 'settings.get', input: {} })
    if (settings.ok) followTheme(settings.output)
    await labelroom.#noteLibrary()
    labelroom.#serve()
    labelroom.#open()
    return labelroom
  }

  focus(): void {
    if (this.#window?.isMinimized() === true) this.#window.restore()
    this.#window?.focus()
  }

  /** The page adds them to the library. */
  openFolders(folders: readonly string[]): void {
    this.#foldersToOpen = [...this.#foldersToOpen, ...folders]
    if (this.#isPageReady) this.#tellFolders()
  }

  /** Closes the core; what is in work is stored. */
  close(): Promise<void> {
    return this.#supervisor.close()
  }

  get #texts(): Texts {
    return textsOf(this.#language)
  }

  #serve(): void {
    const { dataFolder } = this.#options
    secureSession()
    serveProtocol({
      pageFolder,
      cacheDir: path.join(dataFolder, 'cache'),
      request: (request) => this.#supervisor.request(request),
    })
    const handlers = createElectronShell({
      dataFolder,
      window: () => this.#requireWindow(),
      libraryFile: () => this.#supervisor.libraryFile(),
      openLibrary: (file) => this.#openLibrary(file),
      setMenu: ({ language, ...history }) => {
        this.#language = language
        this.#history = history
        void this.#showMenu()
        // What the page says first, and when it listens to everything.
        this.#isPageReady = true
        this.#tellFolders()
      },
    })
    listenToPage({
      handlers,
      connectPage: (page) => {
        this.#supervisor.connectPage(page)
      },
    })
  }

  #open(): void {
    const { dataFolder, log } = this.#options
    const window = openWindow({
      stateFile: path.join(dataFolder, 'window.json'),
      onPageGone: (reason) => {
        log('error', `the page is gone: ${reason}`)
        void dialogs.askAfterPageGone(window, reason, this.#texts).then((answer) => {
          if (answer === 'quit') app.quit()
          else this.#reload()
        })
      },
      onUnresponsive: () => {
        log('warn', 'the page does not answer')
        void dialogs.askAboutHangingPage(window, this.#texts).then((answer) => {
          if (answer === 'reload') window.webContents.forcefullyCrashRenderer()
        })
      },
    })
    window.on('closed', () => {
      this.#window = null
    })
    this.#window = window
  }

  #reload(): void {
    this.#isPageReady = false
    this.#requireWindow().webContents.reload()
  }

  #requireWindow(): BrowserWindow {
    if (this.#window === null) throw new Error('The window is closed.')
    return this.#window
  }

  #tell<N extends ShellEventName>(name: N, payload: ShellEvents[N]): void {
    this.#window?.webContents.send('shell-event', { name, payload })
  }

  #tellFolders(): void {
    if (this.#foldersToOpen.length > 0) this.#tell('shell.open', { paths: [...this.#foldersToOpen] })
    this.#foldersToOpen = []
  }

  async #showMenu(): Promise<void> {
    const current = this.#supervisor.libraryFile()
    const recent = (await readRecentLibraries(this.#options.dataFolder)).map(({ file }) => file)
    const recentLibraries = recent.filter((file) => file !== current)
    const template = menuTemplate(
      { language: this.#language, ...this.#history, recentLibraries },
      {
        command: (command) => {
          this.#tell('shell.command', { command })
        },
        openLibrary: () => void this.#openChosen(dialogs.chooseLibrary),
        newLibrary: () => void this.#openChosen(dialogs.chooseNewLibrary),
        openRecent: (file) => void this.#openChosen(() => Promise.resolve(file)),
        showLog: () => {
          shell.showItemInFolder(logFile(this.#options.dataFolder))
        },
      },
    )
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }

  async #noteLibrary(): Promise<void> {
    const file = this.#supervisor.libraryFile()
    await rememberLibrary(this.#options.dataFolder, file)
    app.addRecentDocument(file)
    await this.#showMenu()
  }

  /** Throws AppError; the library before stays open then. */
  async #openLibrary(file: string): Promise<void> {
    await this.#supervisor.open(file)
    await this.#noteLibrary()
    this.#reload()
  }

  async #openChosen(choose: (parent: BrowserWindow, texts: Texts) => Promise<string | null>): Promise<void> {
    const window = this.#requireWindow()
    const file = await choose(window, this.#texts)
    if (file === null) return
    await this.#openLibrary(file).catch((error: unknown) =>
      dialogs.tellLibraryFailed(window, toWireError(error).message, this.#texts),
    )
  }
}

/** The frame of the window and its dialogs are dark or light as the app is. */
function followTheme(settings: unknown): void {
  nativeTheme.themeSource = coreEvents['settings.changed'].parse(settings).theme
}
