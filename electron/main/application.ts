// Composes the app: core, protocol, window, menu and shell. Everything of Electron that has a life is held here.
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { app, Menu, nativeTheme, Notification, shell, type BrowserWindow } from 'electron'
import { coreEvents } from '../contract/events.ts'
import type { MenuRequest, ShellEventName, ShellEvents } from '../contract/shell.ts'
import type { Log } from '../core/log.ts'
import { listWritten } from '../core/outputs/written-files.ts'
import { logFile, windowFile, writtenListFile } from '../host/data-folder.ts'
import { pageFolder } from '../host/app-info.ts'
import { listRecentLibraries, rememberLibrary } from '../host/recent-libraries.ts'
import { messageOf } from '../texts/message.ts'
import { newPorts, RefusedLibrary, startCoreProcess } from './core-process.ts'
import { createKnownPaths, electronPlaces } from '../host/page/named-paths.ts'
import { toOpened, type Opened } from './arguments.ts'
import { createSupervisor, type CoreSupervisor } from './core-supervisor.ts'
import * as dialogs from './dialogs.ts'
import { openFirstLibrary } from './first-library.ts'
import { listenToPage } from './ipc.ts'
import { menuTemplate, type MenuState } from './menu.ts'
import { enablePhotoItems } from './photo-menu.ts'
import { serveProtocol } from './protocol.ts'
import { secureSession } from './security.ts'
import { createElectronShell } from './shell.ts'
import { startLanguage, textsOf, type Language, type Texts } from './texts.ts'
import { openWindow } from './window.ts'

export interface LabelroomOptions {
  readonly dataFolder: string
  /** Null: the user's own. */
  readonly libraryFile: string | null
  readonly log: Log
}

export class Labelroom {
  readonly #options: LabelroomOptions
  readonly #supervisor: CoreSupervisor
  #window: BrowserWindow | null = null
  #language: Language
  /** What the page has sent last; before that nothing can be undone, and no key is known. */
  #menu: Omit<MenuState, 'language' | 'recentLibraries'> = {
    undo: null,
    redo: null,
    accelerators: {},
    available: [],
  }
  /** Until the page has connected. */
  #toOpen: readonly Opened[] = []
  #isPageReady = false
  /** Held, since its click is not heard once it is collected. */
  #notification: Notification | null = null

  private constructor(options: LabelroomOptions) {
    const { dataFolder, log } = options
    this.#options = options
    this.#language = startLanguage(dataFolder, app.getLocale())
    this.#supervisor = createSupervisor({
      startProcess: (libraryFile, restore) => startCoreProcess({ dataFolder, libraryFile, restore, log }),
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

  /** Null when the library cannot be opened and the user gives up. */
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

  /** Opens the library; the page adds the folders to it, and shows the photo. Nothing is added where it cannot be opened. */
  async open(opened: Opened): Promise<void> {
    const { library } = opened
    const isOpen = () => library === null || library === this.#supervisor.libraryFile()
    if (!isOpen()) await this.#openChosen(() => Promise.resolve(library))
    if (!isOpen()) return
    this.#toOpen = [...this.#toOpen, opened]
    if (this.#isPageReady) void this.#emitOpened()
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
      choose: (path, use) => this.#supervisor.choose(path, use),
      notify: (text) => {
        this.#notify(text)
      },
      setMenu: (request) => {
        this.#changeMenu(request)
        // What the page says first, and when it listens to everything.
        this.#isPageReady = true
        void this.#emitOpened()
      },
    })
    const { chosen } = this.#supervisor
    const known = createKnownPaths((request) => this.#supervisor.request(request))
    const written = () => listWritten(writtenListFile(dataFolder))
    const libraries = async () => [this.#supervisor.libraryFile(), ...(await listRecentLibraries(dataFolder))]
    listenToPage({
      handlers,
      places: electronPlaces({ chosen, written, dataFolder, known, libraries }),
      choose: (path) => this.#supervisor.choose(path, 'input'),
      open: (paths) => this.open(toOpened(paths)),
      connectPage: (page) => {
        this.#supervisor.connectPage(page)
      },
    })
  }

  #open(): void {
    const { dataFolder, log } = this.#options
    const window = openWindow({
      stateFile: windowFile(dataFolder),
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

  #emit<N extends ShellEventName>(name: N, payload: ShellEvents[N]): void {
    this.#window?.webContents.send('shell-event', { name, payload })
  }

  /** Nothing for a user who sees the window. */
  #notify(text: { title: string; body: string }): void {
    if (this.#window?.isFocused() !== false || !Notification.isSupported()) return
    this.#notification = new Notification(text)
    this.#notification.on('click', () => {
      this.focus()
      this.#emit('shell.notification-clicked', {})
    })
    this.#notification.show()
  }

  /** As one, since what is opened last would else be shown before the folders of the others are read. */
  async #emitOpened(): Promise<void> {
    const opened = this.#toOpen
    this.#toOpen = []
    const folders = [...new Set(opened.flatMap((one) => one.folders))]
    for (const folder of folders) await this.#supervisor.choose(folder, 'input')
    const photo = opened.find((one) => one.photo !== null)?.photo ?? null
    const unknown = opened.flatMap((one) => one.unknown)
    const otherLibraries = opened.flatMap((one) => one.otherLibraries)
    if (folders.length + unknown.length + otherLibraries.length > 0)
      this.#emit('shell.open', { folders, photo, otherLibraries, unknown })
  }

  /** What can be done changes from photo to photo; for that alone no menu is made anew, which would close the one that is open. */
  #changeMenu({ language, ...menu }: MenuRequest): void {
    const before = { language: this.#language, ...this.#menu }
    const isOther = !isDeepStrictEqual(before, { language, ...menu, available: before.available })
    this.#language = language
    this.#menu = menu
    if (isOther) void this.#showMenu()
    else enablePhotoItems(Menu.getApplicationMenu(), menu.available)
  }

  async #showMenu(): Promise<void> {
    const current = this.#supervisor.libraryFile()
    const recent = await listRecentLibraries(this.#options.dataFolder)
    const recentLibraries = recent.filter((file) => file !== current)
    const template = menuTemplate(
      { appName: app.name, isMac: process.platform === 'darwin', isPackaged: app.isPackaged },
      { language: this.#language, ...this.#menu, recentLibraries },
      {
        command: (command) => {
          this.#emit('shell.command', { command })
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
  async #openLibrary(file: string, restore: string | null = null): Promise<void> {
    await this.#supervisor.open(file, restore)
    await this.#noteLibrary()
    this.#reload()
  }

  async #openChosen(choose: (parent: BrowserWindow, texts: Texts) => Promise<string | null>): Promise<void> {
    const window = this.#requireWindow()
    const file = await choose(window, this.#texts)
    if (file === null) return
    await this.#openOrTell(window, file, null)
  }

  async #openOrTell(window: BrowserWindow, file: string, restore: string | null): Promise<void> {
    try {
      await this.#openLibrary(file, restore)
    } catch (error) {
      const backup = error instanceof RefusedLibrary ? error.backup : null
      const isRestored = await dialogs.tellLibraryFailed(window, messageOf(error), backup, this.#texts)
      if (isRestored && backup !== null) await this.#openOrTell(window, file, backup.file)
    }
  }
}

/** The frame of the window and its dialogs are dark or light as the app is. */
function followTheme(settings: unknown): void {
  nativeTheme.themeSource = coreEvents['settings.changed'].parse(settings).theme
}
